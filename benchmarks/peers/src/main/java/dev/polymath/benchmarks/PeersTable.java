package dev.polymath.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes Markdown of {@link Measurements}: one table in short, then one for each section. */
public final class PeersTable {

  /** What is shown for each section, and whether more is better. */
  private enum Section {
    PRODUCTS("Products, one thread", "GFLOP/s", "%.1f", true),
    STEP("Training step", "µs", "%.0f", false),
    INFERENCE("Inference, one thread", "µs per call", "%.1f", false),
    LATENCY("Inference, one thread, 99th percentile", "µs per call", "%.1f", false);

    private final String title;
    private final String unit;
    private final String format;
    private final boolean moreIsBetter;

    Section(String title, String unit, String format, boolean moreIsBetter) {
      this.title = title;
      this.unit = unit;
      this.format = format;
      this.moreIsBetter = moreIsBetter;
    }

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean lost(double ratio) {
      return moreIsBetter ? ratio < 1 : ratio > 1;
    }
  }

  /** The section of the machine's own FMA peak. */
  static final String PEAK = "peak";

  /** The product that does next to nothing: its time is that of a call. */
  private static final String CALL = "2x3x4 ";

  private static final double CALL_GFLOP = 2e-9 * 2 * 3 * 4;

  private final Map<Section, Map<String, Map<String, List<Double>>>> sections =
      new EnumMap<>(Section.class);
  private final List<Double> peaks;
  private final String ours;
  private final PrintStream out;

  private PeersTable(Measurements measurements, String ours, PrintStream out) {
    for (Section section : Section.values()) {
      if (!measurements.cases(section.key()).isEmpty()) {
        sections.put(section, new LinkedHashMap<>(measurements.cases(section.key())));
      }
    }
    peaks =
        measurements.cases(PEAK).values().stream()
            .flatMap(engines -> engines.values().stream().flatMap(List::stream))
            .toList();
    this.ours = ours;
    this.out = out;
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
   * @param arguments the file of measurements, the engine that is set against the others, and where
   *     the figures are to be written as JSON: that file, and one whose lines say what ran where
   */
  public static void main(String[] arguments) throws IOException {
    Measurements measurements = Measurements.read(Path.of(arguments[0]));
    print(measurements, arguments[1], System.out);
    if (arguments.length > 2) {
      Map<String, String> units = new LinkedHashMap<>();
      units.put(PEAK, Section.PRODUCTS.unit);
      for (Section section : Section.values()) {
        units.put(section.key(), section.unit);
      }
      measurements.writeJson(
          Path.of(arguments[2]), Files.readAllLines(Path.of(arguments[3])), units);
    }
  }

  static void print(Measurements measurements, String ours, PrintStream out) {
    new PeersTable(measurements, ours, out).print();
  }

  private void print() {
    Map<String, List<Double>> call = new LinkedHashMap<>();
    Map<String, Map<String, List<Double>>> products =
        sections.getOrDefault(Section.PRODUCTS, new LinkedHashMap<>());
    call.putAll(products.getOrDefault(CALL + "NN", Map.of()));
    products.keySet().removeIf(name -> name.startsWith(CALL));
    sections.values().removeIf(Map::isEmpty);
    summary();
    sections.forEach(this::print);
    if (!call.isEmpty()) {
      List<String> times = new ArrayList<>();
      call.forEach(
          (engine, figures) ->
              times.add(
                  String.format(
                      Locale.ROOT, "%s %.2f", engine, CALL_GFLOP / median(figures) * 1e6)));
      out.printf(
          "%nA call alone, seen from a product of 2x3x4 (µs): %s.%n", String.join("; ", times));
    }
  }

  /** A line for each peer and kind of work: all ratios as how many times as fast ours is. */
  private void summary() {
    out.printf(
        "%n### In short%n%n| peer | work | %s is … times as fast: median | least | cases lost"
            + " |%n|---|---|---|---|---|%n",
        ours);
    sections.forEach(
        (section, cases) -> {
          for (String engine : engines(cases)) {
            if (!engine.equals(ours)) {
              summary(section, cases, engine);
            }
          }
        });
  }

  private void summary(
      Section section, Map<String, Map<String, List<Double>>> cases, String engine) {
    List<Double> all = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    String where = "";
    int lost = 0;
    for (Map.Entry<String, Map<String, List<Double>>> one : cases.entrySet()) {
      double[] ratios = ratios(one.getValue(), engine);
      if (ratios.length > 0) {
        double middle = median(ratios);
        double faster = section.moreIsBetter ? middle : 1 / middle;
        lost += section.lost(middle) ? 1 : 0;
        all.add(faster);
        if (faster < least) {
          least = faster;
          where = one.getKey();
        }
      }
    }
    if (!all.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.2f | %.2f (%s) | %d of %d |%n",
          engine,
          section.title.toLowerCase(Locale.ROOT),
          median(all),
          least,
          where,
          lost,
          all.size());
    }
  }

