package dev.polymath.backend.ejml;

import dev.polymath.spi.AbstractLoss;
import org.jspecify.annotations.Nullable;

/** A loss that is one pass over the arrays, summed in double. */
final class EjmlLoss extends AbstractLoss<EjmlTensor> {

  /** Computes the value; also overwrites the gradient, unless that is null. */
  interface Formula {
    double compute(EjmlTensor output, EjmlTensor target, @Nullable EjmlTensor gradient);
  }

  private final Formula formula;

  EjmlLoss(EjmlBackend backend, Input input, Formula formula) {
    super(backend, input);
    this.formula = formula;
  }

  @Override
  protected double valueKernel(EjmlTensor output, EjmlTensor target) {
    return formula.compute(output, target, null);
  }

  @Override
  protected double valueAndGradientKernel(EjmlTensor output, EjmlTensor target, EjmlTensor dy) {
    return formula.compute(output, target, dy);
  }

  /** {@code L = −1/n · Σ t · log softmax(z)}; {@code dz = (softmax(z) · Σ t − t) / n}. */
  static double softmaxCrossEntropy(EjmlTensor z, EjmlTensor t, @Nullable EjmlTensor dz) {
    double loss = 0;
    for (int row = 0; row < z.rows() * z.cols(); row += z.cols()) {
      double max = EjmlBackend.max(z.data, row, row + z.cols());
      double logSum = EjmlBackend.logSum(z.data, row, row + z.cols(), max);
      double total = 0;
      for (int i = row; i < row + z.cols(); i++) {
        total += t.data[i];
        // A class without weight adds nothing, even where its logit is −∞.
        loss -= t.data[i] == 0 ? 0 : t.data[i] * (z.data[i] - max - logSum);
      }
      for (int i = row; dz != null && i < row + z.cols(); i++) {
        dz.data[i] = (float) ((Math.exp(z.data[i] - max - logSum) * total - t.data[i]) / z.rows());
      }
    }
    return loss / z.rows();
  }

  /** {@code L = 1/n · Σ (y − t)²}; {@code dy = 2 · (y − t) / n}. */
  static double squaredError(EjmlTensor y, EjmlTensor t, @Nullable EjmlTensor dy) {
    double loss = 0;
    for (int i = 0; i < y.rows() * y.cols(); i++) {
      double difference = (double) y.data[i] - t.data[i];
      loss += difference * difference;
      if (dy != null) {
        dy.data[i] = (float) (2 * difference / y.rows());
      }
    }
    return loss / y.rows();
  }

  /** With r = y − t, {@code L = 1/n · Σ r²/2}, from |r| = δ on a line; {@code dy = ±δ/n} there. */
  static double huber(double delta, EjmlTensor y, EjmlTensor t, @Nullable EjmlTensor dy) {
    double loss = 0;
    for (int i = 0; i < y.rows() * y.cols(); i++) {
      double r = (double) y.data[i] - t.data[i];
      loss += Math.abs(r) <= delta ? r * r / 2 : delta * (Math.abs(r) - delta / 2);
      if (dy != null) {
        dy.data[i] = (float) (Math.max(-delta, Math.min(delta, r)) / y.rows());
      }
    }
    return loss / y.rows();
  }

  /** {@code L = 1/n · Σ max(z, 0) − z·t + log(1 + exp(−|z|))}; {@code dz = (σ(z) − t) / n}. */
  static double sigmoidCrossEntropy(EjmlTensor z, EjmlTensor t, @Nullable EjmlTensor dz) {
    double loss = 0;
    for (int i = 0; i < z.rows() * z.cols(); i++) {
      double e = Math.exp(-Math.abs(z.data[i]));
      // The first two terms; 0 · ∞ would be NaN: an infinite logit that is right costs nothing.
      double against = z.data[i] > 0 ? 1 - (double) t.data[i] : t.data[i];
      loss += (against == 0 ? 0 : against * Math.abs(z.data[i])) + Math.log1p(e);
      if (dz != null) {
        dz.data[i] = (float) (((z.data[i] > 0 ? 1 : e) / (1 + e) - t.data[i]) / z.rows());
      }
    }
    return loss / z.rows();
  }
}
