package dev.polymath.backend.arrays;

import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;

/**
 * A matrix in one {@code float[]}: element (i, j) is number {@code (j / 64) · panelStep + i ·
 * stride + j % 64}.
 *
 * <p>Row-major, the rows are padded to whole vectors and the panels of 64 columns stand side by
 * side in a row. A parameter whose columns fill several panels keeps each panel in one piece, so
 * that the threads that divide a product by columns share no cache line or page of it, from the
 * forward pass to the update.
 *
 * <p>Padding holds anything: kernels compute on it, and nothing reads it as a value.
 */
final class ArraysTensor extends AbstractTensor {

  /** The columns of a panel: four vectors of 512 bits, a tile of the products. */
  static final int PANEL = 64;

  final float[] data;

  /** From an element to the one below it. */
  final int stride;

  /** From the first element of a panel to that of the next. */
  private final int panelStep;

  /** The columns with padding, a multiple of the lanes. */
  private final int width;

  private ArraysTensor(
      AbstractBackend<?> backend, int rows, int cols, int width, int stride, boolean panels) {
    super(backend, rows, cols);
    long size = (long) rows * stride;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "allocate: " + this + " takes " + size + " elements with its padding: too many");
    }
    this.width = width;
    this.stride = panels ? PANEL : stride;
    this.panelStep = panels ? rows * PANEL : PANEL;
    this.data = new float[(int) size];
  }

  private ArraysTensor(ArraysTensor parent, int rows) {
    super(parent, rows);
    this.width = parent.width;
    this.stride = parent.stride;
    this.panelStep = parent.panelStep;
    this.data = parent.data;
  }

  /** Zeros, row after row, each padded to a multiple of {@code lanes}. */
  static ArraysTensor rowMajor(AbstractBackend<?> backend, int rows, int cols, int lanes) {
    int width = roundUp(cols, lanes);
    // Rows a multiple of 1 KiB apart fall into few cache sets: 81 GFLOP/s became 106 at 1024³.
    boolean apart = lanes > 1 && rows > 1 && width % 256 == 0;
    return new ArraysTensor(backend, rows, cols, width, apart ? width + 16 : width, false);
  }

  /** Zeros, panel after panel; row-major where the columns don't fill several panels. */
  static ArraysTensor panels(AbstractBackend<?> backend, int rows, int cols, int lanes) {
    int width = roundUp(cols, lanes);
    if (width <= PANEL || width % PANEL != 0) {
      return rowMajor(backend, rows, cols, lanes);
    }
    return new ArraysTensor(backend, rows, cols, width, width, true);
  }

  private static int roundUp(int cols, int lanes) {
    return (int) Math.min(Integer.MAX_VALUE, ((long) cols + lanes - 1) / lanes * lanes);
  }

  /** The columns with padding. */
  int width() {
    return width;
  }

  /** Where element (row, column) is. */
  int at(int row, int column) {
    return column / PANEL * panelStep + row * stride + column % PANEL;
  }

  /** Whether whole rows are contiguous. */
  boolean isRowMajor() {
    return panelStep == PANEL;
  }

  /** Whether a panel is contiguous over its rows. */
  boolean isPanels() {
    return stride == Math.min(PANEL, width);
  }

  /** Copies all elements of a tensor of this shape. */
  void copy(ArraysTensor source) {
    for (int j = 0; j < cols(); j += PANEL) {
      int n = Math.min(PANEL, cols() - j);
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
    int step = isRowMajor() ? cols() : PANEL;
    for (int j = 0; j < cols(); j += step) {
      int n = Math.min(step, cols() - j);
      for (int i = 0; i < rows(); i++) {
        System.arraycopy(source, offset + i * cols() + j, data, at(i, j), n);
      }
    }
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    int step = isRowMajor() ? cols() : PANEL;
    for (int j = 0; j < cols(); j += step) {
      int n = Math.min(step, cols() - j);
      for (int i = 0; i < rows(); i++) {
        System.arraycopy(data, at(i, j), target, offset + i * cols() + j, n);
      }
    }
  }
}
