package dev.polymath.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The figures of one or more result files and what is known of their runs.
 *
 * @param figures none twice
 * @param runs as far as something is known of them
 * @param repeated figures that an earlier file had too; the last file's count
 */
record Results(
    List<Figure> figures, List<RunInfo> runs, Set<String> jdks, Set<String> flags, int repeated) {

  static Results read(List<Path> files) throws IOException {
    Map<String, Figure> figures = new LinkedHashMap<>();
    Set<RunInfo> runs = new LinkedHashSet<>();
    Set<String> jdks = new LinkedHashSet<>();
    Set<String> flags = new LinkedHashSet<>();
    int repeated = 0;
    for (Path file : files) {
      JmhResults results = JmhResults.read(file);
      for (Figure figure : results.figures()) {
        repeated += figures.put(figure.key(), figure) == null ? 0 : 1;
      }
      jdks.addAll(results.jdks());
      flags.addAll(results.flags());
      Path info = file.resolveSibling(RunInfo.FILE);
      if (Files.exists(info)) {
        runs.add(RunInfo.read(info));
      }
    }
    return new Results(List.copyOf(figures.values()), List.copyOf(runs), jdks, flags, repeated);
  }

  List<Figure> of(String benchmark, Predicate<Figure> condition) {
    return figures.stream()
        .filter(f -> f.benchmark().equals(benchmark) && f.score().known() && condition.test(f))
        .toList();
  }

  List<Figure> of(String benchmark) {
    return of(benchmark, f -> true);
  }

  /** The names of the backends of some figures, in the order in which they were measured. */
  static List<String> backends(Collection<Figure> figures) {
    return figures.stream().map(Figure::backend).distinct().toList();
  }

  /** The number of a backend's colour and marker, the same in all charts. */
  int series(String backend) {
    return backends(figures.stream().filter(f -> !f.backend().isEmpty()).toList()).indexOf(backend);
  }

  /** The backend's figure; null if there is none. */
  static Figure of(Collection<Figure> figures, String backend) {
    return figures.stream().filter(f -> f.backend().equals(backend)).findFirst().orElse(null);
  }

  /** Values of a parameter, numbers in their order, then the rest. */
  static List<String> values(Collection<Figure> figures, String parameter) {
    return figures.stream()
        .map(f -> f.parameter(parameter))
        .distinct()
        .sorted(
            Comparator.comparingInt(
                    (String v) -> v.matches("\\d{1,9}") ? Integer.parseInt(v) : Integer.MAX_VALUE)
                .thenComparing(v -> v))
        .toList();
  }

  /** FMA peak in GFLOP/s: measured on so many threads, or one thread's times their number. */
  double peak(int threads) {
    double one = Double.NaN;
    for (Figure figure : of("PeakBenchmark", f -> f.method().equals("fma"))) {
      Sample gflops = figure.counters().getOrDefault("gflop", Sample.NONE);
      if (figure.callers() == threads) {
        return gflops.median();
      }
      if (figure.callers() == 1) {
        one = gflops.median();
      }
    }
    return one * threads;
  }

  /** Clock in GHz; not known if it was not measured. */
  Sample clock() {
    List<Figure> clock = of("PeakBenchmark", f -> f.method().equals("clock") && f.callers() == 1);
    return clock.isEmpty()
        ? Sample.NONE
        : clock.get(0).counters().getOrDefault("gcycles", Sample.NONE);
  }

  /** Threads that the backend really had, as far as it was recorded. */
  int threads(Figure figure) {
    int asked = Math.max(1, figure.number("threads"));
    return runs.stream()
        .flatMap(run -> run.sessions().stream())
        .filter(s -> s.backend().equals(figure.backend()) && s.asked() == asked)
        .map(RunInfo.Session::threads)
        .findFirst()
        .orElse(asked);
  }

  /** The share of the peak that a figure reaches, on the threads that it had. */
  double share(Figure figure) {
    return figure.gflops().median() / peak(threads(figure));
  }

  /** The fastest; null if there is none. */
  static Figure fastest(Collection<Figure> figures) {
    return figures.stream().min(Comparator.comparingDouble(f -> f.seconds().median())).orElse(null);
  }

  /** How many times as long as another one takes. */
  static double ratio(Figure figure, Figure other) {
    return figure.seconds().median() / other.seconds().median();
  }

  /** Figures with an uncertainty beyond the bound, of those that a reader compares. */
  List<Figure> wide() {
    List<Figure> wide = new ArrayList<>();
    for (Figure figure : figures) {
      if (figure.score().known() && figure.score().wide()) {
        wide.add(figure);
      }
    }
    return wide;
  }
}
