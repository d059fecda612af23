package dev.polymath.conformance;

import dev.polymath.spi.AbstractBackend;
import dev.polymath.spi.AbstractTensor;

/** Row-major floats. */
class ReferenceTensor extends AbstractTensor {

  final float[] data;

  ReferenceTensor(AbstractBackend<?> backend, int rows, int cols) {
    super(backend, rows, cols);
    this.data = new float[rows * cols];
  }

  ReferenceTensor(ReferenceTensor parent, int rows, float[] data) {
    super(parent, rows);
    this.data = data;
  }

  final int size() {
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
