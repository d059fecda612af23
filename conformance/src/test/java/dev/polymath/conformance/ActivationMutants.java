package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.spi.ComposedActivation;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Faults in activate, activateBackward and the layers made of them. */
final class ActivationMutants {

  private static final String GROUP = "Activations";

  private ActivationMutants() {}

  /** Another function in the place of f. */
  private static ReferenceBackend replaced(Activation replaced, DoubleUnaryOperator function) {
    return new ReferenceBackend() {
      @Override
      protected void activateKernel(Activation f, ReferenceTensor x, ReferenceTensor y) {
        if (f != replaced) {
          super.activateKernel(f, x, y);
          return;
        }
        for (int i = 0; i < x.size(); i++) {
          y.data[i] = (float) function.applyAsDouble(x.data[i]);
        }
      }
    };
  }

  /** Another derivative, of the output, in the place of f's. */
  private static ReferenceBackend slope(Activation replaced, DoubleUnaryOperator slope) {
    return new ReferenceBackend() {
      @Override
      protected void activateBackwardKernel(
          Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
        if (f != replaced) {
          super.activateBackwardKernel(f, y, dy, dx);
          return;
        }
        for (int i = 0; i < y.size(); i++) {
          dx.data[i] = (float) (dy.data[i] * slope.applyAsDouble(y.data[i]));
        }
      }
    };
  }

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "identity that rounds",
            "IDENTITY: y = x",
            GROUP,
            "activate IDENTITY",
            () -> replaced(Activation.IDENTITY, x -> x * (1 + 0x1p-22))),
        Mutant.of(
            "negated sigmoid",
            "SIGMOID: y = 1 / (1 + exp(−x))",
            GROUP,
            "activate SIGMOID",
            () -> replaced(Activation.SIGMOID, x -> 1 / (1 + Math.exp(x)))),
        Mutant.of(
            "sigmoid cut off",
            "SIGMOID: accurate at its flat ends",
            GROUP,
            "activate SIGMOID",
            () -> replaced(Activation.SIGMOID, x -> x < -16 ? 0 : 1 / (1 + Math.exp(-x)))),
        Mutant.of(
            "tanh by cancellation",
            "TANH: y = tanh(x), accurate near 0",
            GROUP,
            "activate TANH",
            () ->
                replaced(
                    Activation.TANH,
                    x -> {
                      float e = (float) Math.exp(-2 * Math.abs(x));
                      return Math.signum(x) * ((1 - e) / (1 + e));
                    })),
        Mutant.of(
            "NaN hidden by ReLU",
            "a NaN in x gives a NaN in y",
            GROUP,
            "activate RELU",
            () -> replaced(Activation.RELU, x -> x > 0 ? x : 0)),
        Mutant.of(
            "leaky slope of 0.1",
            "LEAKY_RELU: 0.01 · x where x is not above 0",
            GROUP,
            "activate LEAKY_RELU",
            () -> replaced(Activation.LEAKY_RELU, x -> x > 0 ? x : 0.1 * x)),
        Mutant.of(
            "exponential unit by cancellation",
            "ELU: exp(x) − 1, accurate near 0",
            GROUP,
            "activate ELU",
            () -> replaced(Activation.ELU, x -> x > 0 ? x : (float) Math.exp(x) - 1)),
        Mutant.of(
            "exponential unit of the wrong end",
            "SELU: λ · α · (exp(x) − 1) where x is not above 0",
            GROUP,
            "activate SELU",
            () -> replaced(Activation.SELU, x -> x > 0 ? 1.0507 * x : 1.6733 * Math.expm1(x))),
        Mutant.of(
            "activation claimed and not known",
            "AbstractBackend.computes: the kernels know f",
            GROUP,
            "activate ELU",
            () -> replaced(Activation.ELU, x -> x)),
        Mutant.of(
            "softmax unshifted",
            "SOFTMAX: the shift by the maximum keeps it finite",
            GROUP,
            "activate SOFTMAX",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateKernel(
                      Activation f, ReferenceTensor x, ReferenceTensor y) {
                    if (f != Activation.SOFTMAX) {
                      super.activateKernel(f, x, y);
                      return;
                    }
                    int n = x.cols();
                    for (int row = 0; row < x.size(); row += n) {
                      double sum = 0;
                      for (int j = 0; j < n; j++) {
                        sum += Math.exp(x.data[row + j]);
                      }
                      for (int j = 0; j < n; j++) {
                        y.data[row + j] = (float) (Math.exp(x.data[row + j]) / sum);
                      }
                    }
                  }
                }),
        Mutant.of(
            "softmax of a rounded shift",
            "SOFTMAX: accurate far below the maximum",
            GROUP,
            "activate SOFTMAX",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateKernel(
                      Activation f, ReferenceTensor x, ReferenceTensor y) {
                    if (f != Activation.SOFTMAX) {
                      super.activateKernel(f, x, y);
                      return;
                    }
                    int n = x.cols();
                    for (int row = 0; row < x.size(); row += n) {
                      float max = Float.NEGATIVE_INFINITY;
                      for (int j = 0; j < n; j++) {
                        max = Math.max(max, x.data[row + j]);
                      }
                      double sum = 0;
                      for (int j = 0; j < n; j++) {
                        float shifted = x.data[row + j] - max;
                        sum += Math.exp(shifted);
                      }
                      for (int j = 0; j < n; j++) {
                        float shifted = x.data[row + j] - max;
                        y.data[row + j] = (float) (Math.exp(shifted) / sum);
                      }
                    }
                  }
                }),
        Mutant.of(
            "softmax over the batch",
            "SOFTMAX: by row",
            GROUP,
            "activate SOFTMAX",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateKernel(
                      Activation f, ReferenceTensor x, ReferenceTensor y) {
                    super.activateKernel(f, x, y);
                    for (int i = 0; f == Activation.SOFTMAX && i < y.size(); i++) {
                      y.data[i] /= y.rows();
                    }
                  }
                }),
        Mutant.of(
            "sigmoid's derivative of x",
            "SIGMOID: dx = dy · y · (1 − y)",
            GROUP,
            "activateBackward SIGMOID",
            () ->
                slope(
                    Activation.SIGMOID,
                    y -> Math.exp(-y) / ((1 + Math.exp(-y)) * (1 + Math.exp(-y))))),
        Mutant.of(
            "tanh's derivative without the square",
            "TANH: dx = dy · (1 − y²)",
            GROUP,
            "activateBackward TANH",
            () -> slope(Activation.TANH, y -> 1 - y)),
        Mutant.of(
            "wrong side of ReLU",
            "RELU: dx = dy where y > 0 and 0 elsewhere",
            GROUP,
            "activateBackward RELU",
            () -> slope(Activation.RELU, y -> y >= 0 ? 1 : 0)),
        Mutant.of(
            "leaky ReLU's derivative at zero",
            "LEAKY_RELU: dx = 0.01 · dy where y is not above 0",
            GROUP,
            "activateBackward LEAKY_RELU",
            () -> slope(Activation.LEAKY_RELU, y -> y >= 0 ? 1 : 0.01f)),
        Mutant.of(
            "exponential unit's derivative without the 1",
            "ELU: dx = dy · (y + 1) where y is not above 0",
            GROUP,
            "activateBackward ELU",
            () -> slope(Activation.ELU, y -> y > 0 ? 1 : y)),
        Mutant.of(
            "scaled unit's derivative without its scale",
            "SELU: dx = λ · dy where y > 0",
            GROUP,
            "activateBackward SELU",
            () -> slope(Activation.SELU, y -> y > 0 ? 1 : y + 1.7580993408473766)),
        Mutant.of(
            "softmax's derivative without its cross terms",
            "SOFTMAX: dx[j] = y[j] · (dy[j] − Σ dy[k] · y[k])",
            GROUP,
            "activateBackward SOFTMAX",
            () -> slope(Activation.SOFTMAX, y -> y * (1 - y))),
        Mutant.of(
            "identity's derivative forgotten",
            "IDENTITY: dx = dy",
            GROUP,
            "activateBackward IDENTITY",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateBackwardKernel(
                      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
                    if (f != Activation.IDENTITY) {
                      super.activateBackwardKernel(f, y, dy, dx);
                    }
                  }
                }),
        Mutant.of(
            "softmax that cannot work in place",
            "activateBackward: dx may be dy itself",
            GROUP,
            "with dx = dy",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateBackwardKernel(
                      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
                    java.util.Arrays.fill(dx.data, 0, dx.size(), 0);
                    super.activateBackwardKernel(f, y, dy, dx);
                  }
                }),
        Mutant.of(
            "activation that cannot work in place",
            "activate: y may be x itself",
            GROUP,
            "in place",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateKernel(
                      Activation f, ReferenceTensor x, ReferenceTensor y) {
                    java.util.Arrays.fill(y.data, 0, y.size(), 0);
                    super.activateKernel(f, x, y);
                  }
                }),
        Mutant.of(
            "stored activation overwritten",
            "activateBackward: y is read",
            GROUP,
            "its input y",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateBackwardKernel(
                      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
                    super.activateBackwardKernel(f, y, dy, dx);
                    if (f == Activation.RELU) {
                      for (int i = 0; i < y.size(); i++) {
                        y.data[i] = y.data[i] > 0 ? 1 : 0;
                      }
                    }
                  }
                }),
        Mutant.of(
            "activation layer that works in place",
            "Layer.forward: x is read",
            GROUP,
            "its input x",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected Layer newActivation(int width, Activation f) {
                    ReferenceBackend real = new ReferenceBackend();
                    return new dev.polymath.spi.AbstractLayer<ReferenceTensor>(
                        this, width, width, List.of()) {
                      @Override
                      protected void forwardKernel(ReferenceTensor x, ReferenceTensor y) {
                        real.activateKernel(f, x, x);
                        System.arraycopy(x.data, 0, y.data, 0, x.size());
                      }

                      @Override
                      protected void backwardKernel(
                          ReferenceTensor x,
                          ReferenceTensor y,
                          ReferenceTensor dy,
                          @org.jspecify.annotations.Nullable ReferenceTensor dx,
                          List<dev.polymath.Tensor> gradients) {
                        if (dx != null) {
                          real.activateBackwardKernel(f, y, dy, dx);
                        }
                      }
                    };
                  }
                }),
        Mutant.of(
            "layer of the wrong activation",
            "activation: y = f(x)",
            GROUP,
            "activation TANH",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected Layer newActivation(int width, Activation f) {
                    return new ComposedActivation<>(
                        this, width, f == Activation.TANH ? Activation.SIGMOID : f);
                  }
                }),
        Mutant.of(
            "NaN in one element of softmax alone",
            "SOFTMAX: a NaN in x gives a NaN in its whole row",
            GROUP,
            "activate SOFTMAX",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateKernel(
                      Activation f, ReferenceTensor x, ReferenceTensor y) {
                    float[] before = x.data.clone();
                    super.activateKernel(f, x, y);
                    for (int i = 0; f == Activation.SOFTMAX && i < y.size(); i++) {
                      y.data[i] = Float.isNaN(y.data[i]) && !Float.isNaN(before[i]) ? 0 : y.data[i];
                    }
                  }
                }));
  }
}
