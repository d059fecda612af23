package dev.polymath.backend.ejml;

import dev.polymath.spi.AbstractLoss;
import org.jspecify.annotations.Nullable;

/** The cross-entropy of softmax on logits, row by row in double. */
final class EjmlSoftmaxCrossEntropy extends AbstractLoss<EjmlTensor> {

  EjmlSoftmaxCrossEntropy(EjmlBackend backend) {
    super(backend, Input.LOGITS);
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
    float[] z = output.data();
    float[] t = target.data();
    int rows = output.rows();
    int cols = output.cols();
    double loss = 0;
    for (int row = 0; row < rows * cols; row += cols) {
      int end = row + cols;
      // Shifted by its maximum, every finite row has a finite sum.
      double max = EjmlActivation.max(z, row, end);
      double sum = 0;
      double targetSum = 0;
      for (int i = row; i < end; i++) {
        sum += Math.exp(z[i] - max);
        targetSum += t[i];
      }
      double logSum = Math.log(sum);
      for (int i = row; i < end; i++) {
        double logProbability = z[i] - max - logSum;
        // A class without weight adds nothing, even where its logit is −∞.
        if (t[i] != 0) {
          loss -= t[i] * logProbability;
        }
        if (gradient != null) {
          gradient[i] = (float) ((Math.exp(logProbability) * targetSum - t[i]) / rows);
        }
      }
    }
    return loss / rows;
  }
}
