package dev.polymath.conformance;

import dev.polymath.Loss;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Faults in the losses. */
final class LossMutants {

  private static final String GROUP = "Losses";

  private LossMutants() {}

  private static Mutant mutant(
      String name, String sentence, String symptom, Function<ReferenceBackend, Loss> loss) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected Loss newSoftmaxCrossEntropy() {
                return loss.apply(this);
              }
            });
  }

  private static Mutant squared(
      String name, String sentence, String symptom, Function<ReferenceBackend, Loss> loss) {
    return Mutant.of(
        name,
        sentence,
        GROUP,
        symptom,
        () ->
            new ReferenceBackend() {
              @Override
              protected Loss newSquaredError() {
                return loss.apply(this);
              }
            });
  }

  /** Cross-entropy with a fault. */
  private static class Entropy extends ReferenceLoss {
    Entropy(ReferenceBackend backend) {
      super(backend, Input.LOGITS);
    }
  }

  /** Squared error with a fault. */
  private static class Squares extends ReferenceLoss {
    Squares(ReferenceBackend backend) {
      super(backend, Input.OUTPUT);
    }
  }

  private static void scale(@Nullable ReferenceTensor tensor, double factor) {
    for (int i = 0; tensor != null && i < tensor.size(); i++) {
      tensor.data[i] = (float) (tensor.data[i] * factor);
    }
  }

  static List<Mutant> all() {
    return List.of(
        mutant(
            "loss not divided",
            "Loss: 1/n · Σ over the n rows",
            "softmaxCrossEntropy of",
            backend ->
                new Entropy(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    return super.compute(output, target, d) * output.rows();
                  }
                }),
        mutant(
            "gradient not divided",
            "valueAndGradient: the factor 1/n is included",
            "softmaxCrossEntropy of",
            backend ->
                new Entropy(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    double loss = super.compute(output, target, d);
                    scale(d, output.rows());
                    return loss;
                  }
                }),
        squared(
            "divided by the elements",
            "squaredError: a row's loss is Σ (y[j] − t[j])²",
            "squaredError of",
            backend ->
                new Squares(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    return super.compute(output, target, d) / output.cols();
                  }
                }),
        squared(
            "factor 2 lost",
            "squaredError: its gradient is 2 · (y − t), divided by n",
            "gradient",
            backend ->
                new Squares(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    double loss = super.compute(output, target, d);
                    scale(d, 0.5);
                    return loss;
                  }
                }),
        mutant(
            "cross-entropy unshifted",
            "softmaxCrossEntropy: finite for logits of ±10⁴ and more",
            "softmaxCrossEntropy of",
            backend ->
                new Entropy(backend) {
                  @Override
                  double entropyOfRow(
                      int row,
                      ReferenceTensor output,
                      ReferenceTensor target,
                      @Nullable ReferenceTensor d) {
                    double loss = super.entropyOfRow(row, output, target, d);
                    double sum = 0;
                    for (int j = 0; j < output.cols(); j++) {
                      sum += Math.exp(output.data[row + j]);
                    }
                    return Double.isInfinite(sum) ? sum : loss;
                  }
                }),
        mutant(
            "cross-entropy of a clamped probability",
            "softmaxCrossEntropy: −Σ t[j] · log softmax(z)[j]",
            "softmaxCrossEntropy of",
            backend ->
                new Entropy(backend) {
                  @Override
                  double entropyOfRow(
                      int row,
                      ReferenceTensor output,
                      ReferenceTensor target,
                      @Nullable ReferenceTensor d) {
                    return Math.min(-Math.log(1e-7), super.entropyOfRow(row, output, target, d));
                  }
                }),
        mutant(
            "zero times infinity",
            "softmaxCrossEntropy: value and gradient are finite",
            "found NaN",
            backend ->
                new Entropy(backend) {
                  @Override
                  double entropyOfRow(
                      int row,
                      ReferenceTensor output,
                      ReferenceTensor target,
                      @Nullable ReferenceTensor d) {
                    double loss = super.entropyOfRow(row, output, target, d);
                    double max = Double.NEGATIVE_INFINITY;
                    double min = Double.POSITIVE_INFINITY;
                    for (int j = 0; j < output.cols(); j++) {
                      max = Math.max(max, output.data[row + j]);
                      min = Math.min(min, output.data[row + j]);
                    }
                    return loss + 0 * Math.log(Math.exp(min - max));
                  }
                }),
        mutant(
            "sum of the targets taken as one",
            "softmaxCrossEntropy: its gradient is softmax(z) · Σ t − t",
            "gradient",
            backend ->
                new Entropy(backend) {
                  @Override
                  double entropyOfRow(
                      int row,
                      ReferenceTensor output,
                      ReferenceTensor target,
                      @Nullable ReferenceTensor d) {
                    double loss = super.entropyOfRow(row, output, target, d);
                    double targets = 0;
                    for (int j = 0; j < output.cols(); j++) {
                      targets += target.data[row + j];
                    }
                    for (int j = 0; d != null && j < output.cols(); j++) {
                      double t = (double) target.data[row + j] / output.rows();
                      d.data[row + j] = (float) ((d.data[row + j] + t) / targets - t);
                    }
                    return loss;
                  }
                }),
        squared(
            "summed in float",
            "value: summed in double",
            "squaredError of",
            backend ->
                new Squares(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    super.compute(output, target, d);
                    float loss = 0;
                    for (int i = 0; i < output.size(); i++) {
                      float difference = output.data[i] - target.data[i];
                      loss += difference * difference;
                    }
                    return loss / output.rows();
                  }
                }),
        mutant(
            "value without the mean",
            "valueAndGradient: the mean loss, as value",
            ": value: expected the loss",
            backend ->
                new Entropy(backend) {
                  @Override
                  protected double valueKernel(ReferenceTensor output, ReferenceTensor target) {
                    return super.valueKernel(output, target) * output.rows();
                  }
                }),
        mutant(
            "rows without a number skipped",
            "a NaN in the output makes the loss NaN",
            "expected the loss NaN",
            backend ->
                new Entropy(backend) {
                  @Override
                  double entropyOfRow(
                      int row,
                      ReferenceTensor output,
                      ReferenceTensor target,
                      @Nullable ReferenceTensor d) {
                    double loss = super.entropyOfRow(row, output, target, d);
                    return Double.isNaN(loss) ? 0 : loss;
                  }
                }),
        squared(
            "gradient of the loss accumulated",
            "valueAndGradient: dOutput is overwritten",
            "gradient",
            backend ->
                new Squares(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    float[] before = d == null ? new float[0] : d.data.clone();
                    double loss = super.compute(output, target, d);
                    for (int i = 0; d != null && i < d.size(); i++) {
                      d.data[i] += before[i];
                    }
                    return loss;
                  }
                }),
        mutant(
            "logits overwritten by their softmax",
            "value: output is read",
            "its input output",
            backend ->
                new Entropy(backend) {
                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    double loss = super.compute(output, target, d);
                    if (d != null) {
                      System.arraycopy(d.data, 0, output.data, 0, output.size());
                    }
                    return loss;
                  }
                }),
        squared(
            "rows remembered from the first call",
            "Loss: no state",
            "squaredError of",
            backend ->
                new Squares(backend) {
                  private int rows;

                  @Override
                  double compute(
                      ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor d) {
                    rows = rows == 0 ? output.rows() : rows;
                    return super.compute(output, target, d) * output.rows() / rows;
                  }
                }),
        squared(
            "squared error on logits",
            "Loss.input: what output means",
            "input()",
            backend -> new ReferenceLoss(backend, Loss.Input.LOGITS)));
  }
}
