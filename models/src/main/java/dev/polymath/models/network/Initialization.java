package dev.polymath.models.network;

import dev.polymath.Activation;

/**
 * How the parameters of a dense layer are drawn. The numbers depend on the seed alone: the same
 * bits on every JDK and every backend.
 */
public enum Initialization {
  /**
   * {@link #HE} before ReLU, leaky ReLU and ELU, {@link #LECUN} before SELU, {@link #XAVIER} before
   * any other activation.
   */
  DEFAULT,

  /** Weights from N(0, 2 / inputs), biases zero (He and others, 2015). */
  HE,

  /** Weights from N(0, 2 / (inputs + outputs)), biases zero (Glorot and Bengio, 2010). */
  XAVIER,

  /** Weights from N(0, 1 / inputs), biases zero (LeCun and others, 1998). */
  LECUN,

  /** Weights and biases from N(0, 1), whatever the width: saturates a wide layer. */
  NORMAL;

  /** The standard deviation of the weights of {@code layer}. */
  double deviation(LayerSpec layer) {
    return switch (this) {
      case DEFAULT -> forActivation(layer.activation()).deviation(layer);
      case HE -> Math.sqrt(2.0 / layer.inputs());
      case XAVIER -> Math.sqrt(2.0 / (layer.inputs() + layer.outputs()));
      case LECUN -> Math.sqrt(1.0 / layer.inputs());
      case NORMAL -> 1;
    };
  }

  /** Whether biases are drawn like the weights; they are zero otherwise. */
  boolean drawsBiases() {
    return this == NORMAL;
  }

  private static Initialization forActivation(Activation f) {
    return switch (f) {
      case RELU, LEAKY_RELU, ELU -> HE;
      case SELU -> LECUN;
      case IDENTITY, SIGMOID, TANH, SOFTMAX -> XAVIER;
    };
  }
}
