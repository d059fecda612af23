package dev.polymath.backend.arrays;

import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;

/**
 * A matrix in one {@code float[]}, row-major or in panels.
 *
 * <p>Row-major, element (i, j) is number {@code i · stride + j}, and the rows are padded to whole
 * vectors. In panels of w columns it is number {@code (j / w) · panelStep + i · w + j % w}: each
 * panel is one piece, a tile of the products wide. So a product reads it without a jump, and the
 * threads that divide a product by columns share no cache line or page of it, from the forward pass
 * to the update.
 *
 * <p>Padding holds anything: kernels compute on it, and nothing reads it as a value.
 */
final class ArraysTensor extends AbstractTensor {

  /** {@code column >> NO_PANELS} is 0 for every column. */
  private static final int NO_PANELS = 31;

  final float[] data;

  /** From an element to the one below it. */
  final int stride;

  /** From the first element of a panel to that of the next; 0 if row-major. */
  private final int panelStep;

  /** The logarithm of a panel's columns to base 2. */
  private final int panelShift;

  /** The columns with padding, a multiple of the lanes. */
  private final int width;

  private ArraysTensor(
      AbstractBackend<?> backend, int rows, int cols, int width, int stride, int panelShift) {
    super(backend, rows, cols);
    boolean panels = panelShift != NO_PANELS;
    long columns = panels ? roundUp(width, 1 << panelShift) : stride;
    long size = rows * columns;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "allocate: " + this + " takes " + size + " elements with its padding: too many");
    }
    this.width = width;
    this.stride = stride;
    this.panelStep = panels ? rows << panelShift : 0;
    this.panelShift = panelShift;
    this.data = new float[(int) size];
  }

  private ArraysTensor(ArraysTensor parent, int rows) {
    super(parent, rows);
    this.width = parent.width;
    this.stride = parent.stride;
    this.panelStep = parent.panelStep;
    this.panelShift = parent.panelShift;
    this.data = parent.data;
  }

  /** Zeros, row after row, each padded to a multiple of {@code lanes}. */
  static ArraysTensor rowMajor(AbstractBackend<?> backend, int rows, int cols, int lanes) {
    int width = roundUp(cols, lanes);
    // Rows a multiple of 1 KiB apart fall into few cache sets: 81 GFLOP/s became 106 at 1024³.
    boolean apart = lanes > 1 && rows > 1 && width % 256 == 0;
    return new ArraysTensor(backend, rows, cols, width, apart ? width + 16 : width, NO_PANELS);
  }

  /**
   * Zeros, panel after panel; row-major where one panel holds all.
   *
   * @param panel columns of a panel, a power of 2
   */
  static ArraysTensor panels(AbstractBackend<?> backend, int rows, int cols, int lanes, int panel) {
    int width = roundUp(cols, lanes);
    if (width <= panel || rows == 1) {
      return rowMajor(backend, rows, cols, lanes);
    }
    int shift = Integer.numberOfTrailingZeros(panel);
    return new ArraysTensor(backend, rows, cols, width, panel, shift);
  }

  private static int roundUp(int size, int unit) {
    return (int) Math.min(Integer.MAX_VALUE, ((long) size + unit - 1) / unit * unit);
  }

  /** The columns with padding. */
  int width() {
    return width;
  }

  /** Where element (row, column) is. */
  int at(int row, int column) {
    int panel = column >> panelShift;
    return panel * panelStep + row * stride + column - (panel << panelShift);
  }

  /** Whether whole rows are contiguous. */
  boolean isRowMajor() {
    return panelShift == NO_PANELS;
  }

  /** The elements of a row that follow each other from a column on, at most up to the width. */
  int run(int column) {
    return isRowMajor() ? width - column : stride - (column & stride - 1);
  }

  /** Copies all elements of a tensor of this shape. */
  void copy(ArraysTensor source) {
    int n;
    for (int j = 0; j < cols(); j += n) {
      n = Math.min(cols() - j, Math.min(run(j), source.run(j)));
      for (int i = 0; i < rows(); i++) {
        System.arraycopy(source.data, source.at(i, j), data, at(i, j), n);
      }
    }
  }

  @Override
  protected ArraysTensor firstRowsKernel(int rows) {
    return new ArraysTensor(this, rows);
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    int n;
    for (int j = 0; j < cols(); j += n) {
      n = Math.min(cols() - j, run(j));
      for (int i = 0; i < rows(); i++) {
        System.arraycopy(source, offset + i * cols() + j, data, at(i, j), n);
      }
    }
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    int n;
    for (int j = 0; j < cols(); j += n) {
      n = Math.min(cols() - j, run(j));
      for (int i = 0; i < rows(); i++) {
        System.arraycopy(data, at(i, j), target, offset + i * cols() + j, n);
      }
    }
  }
}
