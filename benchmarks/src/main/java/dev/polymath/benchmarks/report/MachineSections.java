package dev.polymath.benchmarks.report;

import dev.polymath.benchmarks.report.Block.Bullets;
import dev.polymath.benchmarks.report.Block.Cell;
import dev.polymath.benchmarks.report.Block.Heading;
import dev.polymath.benchmarks.report.Block.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the machine can do, what is not known to the report, and how all was measured. */
final class MachineSections {

  private static final Set<String> KNOWN =
      Set.of(
          "MatmulBenchmark",
          "TrainStepBenchmark",
          "BackwardBenchmark",
          "InferenceBenchmark",
          "GatherBenchmark",
          "PeakBenchmark",
          "BandwidthBenchmark",
          "ForkJoinBenchmark");

  /** The share of its core that each thread has at least where all are free. */
  private static final double FREE = 0.9;

  private final Results results;
  private final List<Block> blocks = new ArrayList<>();

  private MachineSections(Results results) {
    this.results = results;
  }

  static List<Block> of(Results results) {
    MachineSections sections = new MachineSections(results);
    sections.roofline();
    sections.others();
    sections.method();
    return sections.blocks;
  }

  private void roofline() {
    List<String> items = new ArrayList<>();
    for (Figure figure : results.of("PeakBenchmark", f -> f.method().equals("fma"))) {
      items.add(peak(figure));
    }
    for (Figure figure : results.of("ForkJoinBenchmark")) {
      items.add(
          "Two threads: handing work to a spinning second one and hearing back takes **"
              + Text.time(figure.seconds().median())
              + "** "
              + Text.spread(figure.seconds())
              + ", which an operation pays at least once"
              + cores());
    }
    List<Figure> bandwidth = results.of("BandwidthBenchmark");
    if (items.isEmpty() && bandwidth.isEmpty()) {
      return;
    }
    blocks.add(new Heading("The machine's own limits"));
    if (!items.isEmpty()) {
      blocks.add(new Bullets(items));
    }
    if (!bandwidth.isEmpty()) {
      bandwidth(bandwidth);
    }
  }

  /** Whether several threads had a core each: by what they reach together. */
  private String cores() {
    List<Figure> peaks = results.of("PeakBenchmark", f -> f.method().equals("fma"));
    double one = Double.NaN;
    for (Figure figure : peaks) {
      double gflops = figure.counters().getOrDefault("gflop", Sample.NONE).median();
      if (figure.callers() == 1) {
        one = gflops;
      } else if (Double.isFinite(gflops / one)) {
        double share = gflops / (one * figure.callers());
        return String.format(
            Locale.ROOT,
            "; %s reach %.2f times the peak of one: %s",
            Text.threads(figure.callers()),
            gflops / one,
            share >= FREE
                ? "the cores were free."
                : "**the cores were not free**, and figures on several threads are too high.");
      }
    }
    return ". Whether the cores were free was not measured.";
  }

  private String peak(Figure figure) {
    Sample gflops = figure.counters().getOrDefault("gflop", Sample.NONE);
    Sample lanesPerSecond = figure.counters().getOrDefault("lanes", Sample.NONE);
    // What disturbs only slows down: the fastest iterations tell the clock and what a cycle holds.
    double clock = results.clock().high();
    String text =
        "FMA peak of "
            + Text.threads(figure.callers())
            + ": **"
            + Text.number(gflops.median())
            + " GFLOP/s** "
            + Text.spread(gflops);
    if (!Double.isFinite(clock)) {
      return text + ".";
    }
    // Each counter sums over the threads, and so does the number of calls.
    double width = Math.rint(lanesPerSecond.median() / figure.score().median());
    double perCycle = gflops.high() / figure.callers() / (2 * clock * width);
    return text
        + String.format(
            Locale.ROOT,
            ": %.2f FMAs of %.0f floats a cycle and thread, at the %.2f GHz that a chain of additions shows.",
            perCycle,
            width,
            clock);
  }

  private void bandwidth(List<Figure> figures) {
    Map<String, Map<Integer, Map<String, Sample>>> table = new TreeMap<>();
    for (Figure figure : figures) {
      table
          .computeIfAbsent(Text.threads(figure.callers()), t -> new TreeMap<>())
          .computeIfAbsent(figure.number("kilobytes"), k -> new TreeMap<>())
          .put(figure.method(), figure.counters().getOrDefault("gigabytes", Sample.NONE));
    }
    List<List<Cell>> rows = new ArrayList<>();
    table.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
        .forEach(
            threads ->
                threads
                    .getValue()
                    .forEach(
                        (kilobytes, methods) -> {
                          List<Cell> row = new ArrayList<>();
                          row.add(
                              Cell.of(
                                  size(kilobytes) + level(kilobytes) + ", " + threads.getKey()));
                          for (String method : List.of("read", "triad")) {
                            Sample sample = methods.getOrDefault(method, Sample.NONE);
                            row.add(
                                new Cell(Text.number(sample.median()), Text.spread(sample), false));
                          }
                          rows.add(row);
                        }));
    blocks.add(
        new Table(
            "Bytes that code loads and stores, in GB/s, by what a thread works on: `read` sums,"
                + " `triad` is a = b + 3 c.",
            List.of("Working set", "read", "triad"),
            rows,
            false));
  }

  private static String size(int kilobytes) {
    return kilobytes < 1024 ? kilobytes + " KiB" : kilobytes / 1024 + " MiB";
  }

