package dev.polymath.backend.ejml;

import dev.polymath.RowSource;
import dev.polymath.spi.AbstractTensor;
import org.ejml.data.FMatrixRMaj;

/** An EJML matrix. A view is a matrix of fewer rows on the same array. */
final class EjmlTensor extends AbstractTensor {

  final FMatrixRMaj matrix;

  /** The matrix's array: {@code rows · cols} elements row by row, then perhaps more, in a view. */
  final float[] data;

  EjmlTensor(EjmlBackend backend, int rows, int cols) {
    super(backend, rows, cols);
    this.data = new float[rows * cols];
    this.matrix = FMatrixRMaj.wrap(rows, cols, data);
  }

  private EjmlTensor(EjmlTensor parent, int rows) {
    super(parent, rows);
    this.data = parent.data;
    this.matrix = FMatrixRMaj.wrap(rows, cols(), data);
  }

  @Override
  protected EjmlTensor firstRowsKernel(int rows) {
    return new EjmlTensor(this, rows);
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    System.arraycopy(source, offset, data, 0, rows() * cols());
  }

  @Override
  protected void fillKernel(RowSource source) {
    source.write(0, rows(), data, 0, cols());
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    System.arraycopy(data, 0, target, offset, rows() * cols());
  }
}
