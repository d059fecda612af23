package dev.polymath.models.monitor;

import dev.polymath.models.monitor.Finding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Findings as they come. */
final class Findings {

  private final List<Finding> all = new ArrayList<>();

  /**
   * Adds one.
   *
   * @param layer from 1; 0 for the whole run
   * @param seen a format, and its numbers
   */
  void add(Kind kind, boolean problem, int layer, String advice, String seen, Object... numbers) {
    all.add(
        new Finding(
            kind,
            problem ? Severity.PROBLEM : Severity.WARNING,
            layer,
            String.format(Locale.ROOT, seen, numbers),
            advice));
  }

  boolean has(Kind kind) {
    return all.stream().anyMatch(f -> f.kind() == kind);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Causes before their consequences, then from the first layer to the last. */
  List<Finding> sorted() {
    return all.stream()
        .sorted(Comparator.comparing(Finding::kind).thenComparing(Finding::layer))
        .toList();
  }
}