  private Set<String> engines(Map<String, Map<String, List<Double>>> cases) {
    Set<String> engines = new LinkedHashSet<>(List.of(ours));
    cases.values().forEach(figures -> engines.addAll(figures.keySet()));
    return engines;
  }

  private void print(Section section, Map<String, Map<String, List<Double>>> cases) {
    Set<String> engines = engines(cases);
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
    out.printf("%n### %s, %s%n%n%s%n%s%n", section.title, section.unit, head, rule);
    cases.forEach((name, figures) -> out.println(row(section, name, figures, engines)));
    out.printf(
        "%nRatios are the medians of the pairs, with the lowest and the highest; %s 1 is a loss"
            + " (*).%n",
        section.moreIsBetter ? "below" : "above");
    if (section == Section.PRODUCTS && !peaks.isEmpty()) {
      double[] values = peaks.stream().mapToDouble(p -> p).sorted().toArray();
      out.printf(
          Locale.ROOT,
          "The FMA peak of one thread, measured before and after, is %.1f GFLOP/s (%.1f to %.1f):"
              + " shares are of that.%n",
          median(values),
          values[0],
          values[values.length - 1]);
    }
  }

  private String row(
      Section section, String name, Map<String, List<Double>> figures, Set<String> engines) {
    StringBuilder row = new StringBuilder("| " + name + " |");
    for (String engine : engines) {
      List<Double> own = figures.get(engine);
      row.append(' ').append(own == null ? "–" : figure(section, engine, median(own))).append(" |");
    }
    for (String engine : engines) {
      if (!engine.equals(ours)) {
        row.append(' ').append(ratio(section, ratios(figures, engine))).append(" |");
      }
    }
    return row.toString();
  }

  /** Ours with its share of the machine's peak, where that was measured. */
  private String figure(Section section, String engine, double value) {
    String text = String.format(Locale.ROOT, section.format, value);
    return section == Section.PRODUCTS && engine.equals(ours) && !peaks.isEmpty()
        ? text + String.format(Locale.ROOT, " (%.0f %%)", 100 * value / median(peaks))
        : text;
  }

  /** Ours over theirs, a pair after the other; none where one of them was not measured. */
  private double[] ratios(Map<String, List<Double>> figures, String engine) {
    List<Double> base = figures.getOrDefault(ours, List.of());
    List<Double> theirs = figures.getOrDefault(engine, List.of());
    double[] ratios = new double[Math.min(base.size(), theirs.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = base.get(i) / theirs.get(i);
    }
    return ratios;
  }

  private static String ratio(Section section, double[] ratios) {
    if (ratios.length == 0) {
      return "–";
    }
    double middle = median(ratios);
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f to %.2f)%s",
        middle,
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow(),
        section.lost(middle) ? " *" : "");
  }

  private static double median(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
