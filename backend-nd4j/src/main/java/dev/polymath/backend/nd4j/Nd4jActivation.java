package dev.polymath.backend.nd4j;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import dev.polymath.spi.AbstractLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x)} as a layer. */
final class Nd4jActivation extends AbstractLayer<Nd4jTensor> {

  private final Nd4jBackend backend;
  private final Activation activation;

  Nd4jActivation(Nd4jBackend backend, int width, Activation f) {
    super(backend, width, width, List.of());
    this.backend = backend;
    this.activation = f;
  }

  @Override
  protected void forwardKernel(Nd4jTensor x, Nd4jTensor y) {
    backend.activateKernel(activation, x, y);
  }

  @Override
  protected void backwardKernel(
      Nd4jTensor x, Nd4jTensor y, Nd4jTensor dy, @Nullable Nd4jTensor dx, List<Tensor> gradients) {
    if (dx != null) {
      backend.activateBackwardKernel(activation, y, dy, dx);
    }
  }
}
