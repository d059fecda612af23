package dev.polymath.spi;

import org.jspecify.annotations.Nullable;

/**
 * Softmax cross-entropy in double on the Java heap, between a read and a write. Exact and slow: for
 * a backend's first day and to compare its own with.
 *
 * @param <T> the backend's tensor
 */
public final class ComposedSoftmaxCrossEntropy<T extends AbstractTensor> extends AbstractLoss<T> {

  /** The loss on the tensors of {@code backend}. */
  public ComposedSoftmaxCrossEntropy(AbstractBackend<T> backend) {
    super(backend, Input.LOGITS);
  }

  @Override
  protected double valueKernel(T output, T target) {
    return compute(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(T output, T target, T dOutput) {
    float[] gradient = new float[output.rows() * output.cols()];
    double loss = compute(output, target, gradient);
    dOutput.writeKernel(gradient, 0);
    return loss;
  }

  private double compute(T output, T target, float @Nullable [] gradient) {
    int n = output.rows();
    int classes = output.cols();
    float[] z = new float[n * classes];
    float[] t = new float[n * classes];
    output.readKernel(z, 0);
    target.readKernel(t, 0);
    double loss = 0;
    for (int row = 0; row < z.length; row += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < classes; j++) {
        max = Math.max(max, z[row + j]);
      }
      double sum = 0;
      double targetSum = 0;
      for (int j = 0; j < classes; j++) {
        sum += StrictMath.exp(z[row + j] - max);
        targetSum += t[row + j];
      }
      double logSum = StrictMath.log(sum);
      for (int j = 0; j < classes; j++) {
        double logProbability = z[row + j] - max - logSum;
        // 0 · −∞ would be NaN: a class without weight adds nothing.
        if (t[row + j] != 0) {
          loss -= t[row + j] * logProbability;
        }
        if (gradient != null) {
          gradient[row + j] =
              (float) ((StrictMath.exp(logProbability) * targetSum - t[row + j]) / n);
        }
      }
    }
    return loss / n;
  }
}
