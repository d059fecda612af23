package dev.polymath.spi;

import static dev.polymath.spi.Kernels.elements;

import dev.polymath.internal.LossFormulas;

/**
 * The cross-entropy of sigmoids in double on the Java heap, between a read and a write.
 *
 * @param <T> the backend's tensor
 */
public final class ComposedSigmoidCrossEntropy<T extends AbstractTensor> extends AbstractLoss<T> {

  /** The loss on the tensors of {@code backend}. */
  public ComposedSigmoidCrossEntropy(AbstractBackend<T> backend) {
    super(backend, Input.LOGITS);
  }

  @Override
  protected double valueKernel(T output, T target) {
    return LossFormulas.sigmoidCrossEntropy(
        elements(output), elements(target), null, output.rows());
  }

  @Override
  protected double valueAndGradientKernel(T output, T target, T dOutput) {
    float[] gradient = new float[output.rows() * output.cols()];
    double loss =
        LossFormulas.sigmoidCrossEntropy(
            elements(output), elements(target), gradient, output.rows());
    dOutput.writeKernel(gradient, 0);
    return loss;
  }
}
