package dev.polymath.backend.nd4j;

import dev.polymath.Activation;
import dev.polymath.spi.AbstractDense;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x · w + b)} in two native calls, one where f is not the sigmoid: the rows of y are
 * set to b, to which the product is added.
 */
final class Nd4jDense extends AbstractDense<Nd4jTensor> {

  private final Nd4jBackend backend;

  Nd4jDense(Nd4jBackend backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(Nd4jTensor x, Nd4jTensor y) {
    float[] b = new float[y.cols()];
    bias.readKernel(b, 0);
    for (int row = 0; row < y.rows(); row++) {
      y.put(row * b.length, b, 0, b.length);
    }
    backend.multiply(Gemm.ADDED_TO_OUT, x, weight, y);
    backend.activateKernel(activation, y, y);
  }

  @Override
  protected void backwardKernel(
      Nd4jTensor x,
      Nd4jTensor y,
      Nd4jTensor dy,
      @Nullable Nd4jTensor dx,
      Nd4jTensor dw,
      Nd4jTensor db) {
    backend.activateBackwardKernel(activation, y, dy, dy);
    backend.sumRowsKernel(dy, db);
    backend.multiply(Gemm.TRANS_A, x, dy, dw);
    if (dx != null) {
      backend.multiply(Gemm.TRANS_B, dy, weight, dx);
    }
  }
}
