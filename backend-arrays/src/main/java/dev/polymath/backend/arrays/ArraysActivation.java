package dev.polymath.backend.arrays;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import dev.polymath.spi.AbstractLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x)}. */
final class ArraysActivation extends AbstractLayer<ArraysTensor> {

  private final ArraysBackend backend;
  private final Activation f;

  ArraysActivation(ArraysBackend backend, int width, Activation f) {
    super(backend, width, width, List.of());
    this.backend = backend;
    this.f = f;
  }

  @Override
  protected void forwardKernel(ArraysTensor x, ArraysTensor y) {
    backend.activateKernel(f, x, y);
  }

  @Override
  protected void backwardKernel(
      ArraysTensor x,
      ArraysTensor y,
      ArraysTensor dy,
      @Nullable ArraysTensor dx,
      List<Tensor> gradients) {
    if (dx != null) {
      backend.activateBackwardKernel(f, y, dy, dx);
    }
  }
}
