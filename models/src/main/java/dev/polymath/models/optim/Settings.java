package dev.polymath.models.optim;

import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.List;
import java.util.Map;

/** What the optimizers share: checks of their settings, and which parameters decay. */
final class Settings {

  private Settings() {}

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + ": expected 0 to below 1, found " + value);
    }
  }

  static void notNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + ": expected at least 0, found " + value);
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + ": expected above 0, found " + value);
    }
  }

  /** A bias has no scale to keep small: it does not decay. */
  static double decay(Parameter p, double weightDecay) {
    return p.role() == Parameter.Role.BIAS ? 0 : weightDecay;
  }

  static double required(Map<String, Double> numbers, String name) {
    Double value = numbers.get(name);
    if (value == null) {
      throw new IllegalArgumentException("optimizer: " + name + ": expected a number, found none");
    }
    return value;
  }

  /** Tensors named after the parameters that they are of. */
  static void name(
      Map<String, Tensor> named, String what, List<Parameter> parameters, List<Tensor> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      named.put(what + "." + parameters.get(i).name(), tensors.get(i));
    }
  }

  static List<Tensor> zerosLike(Allocations tensors, List<Parameter> parameters) {
    return parameters.stream().map(p -> tensors.allocateLike(p.value())).toList();
  }
}
