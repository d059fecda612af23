package dev.polymath.spi;

import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.Objects;

/**
 * A loss that checks every call and hands it to a kernel.
 *
 * @param <T> the backend's tensor
 */
public abstract class AbstractLoss<T extends AbstractTensor> implements Loss {

  private final AbstractBackend<T> backend;
  private final Input input;

  protected AbstractLoss(AbstractBackend<T> backend, Input input) {
    this.backend = Objects.requireNonNull(backend, "backend");
    this.input = Objects.requireNonNull(input, "input");
  }

  @Override
  public final Input input() {
    return input;
  }

  @Override
  public final double value(Tensor output, Tensor target) {
    backend.enter("value");
    try {
      T toutput = backend.own("value", "output", output);
      T ttarget = backend.own("value", "target", target);
      Checks.expect("value", "target", target, output.rows(), output.cols());
      return valueKernel(toutput, ttarget);
    } finally {
      backend.leave();
    }
  }

  @Override
  public final double valueAndGradient(Tensor output, Tensor target, Tensor dOutput) {
    backend.enter("valueAndGradient");
    try {
      T toutput = backend.own("valueAndGradient", "output", output);
      T ttarget = backend.own("valueAndGradient", "target", target);
      T tdOutput = backend.own("valueAndGradient", "dOutput", dOutput);
      Checks.expect("valueAndGradient", "target", target, output.rows(), output.cols());
      Checks.expect("valueAndGradient", "dOutput", dOutput, output.rows(), output.cols());
      Checks.separate("valueAndGradient", "dOutput", tdOutput, "output", toutput);
      Checks.separate("valueAndGradient", "dOutput", tdOutput, "target", ttarget);
      return valueAndGradientKernel(toutput, ttarget, tdOutput);
    } finally {
      backend.leave();
    }
  }

  /** As {@link Loss#value}. */
  protected abstract double valueKernel(T output, T target);

  /** As {@link Loss#valueAndGradient}. */
  protected abstract double valueAndGradientKernel(T output, T target, T dOutput);
}
