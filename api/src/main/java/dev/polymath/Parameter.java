package dev.polymath;

import java.util.Objects;

/**
 * A trained tensor of a layer. It is zero until the caller writes it: a backend draws no weights.
 *
 * @param name unique in its layer: {@code "weight"} or {@code "bias"}
 * @param value owned by the layer; the optimizer updates it in place
 */
public record Parameter(String name, Tensor value) {

  public Parameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }
}
