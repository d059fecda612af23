package dev.polymath.conformance;

import org.jspecify.annotations.Nullable;

/** The cross-entropy of sigmoids, in double, without garbage. */
class ReferenceSigmoidCrossEntropy extends ReferenceLoss {

  ReferenceSigmoidCrossEntropy(ReferenceBackend backend) {
    super(backend, Input.LOGITS);
  }

  @Override
  double ofRow(
      int row, ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
    double loss = 0;
    for (int i = row; i < row + output.cols(); i++) {
      double z = output.data[i];
      double t = target.data[i];
      double e = StrictMath.exp(-Math.abs(z));
      // 0 · ∞ would be NaN: an infinite logit that is right costs nothing.
      double against = z > 0 ? 1 - t : t;
      loss += (against == 0 ? 0 : against * Math.abs(z)) + StrictMath.log1p(e);
      if (dOutput != null) {
        dOutput.data[i] = (float) (((z > 0 ? 1 : e) / (1 + e) - t) / output.rows());
      }
    }
    return loss;
  }
}
