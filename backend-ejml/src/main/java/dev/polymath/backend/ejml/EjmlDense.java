package dev.polymath.backend.ejml;

import dev.polymath.Activation;
import dev.polymath.spi.AbstractDense;
import org.ejml.dense.row.CommonOps_FDRM;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x · w + b)}: EJML adds the product to rows that already hold the bias. */
final class EjmlDense extends AbstractDense<EjmlTensor> {

  private final EjmlBackend backend;

  EjmlDense(EjmlBackend backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(EjmlTensor x, EjmlTensor y) {
    for (int i = 0; i < y.rows(); i++) {
      System.arraycopy(bias.data, 0, y.data, i * y.cols(), y.cols());
    }
    CommonOps_FDRM.multAdd(x.matrix, weight.matrix, y.matrix);
    backend.activateKernel(activation, y, y);
  }

  @Override
  protected void backwardKernel(
      EjmlTensor x,
      EjmlTensor y,
      EjmlTensor dy,
      @Nullable EjmlTensor dx,
      EjmlTensor dw,
      EjmlTensor db) {
    backend.activateBackwardKernel(activation, y, dy, dy);
    backend.matmulTransAKernel(x, dy, dw);
    backend.sumRowsKernel(dy, db);
    if (dx != null) {
      backend.matmulTransBKernel(dy, weight, dx);
    }
  }
}
