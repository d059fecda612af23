package dev.polymath.spi;

import dev.polymath.RowSource;
import dev.polymath.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tensor with its shape, its session and the storage it is a view of; checks every call. */
public abstract class AbstractTensor implements Tensor {

  final AbstractBackend<?> backend;

  /** The tensor that was allocated: this one, or what this one is a view of. */
  final AbstractTensor root;

  /** Of a root: whether a layer computes with it. Set before the layer is handed out. */
  boolean parameter;

  /** Of a root: whether it was given back. Whoever releases a tensor is the only one to use it. */
  boolean released;

  private final int rows;
  private final int cols;

  /** Where {@link #fillKernel} collects the rows; null before the first. */
  private float @Nullable [] collected;

  /** A tensor with storage of its own. The backend has checked the size. */
  protected AbstractTensor(AbstractBackend<?> backend, int rows, int cols) {
    this.backend = Objects.requireNonNull(backend, "backend");
    this.root = this;
    this.rows = rows;
    this.cols = cols;
  }

  /** A view of the first rows of {@code parent}. */
  protected AbstractTensor(AbstractTensor parent, int rows) {
    this.backend = parent.backend;
    this.root = parent.root;
    this.rows = rows;
    this.cols = parent.cols;
  }

  @Override
  public final int rows() {
    return rows;
  }

  @Override
  public final int cols() {
    return cols;
  }

  private void requireLive(String operation) {
    if (root.released) {
      throw new IllegalStateException(operation + ": the tensor " + this + " was released");
    }
  }

  @Override
  public final Tensor firstRows(int rows) {
    backend.enter("firstRows");
    try {
      requireLive("firstRows");
      if (rows < 1 || rows > this.rows) {
        throw new IllegalArgumentException(
            "firstRows: " + rows + " of " + this + ": expected 1 to " + this.rows);
      }
      return firstRowsKernel(rows);
    } finally {
      backend.leave();
    }
  }

  @Override
  public final void write(float[] source, int offset) {
    backend.enter("write");
    try {
      requireLive("write");
      checkRange("write", "source", source, offset);
      writeKernel(source, offset);
    } finally {
      backend.leave();
    }
  }

  @Override
  public final void fill(RowSource rows) {
    backend.enter("fill");
    try {
      requireLive("fill");
      fillKernel(Objects.requireNonNull(rows, "rows"));
    } finally {
      backend.leave();
    }
  }

  @Override
  public final void read(float[] target, int offset) {
    backend.enter("read");
    try {
      requireLive("read");
      checkRange("read", "target", target, offset);
      readKernel(target, offset);
    } finally {
      backend.leave();
    }
  }

  private void checkRange(String operation, String name, float[] array, int offset) {
    Objects.requireNonNull(array, name);
    int size = rows * cols;
    if (offset < 0 || offset > array.length - size) {
      throw new IndexOutOfBoundsException(
          operation
              + ": "
              + this
              + " has "
              + size
              + " elements; "
              + name
              + " has length "
              + array.length
              + ", offset "
              + offset);
    }
  }

  /** A view on the same storage, made with {@link #AbstractTensor(AbstractTensor, int)}. */
  protected abstract AbstractTensor firstRowsKernel(int rows);

  /** As {@link Tensor#write}; the range lies inside the array. */
  protected abstract void writeKernel(float[] source, int offset);

  /**
   * As {@link Tensor#fill}. This one collects the rows in an array, which it keeps, and writes
   * that.
   */
  protected void fillKernel(RowSource source) {
    float[] values = collected;
    if (values == null) {
      values = new float[rows * cols];
      collected = values;
    }
    source.write(0, rows, values, 0, cols);
    writeKernel(values, 0);
  }

  /** As {@link Tensor#read}; the range lies inside the array. */
  protected abstract void readKernel(float[] target, int offset);

  /** The shape, such as {@code [64, 784]}. */
  @Override
  public final String toString() {
    return Checks.shape(this);
  }
}
