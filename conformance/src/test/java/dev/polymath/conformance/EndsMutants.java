package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Faults at the ends of functions, about zero and at infinity. */
final class EndsMutants {

  private static final String GROUP = "Precision";

  private EndsMutants() {}

  private static Mutant mutant(
      String name, String sentence, String symptom, String check, Supplier<Backend> session) {
    return Mutant.of(name, sentence, GROUP, symptom, session).by(check);
  }

  /** A slope in the place of an activation's, from its output and dy. */
  private interface Slope {
    float of(float y, float dy, float right);
  }

  private static ReferenceBackend derivative(Activation of, Slope slope) {
    return new ReferenceBackend() {
      @Override
      protected void activateBackwardKernel(
          Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
        float[] before = dy.data.clone();
        super.activateBackwardKernel(f, y, dy, dx);
        for (int i = 0; f == of && i < dx.size(); i++) {
          dx.data[i] = slope.of(y.data[i], before[i], dx.data[i]);
        }
      }
    };
  }

  /** Another function in dense layers alone, from what they add up. */
  private interface Fused {
    float of(float z, float right);
  }

  private static ReferenceBackend fused(Activation of, Fused function) {
    return new ReferenceBackend() {
      @Override
      protected Layer newDense(int inputs, int outputs, Activation f) {
        return new ReferenceDense(this, inputs, outputs, f) {
          @Override
          protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
            matmulKernel(x, weight, y);
            addRowKernel(bias, y);
            float[] z = y.data.clone();
            activateKernel(f, y, y);
            for (int i = 0; f == of && i < y.size(); i++) {
              y.data[i] = function.of(z[i], y.data[i]);
            }
          }
        };
      }
    };
  }

  private static ReferenceBackend entropy(boolean skipsZeros) {
    return new ReferenceBackend() {
      @Override
      protected Loss newSoftmaxCrossEntropy() {
        return new ReferenceLoss(this, Loss.Input.LOGITS) {
          @Override
          double compute(
              ReferenceTensor output, ReferenceTensor target, @Nullable ReferenceTensor dOutput) {
            double loss = super.compute(output, target, dOutput);
            for (int i = 0; i < output.size(); i++) {
              boolean infinite = output.data[i] == Float.NEGATIVE_INFINITY;
              if (!skipsZeros && infinite) {
                loss += 0 * output.data[i];
              }
            }
            return skipsZeros ? Math.min(loss, Double.MAX_VALUE) : loss;
          }
        };
      }
    };
  }

  /** What softmax gives for a row of −∞ alone. */
  private static ReferenceBackend ofNothing(java.util.function.IntToDoubleFunction value) {
    return new ReferenceBackend() {
      @Override
      protected void activateKernel(Activation f, ReferenceTensor x, ReferenceTensor y) {
        float[] before = x.data.clone();
        super.activateKernel(f, x, y);
        int n = x.cols();
        for (int row = 0; f == Activation.SOFTMAX && row < x.size(); row += n) {
          boolean nothing = true;
          for (int j = row; j < row + n; j++) {
            nothing &= before[j] == Float.NEGATIVE_INFINITY;
          }
          if (nothing) {
            Arrays.fill(y.data, row, row + n, (float) value.applyAsDouble(n));
          }
        }
      }
    };
  }

  static List<Mutant> all() {
    String derivatives = "derivativesAtExtremes";
    String layers = "layersAtExtremes";
    return List.of(
        mutant(
            "zero target times a logit of −∞",
            "softmaxCrossEntropy: a logit of −∞ costs nothing where t = 0",
            "logits of −∞ with target 0",
            "maskedLogits",
            () -> entropy(false)),
        mutant(
            "loss cut off at the largest number",
            "softmaxCrossEntropy: a logit of −∞ with a target above 0 costs ∞",
            "expected Infinity",
            "maskedLogits",
            () -> entropy(true)),
        mutant(
            "softmax of nothing uniform",
            "SOFTMAX: a row of −∞ is NaN",
            "softmax of",
            "softmaxOfInfinity",
            () -> ofNothing(n -> 1.0 / n)),
        mutant(
            "softmax of nothing zero",
            "SOFTMAX: a row of −∞ is NaN",
            "softmax of",
            "softmaxOfInfinity",
            () -> ofNothing(n -> 0)),
        mutant(
            "α = 0 not reading x",
            "axpby: with α = 0, x is read all the same",
            "0 · ∞ must be NaN",
            "alphaOfZero",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void axpbyKernel(
                      float alpha, ReferenceTensor x, float beta, ReferenceTensor y) {
                    if (alpha == 0) {
                      for (int i = 0; i < y.size(); i++) {
                        y.data[i] = beta == 0 ? 0 : beta * y.data[i];
                      }
                    } else {
                      super.axpbyKernel(alpha, x, beta, y);
                    }
                  }
                }),
        mutant(
            "slope of the sigmoid never zero",
            "SIGMOID: dx = dy · y · (1 − y), 0 at its ends",
            "activateBackward SIGMOID",
            derivatives,
            () ->
                derivative(
                    Activation.SIGMOID, (y, dy, right) -> dy * Math.max(1e-7f, y * (1 - y)))),
        mutant(
            "slope of tanh from a rounded square",
            "TANH: dx = dy · (1 − y²), where y is near 1 too",
            "activateBackward TANH",
            derivatives,
            () ->
                derivative(
                    Activation.TANH,
                    (y, dy, right) -> 1 - Math.abs(y) < 0x1p-11f ? 0x1p-12f * dy : right)),
        mutant(
            "smallest outputs of ReLU taken as off",
            "RELU: dx = dy where y > 0, however small y is",
            "activateBackward RELU",
            derivatives,
            () -> derivative(Activation.RELU, (y, dy, right) -> y < Float.MIN_NORMAL ? 0 : right)),
        mutant(
            "ReLU's slope as a factor",
            "RELU: dx = 0 where y is not above 0, and not 0 · dy",
            "a NaN that comes from nowhere",
            derivatives,
            () -> derivative(Activation.RELU, (y, dy, right) -> (y > 0 ? 1 : 0) * dy)),
        mutant(
            "leaky slope at the smallest output",
            "LEAKY_RELU: dx = dy where y > 0, however small y is",
            "activateBackward LEAKY_RELU",
            derivatives,
            () ->
                derivative(
                    Activation.LEAKY_RELU,
                    (y, dy, right) -> y < Float.MIN_NORMAL ? 0.01f * dy : right)),
        mutant(
            "exponential unit's slope of 0 at y = 0",
            "ELU: dx = dy · (y + 1) where y is not above 0",
            "activateBackward ELU",
            derivatives,
            () -> derivative(Activation.ELU, (y, dy, right) -> y == 0 ? 0 : right)),
        mutant(
            "tanh of a layer by cancellation",
            "dense TANH: accurate near 0",
            "TANH forward at extremes",
            layers,
            () ->
                fused(
                    Activation.TANH,
                    (z, right) -> Math.abs(z) < 0.1f ? (float) (1 + Math.tanh(z)) - 1f : right)),
        mutant(
            "sigmoid of a layer cut off",
            "dense SIGMOID: accurate at its flat ends",
            "SIGMOID forward at extremes",
            layers,
            () -> fused(Activation.SIGMOID, (z, right) -> z < -20 ? 0 : right)),
        mutant(
            "ReLU of a layer hiding NaN",
            "dense RELU: a NaN in the bias gives a NaN in y",
            "a NaN must not be lost",
            layers,
            () -> fused(Activation.RELU, (z, right) -> z > 0 ? z : 0)),
        mutant(
            "exponential unit of a layer by cancellation",
            "dense ELU: accurate near 0",
            "ELU forward at extremes",
            layers,
            () -> fused(Activation.ELU, (z, right) -> z > 0 ? right : (float) Math.exp(z) - 1f)),
        mutant(
            "infinite bias of a layer cut off",
            "dense: a bias of ±∞ gives the limits of f",
            "LEAKY_RELU forward at extremes",
            layers,
            () -> fused(Activation.LEAKY_RELU, (z, right) -> Math.max(-Float.MAX_VALUE, right))));
  }
}
