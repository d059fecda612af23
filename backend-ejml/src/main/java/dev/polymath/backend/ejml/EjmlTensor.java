package dev.polymath.backend.ejml;

import dev.polymath.spi.AbstractTensor;
import org.ejml.data.FMatrixRMaj;

/** An EJML matrix. A view is a matrix of fewer rows on the same array. */
final class EjmlTensor extends AbstractTensor {

  final FMatrixRMaj matrix;

  EjmlTensor(EjmlBackend backend, int rows, int cols) {
    super(backend, rows, cols);
    this.matrix = new FMatrixRMaj(rows, cols);
  }

  private EjmlTensor(EjmlTensor parent, int rows) {
    super(parent, rows);
    this.matrix = FMatrixRMaj.wrap(rows, parent.cols(), parent.data());
  }

  /** Element (i, j) is number {@code i · cols + j}; a view's array goes on behind its last row. */
  float[] data() {
    return matrix.data;
  }

  @Override
  protected EjmlTensor firstRowsKernel(int rows) {
    return new EjmlTensor(this, rows);
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    System.arraycopy(source, offset, data(), 0, rows() * cols());
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    System.arraycopy(data(), 0, target, offset, rows() * cols());
  }
}
