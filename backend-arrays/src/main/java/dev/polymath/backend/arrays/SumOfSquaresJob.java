package dev.polymath.backend.arrays;

/**
 * {@code Σ x²} in one fixed order of additions, whatever the storage, the lanes and the threads.
 *
 * <p>The matrix is cut into squares of {@link #SIDE} rows and columns. In a square, each column is
 * summed from the first row down, then the columns' sums are added from the first on; last, the
 * squares' sums are added row of squares by row of squares. All of it in double: the square of a
 * float is exact there.
 *
 * <p>Plain loops in both backends. Eight columns at once are eight chains of additions, which is
 * what the scalar units can do; a vector of doubles made of floats is an object on JDK 17.
 */
final class SumOfSquaresJob extends Job {

  /** Part of the definition of the sum: another number gives other bits. */
  private static final int SIDE = 64;

  /** Columns of one pass: no panel is narrower. */
  private static final int STRIP = 8;

  private ArraysTensor x;
  private double[] sums = new double[1];

  SumOfSquaresJob(ArraysTensor none) {
    x = none;
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
    int end = start(squares(), 1, block + 1, blocks);
    for (int i = start(squares(), 1, block, blocks); i < end; i++) {
      sums[i] = square(i / across * SIDE, i % across * SIDE);
    }
  }

  private double square(int row, int column) {
    int rows = Math.min(SIDE, x.rows() - row);
    int end = Math.min(x.cols(), column + SIDE);
    double sum = 0;
    int j = column;
    for (; j + STRIP <= end; j += STRIP) {
      sum = strip(sum, x.data, x.at(row, j), x.stride, rows);
    }
    for (; j < end; j++) {
      sum += columnOf(x.data, x.at(row, j), x.stride, rows);
    }
    return sum;
  }

  private static double columnOf(float[] x, int at, int stride, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++, at += stride) {
      sum += (double) x[at] * x[at];
    }
    return sum;
  }

  /** {@code sum} plus the sums of {@link #STRIP} columns. */
  private static double strip(double sum, float[] x, int at, int stride, int rows) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    for (int i = 0; i < rows; i++, at += stride) {
      double x0 = x[at];
      double x1 = x[at + 1];
      double x2 = x[at + 2];
      double x3 = x[at + 3];
      double x4 = x[at + 4];
      double x5 = x[at + 5];
      double x6 = x[at + 6];
      double x7 = x[at + 7];
      s0 += x0 * x0;
      s1 += x1 * x1;
      s2 += x2 * x2;
      s3 += x3 * x3;
      s4 += x4 * x4;
      s5 += x5 * x5;
      s6 += x6 * x6;
      s7 += x7 * x7;
    }
    return sum + s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
  }
}
