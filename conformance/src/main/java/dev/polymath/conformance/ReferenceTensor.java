package dev.polymath.conformance;

import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;

/** A matrix of {@link ReferenceBackend}, row by row in an array that its views share. */
public class ReferenceTensor extends AbstractTensor {

  /** The elements, row by row; behind those of a view lie the rest of its parent's. */
  public final float[] data;

  ReferenceTensor(AbstractBackend<?> backend, int rows, int cols) {
    super(backend, rows, cols);
    this.data = new float[rows * cols];
  }

  ReferenceTensor(ReferenceTensor parent, int rows, float[] data) {
    super(parent, rows);
    this.data = data;
  }

  /** Rows times columns. */
  public final int size() {
    return rows() * cols();
  }

  @Override
  protected AbstractTensor firstRowsKernel(int rows) {
    return new ReferenceTensor(this, rows, data);
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    System.arraycopy(source, offset, data, 0, size());
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    System.arraycopy(data, 0, target, offset, size());
  }
}
