package dev.polymath.models.choice;

import dev.polymath.BackendInfo;
import dev.polymath.BackendStatus;
import dev.polymath.models.choice.BackendChoice.Candidate;
import dev.polymath.models.choice.BackendChoice.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Backends run one training step by turns: warm-up, then rounds in which each is timed once. */
final class Race {

  /** Below this the Vector API may still run uncompiled: it takes hundreds of steps. */
  private static final double LEAST_WARM_UP = 1.0;

  /** Of its time, until a backend must have stopped getting faster. */
  private static final double WARM_UP_SHARE = 0.7;

  private static final double WARM_UP_WINDOW = 0.1;

  /** A backend is warm when as many windows bring less than this. */
  private static final double GAIN = 0.015;

  private static final int WINDOWS_WITHOUT_GAIN = 4;

  private static final double WINDOW = 0.06;
  private static final int ROUNDS = 13;

  /** Medians nearer than this are a tie, whatever the rounds say; with few rounds more. */
  private static final double TIE = 0.02;

  private static final double TIE_OF_FEW = 0.1;
  private static final int FEW = 5;

  private final BackendChoice.Workload work;
  private final BackendChoice.StepRunner.Starter starter;
  private final long start = System.nanoTime();
  private final double budget;

  private final List<Entrant> entrants = new ArrayList<>();

  Race(BackendChoice.Workload work, BackendChoice.StepRunner.Starter starter, Duration budget) {
    this.work = work;
    this.starter = starter;
    this.budget = budget.toMillis() * 1e-3;
  }

  /** One backend's way through the race; the runner is closed and null once there is a problem. */
  private static final class Entrant {
    final BackendStatus status;
    final List<Double> times = new ArrayList<>();
    BackendChoice.@Nullable StepRunner runner;
    @Nullable BackendInfo info;
    @Nullable String problem;
    int checkedRows;
    double best = Double.POSITIVE_INFINITY;
    double ran;
    int withoutGain;

    Entrant(BackendStatus status) {
      this.status = status;
      this.problem = status.unavailableReason();
    }

    boolean isWarm() {
      return ran >= LEAST_WARM_UP && withoutGain >= WINDOWS_WITHOUT_GAIN;
    }

    /** Runs a window; a failure ends the race for this one alone. */
    double run(double seconds) {
      BackendChoice.StepRunner runner = this.runner;
      if (runner == null) {
        return Double.NaN;
      }
      try {
        return runner.run(seconds);
      } catch (RuntimeException | Error e) {
        fail(e);
        return Double.NaN;
      }
    }

    void warmUp() {
      long from = System.nanoTime();
      double time = run(WARM_UP_WINDOW);
      ran += (System.nanoTime() - from) * 1e-9;
      withoutGain = time < (1 - GAIN) * best ? 0 : withoutGain + 1;
      best = Math.min(best, time);
    }

    void fail(Throwable error) {
      String message = error.getMessage();
      if (error instanceof OutOfMemoryError) {
        problem = "out of memory (" + message + ")";
      } else {
        problem =
            error instanceof IllegalStateException && message != null ? message : error.toString();
      }
      close();
    }

    void close() {
      BackendChoice.StepRunner closing = runner;
      runner = null;
      if (closing != null) {
        try {
          closing.close();
        } catch (RuntimeException | Error e) {
          problem = problem == null ? "failed at its end: " + e : problem;
        }
      }
    }
  }

  List<Candidate> run(List<BackendStatus> found) {
    try {
      for (BackendStatus status : found) {
        start(status);
      }
      for (Entrant entrant : entrants) {
        ready(entrant);
      }
      warmUp();
      time();
    } finally {
      entrants.forEach(Entrant::close);
    }
    return ranking();
  }

