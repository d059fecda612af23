package dev.polymath.benchmarks.report;

import dev.polymath.benchmarks.report.Block.Bullets;
import dev.polymath.benchmarks.report.Block.Cell;
import dev.polymath.benchmarks.report.Block.Chart;
import dev.polymath.benchmarks.report.Block.Heading;
import dev.polymath.benchmarks.report.Block.Paragraph;
import dev.polymath.benchmarks.report.Block.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The report's content, from the answer to the backends' figures. */
final class Sections {

  private static final Pattern SQUARE = Pattern.compile("(\\d{1,6})x\\1x\\1");
  private static final String SMALL_PRINT =
      " Below: the share of the FMA peak on as many threads; the ratio to the best of the row; half"
          + " the range of all iterations.";

  private final Results results;
  private final List<Block> blocks = new ArrayList<>();

  private Sections(Results results) {
    this.results = results;
  }

  static List<Block> of(Results results) {
    Sections sections = new Sections(results);
    List<String> findings = Findings.of(results);
    sections.blocks.add(
        findings.isEmpty()
            ? new Paragraph("There is nothing to compare in these results.")
            : new Bullets(findings));
    sections.products();
    sections.steps();
    sections.backward();
    sections.inference();
    sections.gathering();
    sections.blocks.addAll(MachineSections.of(results));
    return sections.blocks;
  }

  /** Machine, JDK, commit and day in a line. */
  static String subtitle(Results results) {
    List<String> parts = new ArrayList<>();
    for (RunInfo run : results.runs()) {
      List<String> part = new ArrayList<>();
      part.add(run.cpu().isEmpty() ? "unknown processor" : run.cpu());
      if (run.processors() > 0) {
        part.add(run.processors() + (run.processors() == 1 ? " core" : " cores"));
      }
      if (run.started().length() >= 10) {
        part.add(run.started().substring(0, 10));
      }
      part.add(run.commit().isEmpty() ? "commit unknown" : "commit " + run.commit());
      parts.add(String.join(" · ", part));
    }
    if (parts.isEmpty()) {
      parts.add("machine and commit not recorded");
    }
    return String.join("; ", parts) + " · JDK " + String.join(" and ", results.jdks());
  }

  /** n of {@code nxnxn}; 0 for any other shape. */
  static int square(String shape) {
    Matcher square = SQUARE.matcher(shape);
    return square.matches() ? Integer.parseInt(square.group(1)) : 0;
  }

  private void products() {
    List<Figure> all = results.of("MatmulBenchmark");
    if (all.isEmpty()) {
      return;
    }
    blocks.add(new Heading("Matrix products"));
    List<String> crossings = new ArrayList<>();
    for (String form : List.of("NN", "TN", "NT")) {
      for (String threads : Results.values(all, "threads")) {
        List<Figure> squares =
            all.stream()
                .filter(
                    f ->
                        f.parameter("form").equals(form)
                            && f.parameter("threads").equals(threads)
                            && square(f.parameter("shape")) > 0)
                .toList();
        Map<String, NavigableMap<Integer, Sample>> curves =
            curves(squares, f -> square(f.parameter("shape")), Figure::gflops);
        if (sizes(curves) < 3) {
          continue;
        }
        String what = product(form) + ", " + asked(threads);
        double peak = results.peak(Math.max(1, squares.get(0).number("threads")));
        blocks.add(
            new Chart(
                what + ", in GFLOP/s",
                new Curves("rows = columns", "GFLOP/s", curves, series(curves), peak)::draw));
        List<String> found = Findings.crossings(curves);
        if (!found.isEmpty()) {
          crossings.add(
              "Where the curves of " + what + " cross: " + String.join("; ", found) + ".");
        }
      }
    }
    if (!crossings.isEmpty()) {
      blocks.add(new Bullets(crossings));
    }
    compare(
        "Products in GFLOP/s: out is [M, N], the inner dimension K." + SMALL_PRINT,
        "M × K × N",
        all.stream()
            .sorted(
                Comparator.comparing((Figure f) -> square(f.parameter("shape")) == 0)
                    .thenComparing(f -> f.number("threads"))
                    .thenComparing(f -> List.of("NN", "TN", "NT").indexOf(f.parameter("form")))
                    .thenComparing(f -> Work.flop(f)))
            .toList(),
        f ->
            f.parameter("shape").replace("x", " × ")
                + ", "
                + product(f.parameter("form"))
                + ", "
                + asked(f.parameter("threads")),
        f -> Text.number(f.gflops().median()),
        blocks.stream().anyMatch(b -> b instanceof Chart));
  }

