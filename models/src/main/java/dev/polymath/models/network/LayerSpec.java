package dev.polymath.models.network;

import dev.polymath.Activation;
import java.util.Objects;

/**
 * One layer of a network as a value: what a model file keeps.
 *
 * @param kind with or without parameters
 * @param inputs columns of x
 * @param outputs columns of y; {@code inputs} for an activation
 * @param activation applied last
 */
public record LayerSpec(Kind kind, int inputs, int outputs, Activation activation) {

  /** The two kinds of layers. */
  public enum Kind {
    /** {@code y = f(x · w + b)}. */
    DENSE,
    /** {@code y = f(x)}. */
    ACTIVATION
  }

  public LayerSpec {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(activation, "activation");
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "layer: inputs and outputs must be at least 1, found " + inputs + " and " + outputs);
    }
    if (kind == Kind.ACTIVATION && inputs != outputs) {
      throw new IllegalArgumentException(
          "activation: inputs and outputs are equal, found " + inputs + " and " + outputs);
    }
    if (kind == Kind.DENSE && activation == Activation.SOFTMAX) {
      throw new IllegalArgumentException(
          "dense: softmax is a layer of its own: dense(IDENTITY), then activation(SOFTMAX)");
    }
  }

  /** Such as {@code dense 128->50 RELU} or {@code activation SOFTMAX}. */
  @Override
  public String toString() {
    return kind == Kind.DENSE
        ? "dense " + inputs + "->" + outputs + " " + activation
        : "activation " + activation;
  }
}
