package dev.polymath.cli.backend;

import dev.polymath.Backends;
import dev.polymath.cli.files.CacheFolder;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.choice.BackendChoice;
import dev.polymath.models.choice.BackendChoice.Candidate;
import dev.polymath.models.choice.BackendChoice.Time;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which backend is the fastest for a network: measured in JVMs of their own, and kept. */
public final class Measurement {

  private static final BackendChoice.StepRunner.Starter STARTER =
      new BackendChoice.StepRunner.Starter() {
        @Override
        public BackendChoice.StepRunner start(String backend, BackendChoice.Workload work) {
          return new ProcessStepRunner(backend, work);
        }

        @Override
        public Optional<String> obstacle(String backend) {
          return Backends.list().stream()
              .filter(status -> status.name().equals(backend) && status.costlyStart() != null)
              .map(
                  status ->
                      status.costlyStart()
                          + "; polymath backends --install "
                          + backend
                          + " starts it")
              .findFirst();
        }
      };

  private Measurement() {}

  /** Measures anew. */
  public static BackendChoice measure(BackendChoice.Workload work) {
    return BackendChoice.measure(work, STARTER, BackendChoice.BUDGET);
  }

  /**
   * Keeps the ranking; where that can't be done, prints one line that says so and returns false.
   */
  public static boolean keep(BackendChoice choice, PrintWriter err) {
    try {
      choice.keep(folder());
      return true;
    } catch (IOException e) {
      err.println("polymath: the ranking could not be kept: " + ErrorText.sentence(e));
      return false;
    }
  }

  /**
   * The kept ranking, or a new one where there is none that fits; prints one line that says which.
   */
  static BackendChoice automatic(BackendChoice.Workload work, PrintWriter err) {
    Optional<BackendChoice> kept = BackendChoice.kept(folder(), work, STARTER);
    if (kept.isPresent()) {
      err.println("auto: " + kept.get().name() + ", the fastest when it was measured for " + work);
      return kept.get();
    }
    err.println(
        "auto: measuring the backends for " + work + ", once (about 10 seconds), to choose one");
    BackendChoice choice = measure(work);
    keep(choice, err);
    err.println("auto: " + summary(choice));
    return choice;
  }

  static Path folder() {
    return CacheFolder.locate().resolve("measurements");
  }

  /** Such as {@code arrays-vector, 287 us per step; nd4j 1.68 times as long, ejml 20.6}. */
  private static String summary(BackendChoice choice) {
    List<String> others = new ArrayList<>();
    for (Candidate candidate : choice.ranking()) {
      Time time = candidate.time();
      if (time != null && !candidate.name().equals(choice.name())) {
        others.add(
            candidate.name()
                + (time.tied()
                    ? " within noise"
                    : String.format(Locale.ROOT, " %.2f", time.ratio())));
      }
    }
    return choice.name()
        + (others.isEmpty() ? "" : " (its time is 1.00; " + String.join(", ", others) + ")");
  }

  /** The table of a ranking. */
  public static String table(BackendChoice choice) {
    BackendChoice.Workload work = choice.work();
    int width =
        choice.ranking().stream().mapToInt(candidate -> candidate.name().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    table.append(work).append(": a training step (forward, cross-entropy, backward, SGD)\n\n");
    for (Candidate candidate : choice.ranking()) {
      table
          .append(candidate.name().equals(choice.name()) ? "* " : "  ")
          .append(String.format(Locale.ROOT, "%-" + Math.max(13, width) + "s  ", candidate.name()))
          .append(row(candidate, choice))
          .append('\n');
    }
    return table.toString();
  }

  private static String row(Candidate candidate, BackendChoice choice) {
    Time time = candidate.time();
    if (time == null) {
      return "not ranked: " + candidate.problem();
    }
    StringBuilder row = new StringBuilder();
    row.append(
        String.format(Locale.ROOT, "%10s us/step  %6.2f", micros(time.micros()), time.ratio()));
    boolean chosen = candidate.name().equals(choice.name());
    if (!chosen) {
      row.append(String.format(Locale.ROOT, " (%.2f to %.2f)", time.ratioLow(), time.ratioHigh()));
    }
    boolean others =
        choice.ranking().stream()
            .anyMatch(c -> c.time() != null && c.time().tied() && c != candidate);
    if (time.tied() && others) {
      row.append(chosen ? ", within noise, and of higher priority" : ", within noise");
    }
    if (candidate.checkedRows() < choice.work().batch()) {
      row.append(", checked on ").append(candidate.checkedRows()).append(" rows");
    }
    if (candidate.info() != null && candidate.info().threads() != choice.work().threads()) {
      row.append(", threads ").append(candidate.info().threads());
    }
    return row.toString();
  }

  private static String micros(double micros) {
    return String.format(Locale.ROOT, micros < 1000 ? "%.1f" : "%.0f", micros);
  }

  /** What else a table says: the spread, and where it is kept, if it is. */
  public static String legend(BackendChoice choice, boolean kept) {
    int rounds =
        choice.ranking().stream()
            .map(Candidate::time)
            .filter(time -> time != null)
            .mapToInt(Time::rounds)
            .min()
            .orElse(0);
    return "Each in a JVM of its own, by turns: the medians of "
        + rounds
        + (rounds == 1 ? " round" : " rounds")
        + ", the ratio of the times with its middle half.\n"
        + "Results agree with a reference in double precision.\n"
        + "* is what --backend auto takes for this network; "
        + (kept ? "kept in " + folder() : "not kept, so auto will measure again");
  }
}
