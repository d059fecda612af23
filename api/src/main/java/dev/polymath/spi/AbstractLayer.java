package dev.polymath.spi;

import dev.polymath.Layer;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A layer that checks every call and hands it to a kernel.
 *
 * @param <T> the backend's tensor
 */
public abstract class AbstractLayer<T extends AbstractTensor> implements Layer {

  private final AbstractBackend<T> backend;
  private final int inputs;
  private final int outputs;
  private final List<Parameter> parameters;

  protected AbstractLayer(
      AbstractBackend<T> backend, int inputs, int outputs, List<Parameter> parameters) {
    this.backend = Objects.requireNonNull(backend, "backend");
    this.inputs = inputs;
    this.outputs = outputs;
    this.parameters = List.copyOf(parameters);
    for (Parameter parameter : this.parameters) {
      backend.own("layer", parameter.name(), parameter.value()).root.parameter = true;
    }
  }

  @Override
  public final int inputs() {
    return inputs;
  }

  @Override
  public final int outputs() {
    return outputs;
  }

  @Override
  public final List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public final void forward(Tensor x, Tensor y) {
    backend.enter("forward");
    try {
      T tx = backend.own("forward", "x", x);
      T ty = backend.own("forward", "y", y);
      Checks.expect("forward", "x", x, x.rows(), inputs);
      Checks.expect("forward", "y", y, x.rows(), outputs);
      Checks.separate("forward", "y", ty, "x", tx);
      for (int i = 0; i < parameters.size(); i++) {
        separateFromParameter("forward", "y", ty, i);
      }
      forwardKernel(tx, ty);
    } finally {
      backend.leave();
    }
  }

  @Override
  public final void backward(
      Tensor x, Tensor y, Tensor dy, @Nullable Tensor dx, List<Tensor> gradients) {
    backend.enter("backward");
    try {
      T tx = backend.own("backward", "x", x);
      T ty = backend.own("backward", "y", y);
      T tdy = backend.own("backward", "dy", dy);
      T tdx = dx == null ? null : backend.own("backward", "dx", dx);
      Checks.expect("backward", "x", x, x.rows(), inputs);
      Checks.expect("backward", "y", y, x.rows(), outputs);
      Checks.expect("backward", "dy", dy, x.rows(), outputs);
      Checks.separate("backward", "dy", tdy, "x", tx);
      Checks.separate("backward", "dy", tdy, "y", ty);
      if (tdx != null) {
        Checks.expect("backward", "dx", tdx, x.rows(), inputs);
        Checks.separate("backward", "dx", tdx, "x", tx);
        Checks.separate("backward", "dx", tdx, "y", ty);
        Checks.separate("backward", "dx", tdx, "dy", tdy);
      }
      checkGradients(tx, ty, tdy, tdx, gradients);
      backwardKernel(tx, ty, tdy, tdx, gradients);
    } finally {
      backend.leave();
    }
  }

  // Index loops throughout: an iterator would be garbage in every training step.
  private void checkGradients(T x, T y, T dy, @Nullable T dx, List<Tensor> gradients) {
    if (gradients.size() != parameters.size()) {
      throw new IllegalArgumentException(
          "backward: "
              + gradients.size()
              + " gradients for "
              + parameters.size()
              + " parameters: expected one for each");
    }
    for (int i = 0; i < gradients.size(); i++) {
      Parameter parameter = parameters.get(i);
      T gradient = backend.own("backward", "a gradient", gradients.get(i));
      int rows = parameter.value().rows();
      if (gradient.rows() != rows || gradient.cols() != parameter.value().cols()) {
        throw new IllegalArgumentException(
            "backward: the gradient of "
                + parameter.name()
                + " is "
                + gradient
                + ", expected "
                + parameter.value());
      }
      Checks.separate("backward", "a gradient", gradient, "x", x);
      Checks.separate("backward", "a gradient", gradient, "y", y);
      Checks.separate("backward", "a gradient", gradient, "dy", dy);
      if (dx != null) {
        Checks.separate("backward", "a gradient", gradient, "dx", dx);
        separateFromParameter("backward", "dx", dx, i);
      }
      separateFromParameter("backward", "dy", dy, i);
      for (int j = 0; j < gradients.size(); j++) {
        separateFromParameter("backward", "a gradient", gradient, j);
        if (j < i) {
          T other = backend.own("backward", "a gradient", gradients.get(j));
          Checks.separate("backward", "a gradient", gradient, "another gradient", other);
        }
      }
    }
  }

  private void separateFromParameter(String operation, String name, T tensor, int index) {
    Parameter parameter = parameters.get(index);
    Checks.separate(operation, name, tensor, parameter.name(), (AbstractTensor) parameter.value());
  }

  /** The gradient of parameter {@code index} as this backend's tensor. */
  protected final T gradient(List<Tensor> gradients, int index) {
    return backend.own("backward", "a gradient", gradients.get(index));
  }

  /** As {@link Layer#forward}. */
  protected abstract void forwardKernel(T x, T y);

  /** As {@link Layer#backward}. */
  protected abstract void backwardKernel(T x, T y, T dy, @Nullable T dx, List<Tensor> gradients);
}
