package dev.polymath.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The answer in words, computed from the figures: which backend for what. */
final class Findings {

  /** A lead smaller than this is none. */
  private static final double EQUAL = 1.03;

  private final Results results;
  private final List<String> sentences = new ArrayList<>();

  private Findings(Results results) {
    this.results = results;
  }

  /** A sentence an item, the most important first. */
  static List<String> of(Results results) {
    Findings findings = new Findings(results);
    findings.lead();
    findings.steps();
    findings.products();
    findings.inference();
    findings.threads();
    findings.quality();
    return findings.sentences;
  }

  /** One sentence for whoever reads no further. */
  private void lead() {
    Map<String, List<String>> winners = new LinkedHashMap<>();
    List<Figure> steps = oneThread("TrainStepBenchmark");
    if (!steps.isEmpty()) {
      String batch = usual(steps);
      winner(
          winners,
          "training",
          steps.stream().filter(f -> f.parameter("batch").equals(batch)).toList());
    }
    winner(winners, "single predictions", inference(1));
    squares(winners);
    if (winners.isEmpty()) {
      return;
    }
    List<String> parts = new ArrayList<>();
    winners.forEach(
        (backend, areas) -> parts.add("**" + backend + "** is fastest for " + Text.list(areas)));
    sentences.add("On this machine, on one thread, " + Text.list(parts) + ".");
  }

  /** Who is fastest for square products of which sizes. */
  private void squares(Map<String, List<String>> winners) {
    List<Figure> squares = squares("NN", 1);
    if (Results.backends(squares).size() < 2) {
      return;
    }
    TreeMap<Integer, String> fastest = fastestBySize(squares);
    int first = fastest.firstKey();
    for (int size : fastest.keySet()) {
      Integer next = fastest.higherKey(size);
      String backend = fastest.get(size);
      if (next == null || !fastest.get(next).equals(backend)) {
        String sizes = first == size ? "of " + size : "of " + first + " to " + size;
        winners.computeIfAbsent(backend, b -> new ArrayList<>()).add("square products " + sizes);
        first = next == null ? size : next;
      }
    }
  }

  private static void winner(Map<String, List<String>> winners, String area, List<Figure> figures) {
    if (Results.backends(figures).size() > 1) {
      winners.computeIfAbsent(Results.fastest(figures).backend(), b -> new ArrayList<>()).add(area);
    }
  }

  /** Batch 64, or the first there is. */
  private static String usual(List<Figure> figures) {
    List<String> batches = Results.values(figures, "batch");
    return batches.contains("64") ? "64" : batches.get(0);
  }

  private List<Figure> oneThread(String benchmark) {
    return results.of(benchmark, f -> f.number("threads") <= 1);
  }

  private List<Figure> inference(int batch) {
    return results.of(
        "InferenceBenchmark", f -> f.number("threads") <= 1 && f.number("batch") == batch);
  }

  /** Products of squares. */
  List<Figure> squares(String form, int threads) {
    return results.of(
        "MatmulBenchmark",
        f ->
            f.parameter("form").equals(form)
                && Math.max(1, f.number("threads")) == threads
                && Sections.square(f.parameter("shape")) > 0);
  }

  private void steps() {
    List<Figure> all = oneThread("TrainStepBenchmark");
    for (String batch : Results.values(all, "batch")) {
      List<Figure> figures = all.stream().filter(f -> f.parameter("batch").equals(batch)).toList();
      Figure best = Results.fastest(figures);
      double share = results.share(best);
      sentences.add(
          "A training step of 784-128-50-10 at batch "
              + batch
              + " takes **"
              + Text.time(best.seconds().median())
              + "** with "
              + best.backend()
              + (Double.isFinite(share) ? " (" + Text.percent(share) + " of the FMA peak)" : "")
              + others(figures, best)
              + ".");
    }
  }

  /** {@code ; nd4j is as fast; arrays takes 2.1 times as long and ejml 9.8}. */
  private static String others(List<Figure> figures, Figure best) {
    List<String> equal = new ArrayList<>();
    List<String> slower = new ArrayList<>();
    for (String backend : Results.backends(figures)) {
      if (!backend.equals(best.backend())) {
        double ratio = Results.ratio(Results.of(figures, backend), best);
        if (ratio < EQUAL) {
          equal.add(backend);
        } else {
          String times = slower.isEmpty() ? " takes %s times as long" : " %s";
          slower.add(backend + String.format(Locale.ROOT, times, Text.ratio(ratio)));
        }
      }
    }
    return (equal.isEmpty()
            ? ""
            : "; " + Text.list(equal) + (equal.size() == 1 ? " is as fast" : " are as fast"))
        + (slower.isEmpty() ? "" : "; " + Text.list(slower));
  }

