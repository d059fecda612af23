package dev.polymath.spi;

import dev.polymath.Activation;

/** Activations in double on the Java heap, between a read and a write. */
final class HostActivation {

  private HostActivation() {}

  /** {@code y = f(x)}; y may be x. */
  static void forward(Activation f, AbstractTensor x, AbstractTensor y) {
    float[] values = Kernels.elements(x);
    for (int i = 0; i < values.length; i++) {
      double v = values[i];
      values[i] =
          (float)
              switch (f) {
                case ELU -> v > 0 ? v : StrictMath.expm1(v);
                case SELU ->
                    Activation.SELU_SCALE
                        * (v > 0 ? v : Activation.SELU_ALPHA * StrictMath.expm1(v));
                default -> throw notComposed(f);
              };
    }
    y.writeKernel(values, 0);
  }

  /** {@code dx = dy · f′}, from the output y; dx may be dy. */
  static void backward(Activation f, AbstractTensor y, AbstractTensor dy, AbstractTensor dx) {
    float[] outputs = Kernels.elements(y);
    float[] gradients = Kernels.elements(dy);
    for (int i = 0; i < outputs.length; i++) {
      double v = outputs[i];
      double slope =
          switch (f) {
            case ELU -> v > 0 ? 1 : v + 1;
            case SELU ->
                v > 0 ? Activation.SELU_SCALE : v + Activation.SELU_SCALE * Activation.SELU_ALPHA;
            default -> throw notComposed(f);
          };
      gradients[i] = (float) (gradients[i] * slope);
    }
    dx.writeKernel(gradients, 0);
  }

  private static IllegalStateException notComposed(Activation f) {
    return new IllegalStateException(f + " has no composed form: every backend computes it itself");
  }
}
