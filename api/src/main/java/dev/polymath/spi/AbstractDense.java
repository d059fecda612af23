package dev.polymath.spi;

import dev.polymath.Activation;
import dev.polymath.Parameter;
import dev.polymath.Parameter.Role;
import dev.polymath.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x · w + b)}: a dense layer that owns its two parameters and leaves the two passes to
 * the backend.
 *
 * @param <T> the backend's tensor
 */
public abstract class AbstractDense<T extends AbstractTensor> extends AbstractLayer<T> {

  /** {@code w [inputs, outputs]}. */
  protected final T weight;

  /** {@code b [1, outputs]}. */
  protected final T bias;

  /** Any but softmax. */
  protected final Activation activation;

  protected AbstractDense(AbstractBackend<T> backend, int inputs, int outputs, Activation f) {
    this(backend, backend.newParameter(inputs, outputs), backend.newParameter(1, outputs), f);
  }

  private AbstractDense(AbstractBackend<T> backend, T weight, T bias, Activation f) {
    super(
        backend,
        weight.rows(),
        weight.cols(),
        List.of(
            new Parameter("weight", Role.WEIGHT, weight), new Parameter("bias", Role.BIAS, bias)));
    this.weight = weight;
    this.bias = bias;
    this.activation = f;
  }

  @Override
  protected final void backwardKernel(T x, T y, T dy, @Nullable T dx, List<Tensor> gradients) {
    backwardKernel(x, y, dy, dx, gradient(gradients, 0), gradient(gradients, 1));
  }

  /**
   * {@code dz = dy · f′(y)}, {@code dw = xᵀ · dz}, {@code db = Σ rows of dz}, {@code dx = dz · wᵀ}.
   *
   * @param dy read, then scratch
   * @param dx overwritten unless null
   * @param dw {@code [inputs, outputs]}, overwritten
   * @param db {@code [1, outputs]}, overwritten
   */
  protected abstract void backwardKernel(T x, T y, T dy, @Nullable T dx, T dw, T db);
}
