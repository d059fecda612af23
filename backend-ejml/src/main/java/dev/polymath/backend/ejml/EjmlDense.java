package dev.polymath.backend.ejml;

import dev.polymath.Activation;
import dev.polymath.spi.AbstractDense;
import org.ejml.dense.row.CommonOps_FDRM;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x · w + b)}: the product is added to the bias, not the bias to the product. */
final class EjmlDense extends AbstractDense<EjmlTensor> {

  private final EjmlBackend backend;

  EjmlDense(EjmlBackend backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(EjmlTensor x, EjmlTensor y) {
    for (int i = 0; i < y.rows(); i++) {
      System.arraycopy(bias.data(), 0, y.data(), i * y.cols(), y.cols());
    }
    CommonOps_FDRM.multAdd(x.matrix, weight.matrix, y.matrix);
    EjmlActivation.apply(activation, y, y);
  }

  @Override
  protected void backwardKernel(
      EjmlTensor x,
      EjmlTensor y,
      EjmlTensor dy,
      @Nullable EjmlTensor dx,
      EjmlTensor dw,
      EjmlTensor db) {
    EjmlTensor dz = derive(y, dy, db);
    CommonOps_FDRM.multTransA(x.matrix, dz.matrix, dw.matrix);
    if (dx != null) {
      backend.matmulTransBKernel(dz, weight, dx);
    }
  }

  /** {@code dz = dy · f′(y)} in place of dy, and {@code db = Σ rows of dz}, in one pass. */
  private EjmlTensor derive(EjmlTensor y, EjmlTensor dy, EjmlTensor db) {
    CommonOps_FDRM.fill(db.matrix, 0);
    float[] dz = dy.data();
    for (int i = 0, at = 0; i < dy.rows(); i++) {
      for (int j = 0; j < dy.cols(); j++, at++) {
        dz[at] = EjmlActivation.backward(activation, y.data()[at], dz[at]);
        db.data()[j] += dz[at];
      }
    }
    return dy;
  }
}