  private void products() {
    List<Figure> figures = squares("NN", 1);
    if (Results.backends(figures).size() < 2) {
      return;
    }
    Figure best =
        figures.stream()
            .max((a, b) -> Double.compare(a.gflops().median(), b.gflops().median()))
            .orElseThrow();
    double share = results.share(best);
    sentences.add(
        "The fastest product of square matrices runs at **"
            + Text.number(best.gflops().median())
            + " GFLOP/s**"
            + (Double.isFinite(share) ? " (" + Text.percent(share) + " of the FMA peak)" : "")
            + " with "
            + best.backend()
            + " at "
            + Sections.square(best.parameter("shape"))
            + ".");
  }

  /** The fastest of each size; a lead too small to count leaves the one of the size before. */
  static TreeMap<Integer, String> fastestBySize(List<Figure> squares) {
    TreeMap<Integer, String> fastest = new TreeMap<>();
    TreeMap<Integer, List<Figure>> bySize = new TreeMap<>();
    for (Figure figure : squares) {
      bySize
          .computeIfAbsent(Sections.square(figure.parameter("shape")), n -> new ArrayList<>())
          .add(figure);
    }
    String before = "";
    for (Map.Entry<Integer, List<Figure>> entry : bySize.entrySet()) {
      Figure best = Results.fastest(entry.getValue());
      Figure same = Results.of(entry.getValue(), before);
      before = same != null && Results.ratio(same, best) < EQUAL ? before : best.backend();
      fastest.put(entry.getKey(), before);
    }
    return fastest;
  }

  static List<String> crossings(Map<String, NavigableMap<Integer, Sample>> curves) {
    return Crossings.of(curves).stream()
        .map(c -> c.faster() + " passes " + c.slower() + " at about " + Math.round(c.size()))
        .toList();
  }

  private void inference() {
    List<Figure> figures = inference(1);
    if (figures.isEmpty()) {
      return;
    }
    Figure best = Results.fastest(figures);
    double late = best.percentileSeconds(99);
    sentences.add(
        "A single prediction takes **"
            + Text.time(best.seconds().median())
            + "** at the median with "
            + best.backend()
            + (Double.isFinite(late) ? " (99 of 100 at most " + Text.time(late) + ")" : "")
            + others(figures, best)
            + ".");
  }

  private void threads() {
    List<Figure> steps = results.of("TrainStepBenchmark");
    for (Figure many : steps) {
      if (results.threads(many) > 1 && many.backend().equals(Results.fastest(steps).backend())) {
        steps.stream()
            .filter(
                f ->
                    f.number("threads") == 1
                        && f.backend().equals(many.backend())
                        && f.parameter("batch").equals(many.parameter("batch")))
            .findFirst()
            .ifPresent(
                one ->
                    sentences.add(
                        "With "
                            + Text.threads(results.threads(many))
                            + " the step of "
                            + many.backend()
                            + " at batch "
                            + many.parameter("batch")
                            + " takes "
                            + Text.time(many.seconds().median())
                            + ", "
                            + speedup(Results.ratio(one, many))
                            + " as with one"
                            + forkJoin()
                            + "."));
      }
    }
  }

  private static String speedup(double ratio) {
    return ratio < 1
        ? Text.ratio(1 / ratio) + " times as long"
        : Text.ratio(ratio) + " times as fast";
  }

  private String forkJoin() {
    return results.of("ForkJoinBenchmark").stream()
        .findFirst()
        .map(
            f ->
                " (handing work to a second thread and back cost "
                    + Text.time(f.seconds().median())
                    + " here)")
        .orElse("");
  }

  private void quality() {
    int wide = results.wide().size();
    if (wide > 0) {
      sentences.add(
          "Handle with care: "
              + wide
              + " of "
              + results.figures().size()
              + " figures vary by more than ±"
              + Text.percent(Sample.WIDE)
              + " and are marked “wide”. The machine was not quiet, or not long enough.");
    }
    for (RunInfo run : results.runs()) {
      if (!run.failed().isEmpty()) {
        sentences.add("Not measured: " + run.failed().size() + " that failed, listed at the end.");
      }
    }
  }
}