  private static String product(String form) {
    return switch (form) {
      case "TN" -> "Aᵀ·B";
      case "NT" -> "A·Bᵀ";
      case "NN" -> "A·B";
      default -> form;
    };
  }

  private static String asked(String threads) {
    return threads.matches("\\d{1,9}")
        ? Text.threads(Integer.parseInt(threads))
        : "threads unknown";
  }

  private void steps() {
    List<Figure> all = results.of("TrainStepBenchmark");
    if (all.isEmpty()) {
      return;
    }
    blocks.add(new Heading("Training step"));
    blocks.add(
        new Paragraph(
            "One step of `Trainer` on 784 → 128 sigmoid → 50 ReLU → 10, softmax cross-entropy, SGD:"
                + " gather, write, forward, loss, backward, update."));
    for (String batch : Results.values(all, "batch")) {
      List<Figure> same = all.stream().filter(f -> f.parameter("batch").equals(batch)).toList();
      double most = same.stream().mapToDouble(f -> f.seconds().median()).max().orElse(1);
      for (String threads : Results.values(same, "threads")) {
        blocks.add(
            new Chart(
                "Time per step at batch " + batch + ", " + asked(threads) + ": shorter is better",
                new BarChart(bars(same, threads), most)::draw));
      }
    }
    compare(
        "Time per step." + SMALL_PRINT,
        "Batch",
        byBatch(all),
        f -> f.parameter("batch") + ", " + asked(f.parameter("threads")),
        f -> Text.time(f.seconds().median()),
        true);
  }

  private List<BarChart.Bar> bars(List<Figure> figures, String threads) {
    List<BarChart.Bar> bars = new ArrayList<>();
    for (String backend : Results.backends(figures)) {
      for (Figure f : figures) {
        if (f.parameter("threads").equals(threads) && f.backend().equals(backend)) {
          String time = Text.time(f.seconds().median());
          bars.add(new BarChart.Bar(backend, results.series(backend), f.seconds(), time));
        }
      }
    }
    return bars;
  }

  private void backward() {
    List<Figure> all = results.of("BackwardBenchmark");
    if (all.isEmpty()) {
      return;
    }
    blocks.add(new Heading("Backward pass"));
    blocks.add(
        new Paragraph(
            "Weight, bias and input gradient, the last one not before the first layer. `whole` is"
                + " all three layers, from the loss down."));
    for (String threads : Results.values(all, "threads")) {
      for (String layer : Results.values(all, "layer")) {
        List<Figure> figures =
            all.stream()
                .filter(
                    f ->
                        f.parameter("threads").equals(threads)
                            && f.parameter("layer").equals(layer))
                .toList();
        Map<String, NavigableMap<Integer, Sample>> curves =
            curves(figures, f -> f.number("batch"), Figure::gflops);
        if (sizes(curves) > 1) {
          double peak = results.peak(Math.max(1, figures.get(0).number("threads")));
          blocks.add(
              new Chart(
                  layer + ", " + asked(threads) + ", in GFLOP/s",
                  new Curves("rows of a batch", "GFLOP/s", curves, series(curves), peak)::draw));
        }
      }
    }
    compare(
        "Time of a backward pass." + SMALL_PRINT,
        "Layer, batch",
        byBatch(all),
        f ->
            f.parameter("layer")
                + ", "
                + f.parameter("batch")
                + ", "
                + asked(f.parameter("threads")),
        f -> Text.time(f.seconds().median()),
        Results.values(all, "batch").size() > 2);
  }

  private static List<Figure> byBatch(List<Figure> figures) {
    return figures.stream()
        .sorted(
            Comparator.comparing((Figure f) -> f.number("threads"))
                .thenComparing(f -> f.parameter("layer"))
                .thenComparing(f -> f.number("batch")))
        .toList();
  }