  private String level(int kilobytes) {
    return results.runs().stream()
        .filter(run -> !run.caches().isEmpty())
        .findFirst()
        .map(
            run ->
                new TreeMap<>(run.caches())
                    .entrySet().stream()
                        .filter(cache -> kilobytes * 1024L <= cache.getValue())
                        .findFirst()
                        .map(cache -> " in " + cache.getKey())
                        .orElse(" in memory"))
        .orElse("");
  }

  /** Benchmarks that the report knows nothing of are not left out. */
  private void others() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Figure figure : results.figures()) {
      if (!KNOWN.contains(figure.benchmark())) {
        rows.add(
            List.of(
                Cell.of(figure.benchmark() + "." + figure.method()),
                Cell.of(figure.parameters().isEmpty() ? "–" : figure.parameters().toString()),
                new Cell(
                    Text.number(figure.score().median()) + " " + figure.unit(),
                    Text.spread(figure.score()),
                    false)));
      }
    }
    if (!rows.isEmpty()) {
      blocks.add(new Heading("Other benchmarks"));
      blocks.add(
          new Table(
              "As JMH gives them.", List.of("Benchmark", "Parameters", "Score"), rows, false));
    }
  }

  private void method() {
    blocks.add(new Heading("How it was measured"));
    List<String> items = new ArrayList<>();
    for (RunInfo run : results.runs()) {
      run(run, items);
    }
    if (results.runs().isEmpty()) {
      items.add(
          "Machine, commit and date were not recorded: there was no `"
              + RunInfo.FILE
              + "` beside the results.");
    }
    items.add("JDK: " + String.join("; ", results.jdks()) + ".");
    for (String flags : results.flags()) {
      items.add("Flags: `" + (flags.isEmpty() ? "none" : flags) + "`");
    }
    items.add(
        "Every result was compared with the double-precision oracle before it was timed. A figure is"
            + " the median of all iterations of "
            + forks()
            + "; ± is half the distance from the lowest to the highest, “wide” above ±"
            + Text.percent(Sample.WIDE)
            + ". GFLOP/s count the matrix products alone.");
    if (results.repeated() > 0) {
      items.add(
          results.repeated()
              + " figures stood in more than one file; those of the last are shown.");
    }
    blocks.add(new Bullets(items));
    allocation();
  }

  private String forks() {
    TreeMap<Integer, Integer> forks = new TreeMap<>();
    results.figures().forEach(f -> forks.merge(f.forks(), 1, Integer::sum));
    return forks.isEmpty()
        ? "all JVMs"
        : forks.firstKey().equals(forks.lastKey())
            ? forks.firstKey() + (forks.firstKey() == 1 ? " JVM" : " JVMs")
            : forks.firstKey() + " to " + forks.lastKey() + " JVMs";
  }

  private static void run(RunInfo run, List<String> items) {
    String when =
        run.started().isEmpty()
            ? "at an unknown time"
            : run.started().replace('T', ' ').replace("Z", " UTC");
    items.add(
        (run.run().isEmpty() ? "Run" : "Run `" + run.run() + "`")
            + ", "
            + when
            + (Double.isFinite(run.seconds())
                ? String.format(Locale.ROOT, ", %.1f minutes", run.seconds() / 60)
                : "")
            + ", commit "
            + (run.commit().isEmpty() ? "unknown" : run.commit())
            + ".");
    List<String> caches = new ArrayList<>();
    run.caches().forEach((name, bytes) -> caches.add(name + " " + size((int) (bytes >> 10))));
    items.add(
        (run.cpu().isEmpty() ? "Unknown processor" : run.cpu())
            + ", "
            + run.processors()
            + " processors"
            + (caches.isEmpty() ? "" : ", " + String.join(", ", caches))
            + "; "
            + run.os()
            + ".");
    if (Double.isFinite(run.otherLoad())) {
      items.add(
          "Just before, other work took "
              + Text.percent(run.otherLoad())
              + " of the processors"
              + (Double.isFinite(run.stolen())
                  ? "; during the run the host gave "
                      + String.format(Locale.ROOT, "%.1f %%", 100 * run.stolen())
                      + " of their time to others"
                  : "")
              + ".");
    }
    for (RunInfo.Session session : run.sessions()) {
      items.add(
          "`"
              + session.backend()
              + "` "
              + session.version()
              + ": "
              + session.runsOn()
              + "; "
              + Text.threads(session.threads())
              + (session.threads() == session.asked()
                  ? ", as asked for."
                  : " in force of " + session.asked() + " asked for."));
    }
    for (String failure : run.failed()) {
      items.add("**Failed:** " + failure);
    }
  }

  private void allocation() {
    List<List<Cell>> rows = new ArrayList<>();
    for (String benchmark :
        List.of(
            "TrainStepBenchmark", "BackwardBenchmark", "InferenceBenchmark", "MatmulBenchmark")) {
      List<Figure> figures = results.of(benchmark, f -> Double.isFinite(f.bytes()));
      for (String backend : Results.backends(figures)) {
        double most =
            figures.stream()
                .filter(f -> f.backend().equals(backend))
                .mapToDouble(Figure::bytes)
                .max()
                .orElse(0);
        rows.add(
            List.of(
                Cell.of(benchmark.replace("Benchmark", "")),
                Cell.of(backend),
                Cell.of(most == 0 ? "none" : Text.bytes(most))));
      }
    }
    if (!rows.isEmpty()) {
      blocks.add(
          new Table(
              "Java heap allocated in an operation, once warm: the median iteration, the most of all"
                  + " parameters. “None” is no more than JMH takes for itself, 7 kB an iteration; to"
                  + " time calls one by one it takes up to 40 B a call more.",
              List.of("Benchmark", "Backend", "Bytes"),
              rows,
              true));
    }
  }
}
