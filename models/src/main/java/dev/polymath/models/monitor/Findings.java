package dev.polymath.models.monitor;

import dev.polymath.models.monitor.Verdict.Finding.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Findings as they come. */
final class Findings {

  private final List<Verdict.Finding> all = new ArrayList<>();

  /**
   * Adds one.
   *
   * @param layer from 1; 0 for the whole run
   * @param seen a format, and its numbers
   */
  void add(Kind kind, boolean problem, int layer, String advice, String seen, Object... numbers) {
    all.add(
        new Verdict.Finding(
            kind,
            problem ? Verdict.Severity.PROBLEM : Verdict.Severity.WARNING,
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
  List<Verdict.Finding> sorted() {
    return all.stream()
        .sorted(Comparator.comparing(Verdict.Finding::kind).thenComparing(Verdict.Finding::layer))
        .toList();
  }
}
