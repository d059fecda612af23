package dev.polymath.conformance;

import org.jspecify.annotations.Nullable;

/** Huber's loss, in double, without garbage. */
class ReferenceHuber extends ReferenceLoss {

  private final double delta;

  ReferenceHuber(ReferenceBackend backend, double delta) {
    super(backend, Input.OUTPUT);
    this.delta = delta;
  }

  @Override
  double ofRow(
      int row, ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
    double loss = 0;
    for (int i = row; i < row + output.cols(); i++) {
      double r = (double) output.data[i] - target.data[i];
      loss += Math.abs(r) <= delta ? r * r / 2 : delta * (Math.abs(r) - delta / 2);
      if (dOutput != null) {
        dOutput.data[i] = (float) (Math.max(-delta, Math.min(delta, r)) / output.rows());
      }
    }
    return loss;
  }
}
