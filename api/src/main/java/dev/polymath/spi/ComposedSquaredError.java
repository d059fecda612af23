package dev.polymath.spi;

import org.jspecify.annotations.Nullable;

/**
 * The squared error in double on the Java heap, between a read and a write.
 *
 * @param <T> the backend's tensor
 */
public final class ComposedSquaredError<T extends AbstractTensor> extends AbstractLoss<T> {

  /** The loss on the tensors of {@code backend}. */
  public ComposedSquaredError(AbstractBackend<T> backend) {
    super(backend, Input.OUTPUT);
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
    float[] y = new float[n * output.cols()];
    float[] t = new float[n * output.cols()];
    output.readKernel(y, 0);
    target.readKernel(t, 0);
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      double difference = (double) y[i] - t[i];
      loss += difference * difference;
      if (gradient != null) {
        gradient[i] = (float) (2 * difference / n);
      }
    }
    return loss / n;
  }
}
