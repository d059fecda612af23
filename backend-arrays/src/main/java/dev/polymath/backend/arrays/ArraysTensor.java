package dev.polymath.backend.arrays;

import dev.polymath.RowSource;
import dev.polymath.spi.AbstractTensor;
import org.jspecify.annotations.Nullable;

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
 *
 * <p>Of a matrix that was filled by several threads there may be a copy for each: {@link FillJob}.
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

  private final ArraysBackend session;

  /** What was allocated: this, or what this is a view of. */
  private final ArraysTensor base;

  /** For each block its copy of these rows, {@code this} first; null where none were asked for. */
  private ArraysTensor @Nullable [] copies;

  /** Of a base: how many of its first rows are the same in all copies. */
  private int alike;

  private ArraysTensor(
      ArraysBackend backend, int rows, int cols, int width, int stride, int panelShift) {
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
    this.session = backend;
    this.base = this;
  }

  private ArraysTensor(ArraysTensor parent, int rows) {
    super(parent, rows);
    this.width = parent.width;
    this.stride = parent.stride;
    this.panelStep = parent.panelStep;
    this.panelShift = parent.panelShift;
    this.data = parent.data;
    this.session = parent.session;
    this.base = parent.base;
  }

  /** A copy's view of the first rows. */
  private ArraysTensor(ArraysTensor shape, float[] data) {
    super(shape, shape.rows());
    this.width = shape.width;
    this.stride = shape.stride;
    this.panelStep = shape.panelStep;
    this.panelShift = shape.panelShift;
    this.data = data;
    this.session = shape.session;
    this.base = shape.base;
  }

  /** Zeros, row after row, each padded to a multiple of {@code lanes}. */
  static ArraysTensor rowMajor(ArraysBackend backend, int rows, int cols, int lanes) {
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
  static ArraysTensor panels(ArraysBackend backend, int rows, int cols, int lanes, int panel) {
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

  /** Makes a copy for each of so many blocks, unless there are. What they hold comes later. */
  void prepareCopies(int blocks) {
    if (copies != null) {
      return;
    }
    if (base != this) {
      base.prepareCopies(blocks);
    }
    ArraysTensor[] made = new ArraysTensor[blocks];
    made[0] = this;
    for (int i = 1; i < blocks; i++) {
      float[] values = base == this ? new float[data.length] : base.copyOf(i).data;
      made[i] = new ArraysTensor(this, values);
    }
    copies = made;
  }

  /** The copy for a block, whatever it holds. */
  ArraysTensor copyOf(int block) {
    return copies == null ? this : copies[block];
  }

  /** What a block had better read: its own copy where that holds the same, or this. */
  ArraysTensor nearest(int block) {
    return copies == null || base.alike < rows() ? this : copies[block];
  }

  /** Notes that all copies have been filled alike. */
  void filledCopies() {
    base.alike = Math.max(base.alike, rows());
  }

  /** Notes that this is written to, and no copy. */
  void changes() {
    base.alike = 0;
  }

  /** Copies all elements of a tensor of this shape. */
  void copy(ArraysTensor source) {
    changes();
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
  protected void fillKernel(RowSource source) {
    if (isRowMajor()) {
      session.fill(this, source);
    } else {
      super.fillKernel(source);
    }
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    changes();
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
