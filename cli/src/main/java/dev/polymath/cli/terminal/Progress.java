package dev.polymath.cli.terminal;

import dev.polymath.models.training.EpochResult;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingStep;
import java.io.PrintWriter;
import java.util.Locale;

/** A run as it goes: one bar that moves on a terminal, a line for each epoch elsewhere. */
public final class Progress implements TrainingListener {

  private static final int BAR = 24;
  private static final long BETWEEN_UPDATES_NANOS = 100_000_000L;

  /** Back to the line's start, and erase what stands there. */
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final int epochs;
  private final long start = System.nanoTime();
  private long lastUpdate = start;

  public Progress(PrintWriter out, boolean terminal, int epochs) {
    this.out = out;
    this.terminal = terminal;
    this.epochs = epochs;
  }

  @Override
  public void step(TrainingStep step) {
    if (!terminal) {
      return;
    }
    long now = System.nanoTime();
    if (now - lastUpdate < BETWEEN_UPDATES_NANOS) {
      return;
    }
    lastUpdate = now;
    double done = (step.epoch() - 1 + (double) step.batch() / step.batches()) / epochs;
    double seconds = (now - start) / 1e9;
    long samples = (long) (step.epoch() - 1) * step.examples() + step.examplesSeen();
    int filled = (int) (done * BAR);
    out.print(
        CLEAR_LINE
            + String.format(
                Locale.ROOT,
                "epoch %d/%d [%s%s] loss %.4f  accuracy %5.2f %%  %,.0f/s  %s left",
                step.epoch(),
                epochs,
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                step.epochLoss(),
                100 * step.epochAccuracy(),
                samples / seconds,
                duration(seconds / done - seconds)));
    out.flush();
  }

  @Override
  public void epoch(EpochResult result) {
    String validation =
        Double.isNaN(result.validationAccuracy())
            ? ""
            : String.format(
                Locale.ROOT, "  validation %5.2f %%", 100 * result.validationAccuracy());
    double left = (System.nanoTime() - start) / 1e9 / result.epoch() * (epochs - result.epoch());
    out.println(
        (terminal ? CLEAR_LINE : "")
            + String.format(
                Locale.ROOT,
                "epoch %2d/%d  loss %.4f  accuracy %5.2f %%%s  %,.0f samples/s%s",
                result.epoch(),
                epochs,
                result.loss(),
                100 * result.trainAccuracy(),
                validation,
                result.samplesPerSecond(),
                result.epoch() == epochs ? "" : "  " + duration(left) + " left"));
    out.flush();
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }
}
