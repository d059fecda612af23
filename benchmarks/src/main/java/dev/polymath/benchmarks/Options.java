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
        System.err.println(
            "expected pairs of " + values.keySet() + " and a value, found " + arguments[i]);
        System.exit(2);
      }
    }
    return this;
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  List<String> list(String name) {
    return List.of(text(name).split(","));
  }
}