  private void inference() {
    List<Figure> all = results.of("InferenceBenchmark");
    if (all.isEmpty()) {
      return;
    }
    blocks.add(new Heading("Inference"));
    compare(
        "Time of a call of `predictProbabilities`, from array to array: the median." + SMALL_PRINT,
        "Batch",
        byBatch(all),
        f -> f.parameter("batch") + ", " + asked(f.parameter("threads")),
        f -> Text.time(f.seconds().median()),
        false);
    List<Figure> timed =
        byBatch(all).stream()
            .filter(f -> !f.percentiles().isEmpty() && f.number("batch") == 1)
            .toList();
    if (!timed.isEmpty()) {
      double[] percents = {50, 90, 99, 99.9};
      List<List<Cell>> rows = new ArrayList<>();
      for (String backend : Results.backends(timed)) {
        for (Figure figure : timed) {
          if (figure.backend().equals(backend)) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.of(backend + ", " + asked(figure.parameter("threads"))));
            for (double percent : percents) {
              row.add(Cell.of(Text.time(figure.percentileSeconds(percent))));
            }
            rows.add(row);
          }
        }
      }
      blocks.add(
          new Table(
              "Latency of a single prediction: so many of a hundred calls took no longer.",
              List.of("Backend", "50", "90", "99", "99.9"),
              rows,
              false));
    }
  }

  private void gathering() {
    List<Figure> all = results.of("GatherBenchmark");
    if (all.isEmpty()) {
      return;
    }
    blocks.add(new Heading("Data gathering"));
    List<List<Cell>> rows = new ArrayList<>();
    for (Figure f : byBatch(all)) {
      int batch = Math.max(1, f.number("batch"));
      rows.add(
          List.of(
              Cell.of(f.parameter("source").toLowerCase(java.util.Locale.ROOT)),
              Cell.of(f.parameter("batch")),
              new Cell(Text.time(f.seconds().median()), Text.spread(f.seconds()), false),
              Cell.of(Text.time(f.seconds().median() / batch)),
              Cell.of(Text.number(4e-9 * 784 * batch / f.seconds().median()) + " GB/s")));
    }
    blocks.add(
        new Table(
            "Shuffled examples of 784 features into a batch: images of a byte a pixel, the same moved"
                + " by up to two pixels, rows of floats.",
            List.of("Source", "Batch", "A batch", "An example", "Written"),
            rows,
            false));
  }

  /** A row for each label, in the order of the figures, a column for each backend. */
  private void compare(
      String caption,
      String corner,
      List<Figure> figures,
      Function<Figure, String> label,
      Function<Figure, String> text,
      boolean hidden) {
    List<String> backends = Results.backends(figures);
    Map<String, List<Figure>> byLabel = new LinkedHashMap<>();
    for (Figure figure : figures) {
      byLabel.computeIfAbsent(label.apply(figure), l -> new ArrayList<>()).add(figure);
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (Map.Entry<String, List<Figure>> row : byLabel.entrySet()) {
      Figure best = Results.fastest(row.getValue());
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(row.getKey()));
      for (String backend : backends) {
        Figure figure = Results.of(row.getValue(), backend);
        cells.add(
            figure == null
                ? Cell.of("–")
                : new Cell(
                    text.apply(figure),
                    detail(figure, best),
                    figure == best && row.getValue().size() > 1));
      }
      rows.add(cells);
    }
    List<String> headers = new ArrayList<>(List.of(corner));
    headers.addAll(backends);
    blocks.add(new Table(caption, headers, rows, hidden));
  }

  private String detail(Figure figure, Figure best) {
    List<String> parts = new ArrayList<>();
    double share = results.share(figure);
    if (Double.isFinite(share)) {
      parts.add(Text.percent(share));
    }
    boolean speeds = figure.benchmark().equals("MatmulBenchmark");
    double ratio = Results.ratio(figure, best);
    parts.add(Text.ratio(speeds ? 1 / ratio : ratio) + "×");
    parts.add(Text.spread(figure.seconds()));
    if (figure.number("threads") > results.threads(figure)) {
      parts.add(Text.threads(results.threads(figure)) + " in force");
    }
    return String.join(" · ", parts);
  }

  private static Map<String, NavigableMap<Integer, Sample>> curves(
      List<Figure> figures, Function<Figure, Integer> x, Function<Figure, Sample> y) {
    Map<String, NavigableMap<Integer, Sample>> curves = new LinkedHashMap<>();
    for (String backend : Results.backends(figures)) {
      NavigableMap<Integer, Sample> curve = new TreeMap<>();
      for (Figure figure : figures) {
        if (figure.backend().equals(backend) && x.apply(figure) > 0 && y.apply(figure).known()) {
          curve.put(x.apply(figure), y.apply(figure));
        }
      }
      if (!curve.isEmpty()) {
        curves.put(backend, curve);
      }
    }
    return curves;
  }

  private Map<String, Integer> series(Map<String, NavigableMap<Integer, Sample>> curves) {
    Map<String, Integer> series = new LinkedHashMap<>();
    curves.keySet().forEach(backend -> series.put(backend, results.series(backend)));
    return series;
  }

  private static long sizes(Map<String, NavigableMap<Integer, Sample>> curves) {
    return curves.values().stream().flatMap(c -> c.keySet().stream()).distinct().count();
  }
}
