package dev.polymath.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pairs of an option and its value, each with a default. */
final class Options {

  private final Map<String, String> values = new LinkedHashMap<>();

  private Options() {}

  static Options of(String name, String value) {
    return new Options().with(name, value);
  }

  Options with(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** Takes the given values; an unknown option ends the program. */
  Options read(String[] arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length || values.replace(arguments[i], arguments[i + 1]) == null) {
        throw refuse(
            "expected pairs of " + values.keySet() + " and a value, found " + arguments[i]);
      }
    }
    return this;
  }

  /** Ends the program with a message; what is thrown is for the compiler. */
  static IllegalArgumentException refuse(String message) {
    System.err.println(message);
    System.exit(2);
    return new IllegalArgumentException(message);
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** A whole number from 1. */
  int number(String name) {
    String value = text(name);
    if (!value.matches("0*[1-9]\\d{0,8}")) {
      throw refuse(name + ": expected a whole number from 1, found " + value);
    }
    return Integer.parseInt(value);
  }

  List<String> list(String name) {
    return List.of(text(name).split(","));
  }
}
