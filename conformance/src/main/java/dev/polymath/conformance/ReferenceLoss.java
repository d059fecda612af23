package dev.polymath.conformance;

import dev.polymath.spi.AbstractLoss;
import org.jspecify.annotations.Nullable;

/** Softmax cross-entropy and squared error, in double, without garbage. */
class ReferenceLoss extends AbstractLoss<ReferenceTensor> {

  ReferenceLoss(ReferenceBackend backend, Input input) {
    super(backend, input);
  }

  @Override
  protected double valueKernel(ReferenceTensor output, ReferenceTensor target) {
    return compute(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(
      ReferenceTensor output, ReferenceTensor target, ReferenceTensor dOutput) {
    return compute(output, target, dOutput);
  }

  double compute(
      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
    double loss = 0;
    for (int i = 0; i < output.rows(); i++) {
      int row = i * output.cols();
      loss += ofRow(row, output, target, dOutput);
    }
    return loss / output.rows();
  }

  /** The loss of the row that begins at element {@code row}. */
  double ofRow(
      int row, ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
    return input() == Input.LOGITS
        ? entropyOfRow(row, output, target, dOutput)
        : squaresOfRow(row, output, target, dOutput);
  }

  double squaresOfRow(
      int row, ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
    double loss = 0;
    for (int i = row; i < row + output.cols(); i++) {
      double difference = (double) output.data[i] - target.data[i];
      loss += difference * difference;
      if (dOutput != null) {
        dOutput.data[i] = (float) (2 * difference / output.rows());
      }
    }
    return loss;
  }

  double entropyOfRow(
      int row, ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
    double max = Double.NEGATIVE_INFINITY;
    double targets = 0;
    int end = row + output.cols();
    for (int i = row; i < end; i++) {
      max = Math.max(max, output.data[i]);
      targets += target.data[i];
    }
    double sum = 0;
    for (int i = row; i < end; i++) {
      sum += StrictMath.exp(output.data[i] - max);
    }
    double loss = 0;
    for (int i = row; i < end; i++) {
      double logP = output.data[i] - max - StrictMath.log(sum);
      double t = target.data[i];
      loss -= t == 0 ? 0 : t * logP;
      if (dOutput != null) {
        dOutput.data[i] = (float) ((StrictMath.exp(logP) * targets - t) / output.rows());
      }
    }
    return loss;
  }
}
