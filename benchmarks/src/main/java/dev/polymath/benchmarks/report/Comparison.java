package dev.polymath.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two result files, case by case: how long the second takes, as a multiple of the first.
 *
 * @param cases those that both files have, in the order of the first
 * @param alone how many cases only one of them has
 * @param bound from which ratio on a case counts as slower
 */
public record Comparison(List<Case> cases, int alone, double bound) {

  public Comparison {
    cases = List.copyOf(cases);
  }

  /**
   * One case.
   *
   * @param name its benchmark and parameters
   * @param before seconds of an operation, the median
   * @param ratio of the medians, the second to the first
   * @param low the least that the ratio can be: fastest iteration to slowest
   * @param high the most
   * @param slower whether the ratio is beyond the bound, and the second's fastest iteration beyond
   *     the first's median
   */
  public record Case(
      String name, double before, double ratio, double low, double high, boolean slower) {}

  /**
   * Compares two of JMH's result files.
   *
   * @param bound at least 1
   * @throws IOException if a file can't be read, or no case is in both
   */
  public static Comparison of(Path before, Path after, double bound) throws IOException {
    Map<String, Figure> first = figures(before);
    Map<String, Figure> second = figures(after);
    List<Case> cases = new ArrayList<>();
    int alone = 0;
    for (Map.Entry<String, Figure> entry : first.entrySet()) {
      Figure other = second.get(entry.getKey());
      if (other == null) {
        alone++;
      } else {
        cases.add(compare(entry.getValue(), other, bound));
      }
    }
    alone += (int) second.keySet().stream().filter(key -> !first.containsKey(key)).count();
    if (cases.isEmpty()) {
      throw new IOException(
          before + " and " + after + ": expected cases that are in both, found none");
    }
    return new Comparison(cases, alone, bound);
  }

  private static Map<String, Figure> figures(Path file) throws IOException {
    Map<String, Figure> timed = new LinkedHashMap<>();
    for (Figure figure : Results.read(List.of(file)).figures()) {
      if (figure.seconds().known()) {
        timed.put(figure.key(), figure);
      }
    }
    return timed;
  }

  private static Case compare(Figure first, Figure second, double bound) {
    Sample a = first.seconds();
    Sample b = second.seconds();
    double ratio = b.median() / a.median();
    return new Case(
        name(first),
        a.median(),
        ratio,
        b.low() / a.high(),
        b.high() / a.low(),
        ratio > bound && b.low() > a.median());
  }

  private static String name(Figure figure) {
    StringBuilder name =
        new StringBuilder(figure.benchmark().replaceFirst("Benchmark$", ""))
            .append('.')
            .append(figure.method());
    new TreeMap<>(figure.parameters()).values().forEach(value -> name.append(' ').append(value));
    return figure.callers() == 1 ? name.toString() : name + ", " + figure.callers() + " callers";
  }

  /** Whether any case is slower. */
  public boolean isSlower() {
    return cases.stream().anyMatch(Case::slower);
  }

  /** A line for each case, and two that sum them up. */
  public List<String> lines() {
    int width = cases.stream().mapToInt(c -> c.name().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Case c : cases) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-" + width + "s  %.2f  (%.2f to %.2f)%s",
              c.name(),
              c.ratio(),
              c.low(),
              c.high(),
              c.slower() ? "  slower" : ""));
    }
    double[] ratios = cases.stream().mapToDouble(Case::ratio).toArray();
    double mean = Math.exp(Arrays.stream(ratios).map(Math::log).average().orElse(Double.NaN));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%d cases; geometric mean %.3f, lowest %.2f, highest %.2f%s",
            ratios.length,
            mean,
            Arrays.stream(ratios).min().orElse(Double.NaN),
            Arrays.stream(ratios).max().orElse(Double.NaN),
            alone == 0 ? "" : "; " + alone + " in one file alone"));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d slower: the median is beyond %.2f times the one before, and no iteration is as fast"
                + " as that",
            cases.stream().filter(Case::slower).count(),
            bound));
    return lines;
  }
}
