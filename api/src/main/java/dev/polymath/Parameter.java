package dev.polymath;

import java.util.Objects;

/**
 * A trained tensor of a layer. It is zero until the caller writes it: a backend draws no weights.
 *
 * @param name unique in its layer: {@code "weight"} or {@code "bias"}
 * @param role what it does in the layer; decay and initialization go by it, never by the name
 * @param value owned by the layer; the optimizer updates it in place
 */
public record Parameter(String name, Role role, Tensor value) {

  /** What a parameter does in its layer. */
  public enum Role {
    /** Is multiplied with the input: drawn at random at first, kept small by weight decay. */
    WEIGHT,
    /** Is added: zero at first, and never decays. */
    BIAS
  }

  public Parameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(value, "value");
  }
}
