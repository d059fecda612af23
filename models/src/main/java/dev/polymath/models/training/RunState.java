package dev.polymath.models.training;

import dev.polymath.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the run of one network stands, copied to the host: tensors and strings, each by its name.
 * Filled once, then read alone.
 */
final class RunState {

  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, String> strings = new LinkedHashMap<>();

  /** The values of each tensor, row by row. */
  Map<String, float[]> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  Map<String, String> strings() {
    return Collections.unmodifiableMap(strings);
  }

  /** Copies a tensor. */
  void put(String name, Tensor tensor) {
    float[] values = new float[Math.multiplyExact(tensor.rows(), tensor.cols())];
    tensor.read(values, 0);
    tensors.put(name, values);
  }

  /** Adds values that are copied already. */
  void put(String name, float[] values) {
    tensors.put(name, values);
  }

  void put(String name, String value) {
    strings.put(name, value);
  }

  void put(String name, long value) {
    put(name, Long.toString(value));
  }

  /** Keeps every bit but those of a NaN. */
  void put(String name, double value) {
    put(name, Double.toString(value));
  }

  /** Overwrites a tensor with the values of that name. */
  void get(String name, Tensor tensor) {
    float[] values = tensors.get(name);
    long expected = (long) tensor.rows() * tensor.cols();
    if (values == null || values.length != expected) {
      throw new IllegalArgumentException(
          name
              + ": expected "
              + expected
              + " values, found "
              + (values == null ? "none" : values.length));
    }
    tensor.write(values, 0);
  }

  boolean has(String name) {
    return strings.containsKey(name);
  }

  String string(String name) {
    String value = strings.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": expected a value, found none");
    }
    return value;
  }

  long integer(String name) {
    try {
      return Long.parseLong(string(name));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": expected an integer, found " + string(name), e);
    }
  }

  int small(String name) {
    return Math.toIntExact(integer(name));
  }

  double number(String name) {
    try {
      return Double.parseDouble(string(name));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": expected a number, found " + string(name), e);
    }
  }
}
