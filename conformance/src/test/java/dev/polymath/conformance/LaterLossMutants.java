package dev.polymath.conformance;

import dev.polymath.Loss;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Faults in Huber's loss and the cross-entropy of sigmoids. */
final class LaterLossMutants {

  private static final String GROUP = "Losses";

  private LaterLossMutants() {}

  /** The loss and the slope of an element, of output and target. */
  private interface Element {
    double of(double output, double target);
  }

  private static final class Faulty extends ReferenceLoss {

    private final Element value;
    private final Element slope;

    Faulty(ReferenceBackend backend, Input input, Element value, Element slope) {
      super(backend, input);
      this.value = value;
      this.slope = slope;
    }

    @Override
    double ofRow(
        int row,
        ReferenceTensor output,
        ReferenceTensor target,
        @Nullable ReferenceTensor dOutput) {
      double loss = 0;
      for (int i = row; i < row + output.cols(); i++) {
        loss += value.of(output.data[i], target.data[i]);
        if (dOutput != null) {
          dOutput.data[i] = (float) (slope.of(output.data[i], target.data[i]) / output.rows());
        }
      }
      return loss;
    }
  }

  private static Mutant huber(
      String name, String sentence, String symptom, Function<Float, Element[]> formulas) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected Loss newHuber(float delta) {
                Element[] elements = formulas.apply(delta);
                return new Faulty(this, Loss.Input.OUTPUT, elements[0], elements[1]);
              }
            });
  }

  private static Mutant sigmoids(
      String name, String sentence, String symptom, Element value, Element slope) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected Loss newSigmoidCrossEntropy() {
                return new Faulty(this, Loss.Input.LOGITS, value, slope);
              }
            });
  }

  private static double bent(double r, double delta) {
    return Math.abs(r) <= delta ? r * r / 2 : delta * (Math.abs(r) - delta / 2);
  }

  private static double clip(double r, double delta) {
    return Math.max(-delta, Math.min(delta, r));
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** Right for every finite logit. */
  private static double entropy(double z, double t) {
    return Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z)));
  }

  static List<Mutant> all() {
    return List.of(
        huber(
            "line that does not meet the parabola",
            "huber: δ · (|r| − δ / 2) beyond δ",
            "huber(1.0) of",
            delta ->
                new Element[] {
                  (y, t) ->
                      Math.abs(y - t) <= delta ? (y - t) * (y - t) / 2 : delta * Math.abs(y - t),
                  (y, t) -> clip(y - t, delta)
                }),
        huber(
            "half of the square forgotten",
            "huber: r² / 2 where |r| ≤ δ",
            "huber(1.0) of",
            delta ->
                new Element[] {(y, t) -> 2 * bent(y - t, delta), (y, t) -> 2 * clip(y - t, delta)}),
        huber(
            "gradient without a bound",
            "huber: the gradient is r kept within [−δ, δ]",
            "gradient",
            delta -> new Element[] {(y, t) -> bent(y - t, delta), (y, t) -> y - t}),
        huber(
            "bend at 1, whatever δ",
            "huber: δ as it was asked for",
            "huber(0.3) of",
            delta -> new Element[] {(y, t) -> bent(y - t, 1), (y, t) -> clip(y - t, 1)}),
        huber(
            "far infinity taken for nothing",
            "huber: its gradient is δ for an infinite r",
            "huber",
            delta ->
                new Element[] {
                  (y, t) -> bent(y - t, delta),
                  (y, t) -> Double.isInfinite(y - t) ? 0 : clip(y - t, delta)
                }),
        sigmoids(
            "sigmoid loss unshifted",
            "sigmoidCrossEntropy: finite for every finite logit",
            "found Infinity",
            (z, t) -> Math.log1p(Math.exp(z)) - z * t,
            (z, t) -> sigmoid(z) - t),
        sigmoids(
            "sigmoid loss of a clamped probability",
            "sigmoidCrossEntropy: max(z, 0) − z · t + log(1 + exp(−|z|))",
            "sigmoidCrossEntropy of",
            (z, t) -> Math.min(16, entropy(z, t)),
            (z, t) -> sigmoid(z) - t),
        sigmoids(
            "false columns left out",
            "sigmoidCrossEntropy: Σ over all columns, those of t = 0 too",
            "sigmoidCrossEntropy of",
            (z, t) -> t == 0 ? 0 * z : entropy(z, t),
            (z, t) -> t == 0 ? 0 * z : sigmoid(z) - t),
        sigmoids(
            "gradient through the sigmoid again",
            "sigmoidCrossEntropy: its gradient is σ(z) − t",
            "gradient",
            LaterLossMutants::entropy,
            (z, t) -> (sigmoid(z) - t) * sigmoid(z) * (1 - sigmoid(z))),
        sigmoids(
            "right infinity that costs",
            "sigmoidCrossEntropy: an infinite logit costs nothing where it is right",
            "found NaN",
            LaterLossMutants::entropy,
            (z, t) -> sigmoid(z) - t));
  }
}