  private void start(BackendStatus status) {
    Entrant entrant = new Entrant(status);
    entrants.add(entrant);
    if (entrant.problem != null) {
      return;
    }
    Optional<String> obstacle = starter.obstacle(status.name());
    if (obstacle.isPresent()) {
      entrant.problem = obstacle.get();
      return;
    }
    try {
      entrant.runner = starter.start(status.name(), work);
    } catch (RuntimeException | Error e) {
      entrant.fail(e);
    }
  }

  private static void ready(Entrant entrant) {
    BackendChoice.StepRunner runner = entrant.runner;
    if (runner != null) {
      try {
        entrant.info = runner.info();
        entrant.checkedRows = runner.checkedRows();
      } catch (RuntimeException | Error e) {
        entrant.fail(e);
      }
    }
  }

  private double elapsed() {
    return (System.nanoTime() - start) * 1e-9;
  }

  private void warmUp() {
    boolean cold = true;
    while (cold) {
      cold = false;
      for (Entrant entrant : entrants) {
        if (entrant.runner != null && !entrant.isWarm()) {
          entrant.warmUp();
          cold = true;
        }
      }
      cold &= elapsed() < WARM_UP_SHARE * budget;
    }
  }

  private void time() {
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 0 && elapsed() > budget) {
        return;
      }
      for (int turn = 0; turn < entrants.size(); turn++) {
        // Each comes first in its turn.
        Entrant entrant = entrants.get((round + turn) % entrants.size());
        if (entrant.runner != null) {
          double time = entrant.run(WINDOW);
          if (entrant.problem == null) {
            entrant.times.add(time);
          }
        }
      }
    }
  }

  private List<Candidate> ranking() {
    List<Entrant> timed = entrants.stream().filter(r -> r.problem == null).toList();
    List<Candidate> ranking = new ArrayList<>();
    if (!timed.isEmpty()) {
      Entrant fastest =
          timed.stream().min(Comparator.comparingDouble(r -> median(r.times))).orElseThrow();
      // The list is in order of priority.
      Entrant chosen = timed.stream().filter(r -> tied(r, fastest)).findFirst().orElseThrow();
      ranking.add(candidate(chosen, chosen, fastest));
      timed.stream()
          .filter(r -> r != chosen)
          .sorted(Comparator.comparingDouble(r -> median(r.times)))
          .forEach(r -> ranking.add(candidate(r, chosen, fastest)));
    }
    for (Entrant entrant : entrants) {
      if (entrant.problem != null) {
        ranking.add(
            new Candidate(
                entrant.status.name(), entrant.info, null, entrant.checkedRows, entrant.problem));
      }
    }
    return ranking;
  }

  private static Candidate candidate(Entrant entrant, Entrant chosen, Entrant fastest) {
    double[] times = sorted(entrant.times);
    double[] ratios = ratios(entrant, chosen);
    Time time =
        new Time(
            quantile(times, 0.5),
            times[0],
            times[times.length - 1],
            quantile(ratios, 0.5),
            quantile(ratios, 0.25),
            quantile(ratios, 0.75),
            times.length,
            tied(entrant, fastest));
    return new Candidate(entrant.status.name(), entrant.info, time, entrant.checkedRows, null);
  }

  /** Whether a quarter of the rounds or more saw no difference, or the medians hardly one. */
  private static boolean tied(Entrant entrant, Entrant fastest) {
    double[] ratios = ratios(entrant, fastest);
    double margin = ratios.length < FEW ? TIE_OF_FEW : TIE;
    return quantile(ratios, 0.25) <= 1 || quantile(ratios, 0.5) <= 1 + margin;
  }

  private static double[] ratios(Entrant entrant, Entrant base) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(entrant.times.size(), base.times.size()); i++) {
      ratios.add(entrant.times.get(i) / base.times.get(i));
    }
    return sorted(ratios);
  }

  private static double median(List<Double> times) {
    return quantile(sorted(times), 0.5);
  }

  private static double[] sorted(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Between the two nearest values, in proportion. */
  private static double quantile(double[] sorted, double fraction) {
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
