package dev.polymath.spi;

import dev.polymath.Activation;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer composed of the backend's kernels: what a backend has before it writes its own, and
 * what its own is compared with.
 *
 * @param <T> the backend's tensor
 */
public final class ComposedDense<T extends AbstractTensor> extends AbstractDense<T> {

  private final AbstractBackend<T> backend;

  /** A layer with zero parameters; {@code f} is not softmax. */
  public ComposedDense(AbstractBackend<T> backend, int inputs, int outputs, Activation f) {
    super(backend, inputs, outputs, f);
    this.backend = backend;
  }

  @Override
  protected void forwardKernel(T x, T y) {
    backend.matmulKernel(x, weight, y);
    backend.addRowKernel(bias, y);
    backend.activation(activation, y, y);
  }

  @Override
  protected void backwardKernel(T x, T y, T dy, @Nullable T dx, T dw, T db) {
    backend.activationBackward(activation, y, dy, dy);
    backend.matmulTransAKernel(x, dy, dw);
    backend.sumRowsKernel(dy, db);
    if (dx != null) {
      backend.matmulTransBKernel(dy, weight, dx);
    }
  }
}
