package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import dev.polymath.spi.AbstractDense;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x · w + b)}; bias and activation are part of the product. */
final class ArraysDense extends AbstractDense<ArraysTensor> {

  private final ArraysBackend backend;

  ArraysDense(ArraysBackend backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(ArraysTensor x, ArraysTensor y) {
    backend.product(Form.NN, x, weight, bias, activation, y);
  }

  @Override
  protected void backwardKernel(
      ArraysTensor x,
      ArraysTensor y,
      ArraysTensor dy,
      @Nullable ArraysTensor dx,
      ArraysTensor dw,
      ArraysTensor db) {
    backend.denseBackward(activation, x, y, dy, weight, dx, dw, db);
  }
}
