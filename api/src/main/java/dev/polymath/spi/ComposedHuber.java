package dev.polymath.spi;

import static dev.polymath.spi.Kernels.elements;

import dev.polymath.internal.LossFormulas;

/**
 * Huber's loss in double on the Java heap, between a read and a write.
 *
 * @param <T> the backend's tensor
 */
public final class ComposedHuber<T extends AbstractTensor> extends AbstractLoss<T> {

  private final double delta;

  /** The loss on the tensors of {@code backend}. */
  public ComposedHuber(AbstractBackend<T> backend, double delta) {
    super(backend, Input.OUTPUT);
    this.delta = delta;
  }

  @Override
  protected double valueKernel(T output, T target) {
    return LossFormulas.huber(elements(output), elements(target), null, output.rows(), delta);
  }

  @Override
  protected double valueAndGradientKernel(T output, T target, T dOutput) {
    float[] gradient = new float[output.rows() * output.cols()];
    double loss =
        LossFormulas.huber(elements(output), elements(target), gradient, output.rows(), delta);
    dOutput.writeKernel(gradient, 0);
    return loss;
  }
}
