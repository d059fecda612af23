package dev.polymath.backend.ejml;

import dev.polymath.spi.AbstractLoss;
import org.jspecify.annotations.Nullable;

/** The squared error: a row's loss is {@code Σ (y − t)²}. */
final class EjmlSquaredError extends AbstractLoss<EjmlTensor> {

  EjmlSquaredError(EjmlBackend backend) {
    super(backend, Input.OUTPUT);
  }

  @Override
  protected double valueKernel(EjmlTensor output, EjmlTensor target) {
    return compute(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(
      EjmlTensor output, EjmlTensor target, EjmlTensor dOutput) {
    return compute(output, target, dOutput.data());
  }

  private static double compute(
      EjmlTensor output, EjmlTensor target, float @Nullable [] gradient) {
    float[] y = output.data();
    float[] t = target.data();
    int rows = output.rows();
    double loss = 0;
    for (int i = 0; i < rows * output.cols(); i++) {
      double difference = (double) y[i] - t[i];
      loss += difference * difference;
      if (gradient != null) {
        gradient[i] = (float) (2 * difference / rows);
      }
    }
    return loss / rows;
  }
}
