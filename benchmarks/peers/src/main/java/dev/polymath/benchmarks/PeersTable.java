package dev.polymath.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes Markdown of measurements, a line each: section, case, engine and figure, with tabs. The
 * n-th figure of one engine and the n-th of another in the same case are a pair.
 */
public final class PeersTable {

  /** What is shown for each section, and whether more is better. */
  private enum Section {
    PRODUCTS("Products, one thread, GFLOP/s", "%.1f", true),
    STEP("Training step, µs", "%.0f", false),
    INFERENCE("Inference, one thread, µs a call", "%.1f", false);

    private final String title;
    private final String format;
    private final boolean moreIsBetter;

    Section(String title, String format, boolean moreIsBetter) {
      this.title = title;
      this.format = format;
      this.moreIsBetter = moreIsBetter;
    }
  }

  /** The product that does next to nothing: its time is that of a call. */
  private static final String CALL = "2x3x4 NN";

  private static final double CALL_GFLOP = 2e-9 * 2 * 3 * 4;

  private PeersTable() {}

  /** A measurement as {@link #main} reads it. */
  static String line(String section, String name, String engine, double figure) {
    return String.format(Locale.ROOT, "%s\t%s\t%s\t%.4f%n", section, name, engine, figure);
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * Prints the tables.
   *
   * @param arguments the file of measurements, and the engine that is set against the others
   */
  public static void main(String[] arguments) throws IOException {
    // Section, case, engine.
    Map<String, Map<String, Map<String, List<Double>>>> all = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] parts = line.split("\t");
      if (parts.length != 4) {
        throw new IllegalArgumentException("expected 4 parts with tabs between, found: " + line);
      }
      all.computeIfAbsent(parts[0], key -> new LinkedHashMap<>())
          .computeIfAbsent(parts[1], key -> new LinkedHashMap<>())
          .computeIfAbsent(parts[2], key -> new ArrayList<>())
          .add(Double.valueOf(parts[3]));
    }
    all.forEach(
        (name, cases) ->
            print(Section.valueOf(name.toUpperCase(Locale.ROOT)), cases, arguments[1]));
  }

  private static void print(
      Section section, Map<String, Map<String, List<Double>>> cases, String ours) {
    Map<String, List<Double>> call = cases.remove(CALL);
    Set<String> engines = new LinkedHashSet<>(List.of(ours));
    cases.values().forEach(figures -> engines.addAll(figures.keySet()));
    StringBuilder head = new StringBuilder("| |");
    StringBuilder rule = new StringBuilder("|---|");
    for (String engine : engines) {
      head.append(' ').append(engine).append(" |");
      rule.append("---|");
    }
    for (String engine : engines) {
      if (!engine.equals(ours)) {
        head.append(" ours / ").append(engine).append(" |");
        rule.append("---|");
      }
    }
    System.out.printf("%n### %s%n%n%s%n%s%n", section.title, head, rule);
    int[] losses = new int[1];
    cases.forEach(
        (name, figures) -> System.out.println(row(section, name, figures, engines, ours, losses)));
    System.out.printf(
        "%nRatios are the medians of the pairs, with the lowest and the highest; %s 1 is a loss (*,"
            + " %d).%n",
        section.moreIsBetter ? "below" : "above", losses[0]);
    if (call != null) {
      StringBuilder times = new StringBuilder("\nOf this, a call takes (2x3x4, µs):");
      call.forEach(
          (engine, figures) ->
              times.append(
                  String.format(
                      Locale.ROOT,
                      " %s %.2f;",
                      engine,
                      CALL_GFLOP / median(doubles(figures)) * 1e6)));
      System.out.println(times.substring(0, times.length() - 1) + ".");
    }
  }

  private static String row(
      Section section,
      String name,
      Map<String, List<Double>> figures,
      Set<String> engines,
      String ours,
      int[] losses) {
    StringBuilder row = new StringBuilder("| " + name + " |");
    for (String engine : engines) {
      List<Double> own = figures.get(engine);
      row.append(' ')
          .append(
              own == null ? "–" : String.format(Locale.ROOT, section.format, median(doubles(own))))
          .append(" |");
    }
    List<Double> base = figures.getOrDefault(ours, List.of());
    for (String engine : engines) {
      if (!engine.equals(ours)) {
        row.append(' ').append(ratio(section, base, figures.get(engine), losses)).append(" |");
      }
    }
    return row.toString();
  }

  private static String ratio(
      Section section, List<Double> ours, List<Double> theirs, int[] losses) {
    int pairs = theirs == null ? 0 : Math.min(ours.size(), theirs.size());
    if (theirs == null || pairs == 0) {
      return "–";
    }
    double[] ratios = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      ratios[i] = ours.get(i) / theirs.get(i);
    }
    double middle = median(ratios);
    boolean loss = section.moreIsBetter ? middle < 1 : middle > 1;
    losses[0] += loss ? 1 : 0;
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f to %.2f)%s",
        middle,
        ratios[0],
        ratios[pairs - 1],
        loss ? " *" : "");
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
