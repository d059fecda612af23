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
 * Two result files or two commits, case by case: how long the second takes, as a multiple of the
 * first.
 *
 * @param cases those that both have, in the order of the first
 * @param alone how many cases only one of them has
 * @param bound from which ratio on a case counts as slower
 * @param pairs whether each fork of one was run beside one of the other
 */
public record Comparison(List<Case> cases, int alone, double bound, boolean pairs) {

  public Comparison {
    cases = List.copyOf(cases);
  }

  /**
   * One case.
   *
   * @param name its benchmark and parameters
   * @param before seconds of an operation, the median
   * @param ratio of the medians, the second to the first; of pairs the median of their ratios
   * @param low the least that the ratio can be: fastest iteration to slowest; of pairs the lowest
   * @param high the most
   * @param slower whether the ratio is beyond the bound, and the second's fastest iteration beyond
   *     the first's median; of pairs, whether the ratio is beyond the bound and no pair below 1
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
    return new Comparison(cases, alone, bound, false);
  }

  /**
   * Compares forks that ran by turns: file i of one was measured beside file i of the other. A file
   * may have a case that its neighbour has not: then the pair does not count.
   *
   * @param bound at least 1
   * @throws IOException if a file can't be read, or no case is in both files of a pair
   */
  public static Comparison ofPairs(List<Path> before, List<Path> after, double bound)
      throws IOException {
    Map<String, Figure> named = new LinkedHashMap<>();
    Map<String, List<double[]>> pairs = new LinkedHashMap<>();
    for (int i = 0; i < before.size(); i++) {
      Map<String, Figure> first = figures(before.get(i));
      Map<String, Figure> second = figures(after.get(i));
      first.forEach(named::putIfAbsent);
      second.forEach(named::putIfAbsent);
      first.forEach(
          (key, figure) -> {
            Figure other = second.get(key);
            if (other != null) {
              pairs
                  .computeIfAbsent(key, k -> new ArrayList<>())
                  .add(new double[] {figure.seconds().median(), other.seconds().median()});
            }
          });
    }
    if (pairs.isEmpty()) {
      throw new IOException("expected cases that both measured, found none");
    }
    List<Case> cases = new ArrayList<>();
    pairs.forEach(
        (key, times) -> {
          Sample ratio = Sample.of(times.stream().mapToDouble(t -> t[1] / t[0]).toArray());
          Sample first = Sample.of(times.stream().mapToDouble(t -> t[0]).toArray());
          boolean slower = ratio.median() > bound && ratio.low() > 1;
          Figure figure = named.get(key);
          cases.add(
              new Case(
                  name(figure), first.median(), ratio.median(), ratio.low(), ratio.high(), slower));
        });
    return new Comparison(cases, named.size() - pairs.size(), bound, true);
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
            alone == 0 ? "" : "; " + alone + " in one " + (pairs ? "commit" : "file") + " alone"));
    lines.add(
        String.format(
            Locale.ROOT,
            pairs
                ? "%d slower: the median of the pairs is beyond %.2f, and no pair is below 1"
                : "%d slower: the median is beyond %.2f times the one before, and no iteration is"
                    + " as fast as that",
            cases.stream().filter(Case::slower).count(),
            bound));
    return lines;
  }
}
