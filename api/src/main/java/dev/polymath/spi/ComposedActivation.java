package dev.polymath.spi;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An activation as a layer, composed of the backend's kernels.
 *
 * @param <T> the backend's tensor
 */
public final class ComposedActivation<T extends AbstractTensor> extends AbstractLayer<T> {

  private final AbstractBackend<T> backend;
  private final Activation activation;

  /** A layer {@code [n, width]} to {@code [n, width]}. */
  public ComposedActivation(AbstractBackend<T> backend, int width, Activation f) {
    super(backend, width, width, List.of());
    this.backend = backend;
    this.activation = f;
  }

  @Override
  protected void forwardKernel(T x, T y) {
    backend.activation(activation, x, y);
  }

  @Override
  protected void backwardKernel(T x, T y, T dy, @Nullable T dx, List<Tensor> gradients) {
    if (dx != null) {
      backend.activationBackward(activation, y, dy, dx);
    }
  }
}
