package dev.polymath.benchmarks;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.training.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The step of {@link TrainStepBenchmark} in one JVM and a few seconds, for comparisons run by
 * turns. Prints one line: the median over windows, in microseconds per step, the fastest window,
 * and the bytes allocated per step over all threads.
 *
 * <p>Its last figure proves that two programs do the same work: the loss after {@value
 * #CHECK_STEPS} steps on one batch, from the numbers of {@link Numbers}.
 */
public final class StepTimer {

  private static final int WARM_UP_STEPS = 4000;
  private static final int WARM_UP_SECONDS = 15;
  private static final int EXAMPLES_A_WINDOW = 20_000;
  private static final int CHECK_STEPS = 20;
  private static final double CHECK_LEARNING_RATE = 0.1;

  private StepTimer() {}

  /**
   * Times one backend.
   *
   * @param arguments {@code --backend NAME --batch ROWS --threads COUNT --windows COUNT --seconds
   *     LONGEST_WARM_UP --with EXTRAS}, each with a default: of the backends, the one of the
   *     highest priority; extras are none, or {@code dropout}, {@code clipping} or both with a
   *     comma
   */
  public static void main(String[] arguments) {
    Options options =
        Options.of("--backend", Backends.list().get(0).name())
            .with("--batch", "64")
            .with("--threads", "1")
            .with("--windows", "21")
            .with("--seconds", Integer.toString(WARM_UP_SECONDS))
            .with("--with", "")
            .read(arguments);
    int threads = options.number("--threads");
    try (Backend session =
        Backends.open(options.text("--backend"), BackendOptions.defaults().threads(threads))) {
      System.out.println(
          time(
              session,
              options.number("--batch"),
              options.number("--windows"),
              WARM_UP_STEPS,
              options.number("--seconds"),
              options.list("--with")));
    }
  }

  /** Checks a step against the oracle, then times. */
  static String time(Backend session, int batch, int windows, int warmUpSteps, int seconds) {
    return time(session, batch, windows, warmUpSteps, seconds, List.of(""));
  }

  private static String time(
      Backend session, int batch, int windows, int warmUpSteps, int seconds, List<String> extras) {
    ThreeLayers.checkStep(session, batch);
    double check = checkLoss(session, batch);
    Trainer trainer = TrainStepBenchmark.trainer(session, batch, extras);
    int steps = Math.max(1, Math.min(warmUpSteps, EXAMPLES_A_WINDOW / batch));
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int done = 0; done < warmUpSteps && System.nanoTime() < end; done += steps) {
      run(trainer, steps);
    }
    double[] times = new double[windows];
    double loss = 0;
    Allocation allocation = Allocation.start();
    for (int i = 0; i < windows; i++) {
      long start = System.nanoTime();
      loss = run(trainer, steps);
      times[i] = (System.nanoTime() - start) * 1e-3 / steps;
    }
    double bytes = (double) allocation.bytes() / (windows * (long) steps);
    Arrays.sort(times);
    return String.format(
        Locale.ROOT,
        "%s, %d %s, %s, batch %d: %.1f us/step, fastest %.1f, %.0f bytes/step, loss %.4f, check"
            + " %.6f",
        session.info().name(),
        session.info().threads(),
        session.info().threads() == 1 ? "thread" : "threads",
        session.info().runsOn(),
        batch,
        times[windows / 2],
        times[0],
        bytes,
        loss,
        check);
  }

  private static double run(Trainer trainer, int steps) {
    double loss = 0;
    for (int i = 0; i < steps; i++) {
      loss = trainer.step();
    }
    return loss;
  }

  /** The loss after some steps on one batch, whose order does not matter. */
  static double checkLoss(Backend session, int batch) {
    Trainer trainer =
        ThreeLayers.trainer(
            ThreeLayers.classifier(session).network(),
            ThreeLayers.data(batch),
            batch,
            CHECK_LEARNING_RATE);
    run(trainer, CHECK_STEPS);
    return trainer.step();
  }
}
