package dev.polymath.backend.arrays;

/**
 * {@code Σ x²} in one fixed order of additions, whatever the storage, the lanes and the threads.
 *
 * <p>The matrix is cut into squares of {@link #SIDE} rows and columns. In a square, each column is
 * summed from the first row down, then the columns' sums are added from the first on; last, the
 * squares' sums are added row of squares by row of squares. All of it in double: the square of a
 * float is exact there.
 */
final class SumOfSquaresJob extends Job {

  /** Part of the definition of the sum: another number gives other bits. */
  static final int SIDE = 64;

  /** Room for the kernel's own use after the sums of the columns: two vectors. */
  private static final int ROOM = 32;

  private final Kernels kernels;
  private ArraysTensor x;
  private double[] sums = new double[1];

  /** The sums of a square's columns, by block. */
  private final double[][] columns;

  SumOfSquaresJob(Kernels kernels, int threads, ArraysTensor none) {
    this.kernels = kernels;
    x = none;
    columns = new double[threads][];
  }

  void set(ArraysTensor x) {
    this.x = x;
    if (sums.length < squares()) {
      sums = new double[squares()];
    }
  }

  /** The total, once all blocks have run. */
  double sum() {
    double sum = 0;
    for (int i = 0; i < squares(); i++) {
      sum += sums[i];
    }
    return sum;
  }

  private int squares() {
    return count(x.rows()) * count(x.cols());
  }

  private static int count(int size) {
    return (size + SIDE - 1) / SIDE;
  }

  @Override
  void run(int block, int blocks) {
    int across = count(x.cols());
    if (columns[block] == null) {
      columns[block] = new double[SIDE + ROOM];
    }
    int end = start(squares(), 1, block + 1, blocks);
    for (int i = start(squares(), 1, block, blocks); i < end; i++) {
      sums[i] = square(i / across * SIDE, i % across * SIDE, columns[block]);
    }
  }

  private double square(int row, int column, double[] columns) {
    int rows = Math.min(SIDE, x.rows() - row);
    int end = Math.min(x.cols(), column + SIDE);
    int n;
    for (int j = column; j < end; j += n) {
      n = Math.min(end - j, x.run(j));
      kernels.columnSquares(x.data, x.at(row, j), x.stride, rows, columns, j - column, n);
    }
    double sum = 0;
    for (int j = 0; j < end - column; j++) {
      sum += columns[j];
    }
    return sum;
  }
}
