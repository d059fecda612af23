package dev.polymath.cli.terminal;

import dev.polymath.models.internal.NumberText;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A training as it goes: a moving line, and a line that stays for each epoch, or some of many. */
public final class TrainingProgress implements TrainingListener {

  /** More lines than this nobody reads. */
  private static final int MOST_LINES = 30;

  private static final int[] STRIDES = {1, 2, 5};

  private final StatusLine line;
  private final int epochs;
  private final int stride;
  private final long start = System.nanoTime();
  private long before = -1;
  private final Estimate estimate = new Estimate(System::nanoTime);

  public TrainingProgress(StatusLine line, int epochs) {
    this.line = line;
    this.epochs = epochs;
    this.stride = stride(epochs);
  }

  /** The smallest of 1, 2, 5, 10, 20 ... that makes few enough lines. */
  static int stride(int epochs) {
    for (int power = 1; ; power *= 10) {
      for (int digit : STRIDES) {
        if (epochs / (digit * power) <= MOST_LINES) {
          return digit * power;
        }
      }
    }
  }

  @Override
  public void step(TrainingListener.Step step) {
    double done = (step.epoch() - 1 + (double) step.batch() / step.batches()) / epochs;
    estimate.step(done);
    if (before < 0) {
      // A run that goes on begins in the middle.
      before = examples(step) * (step.number() > 1 ? 1 : 0);
    }
    line.show(
        () -> {
          double seconds = (System.nanoTime() - start) / 1e9;
          long examples = examples(step) - before;
          String left = estimate.left(done);
          return forms(
              String.format(Locale.ROOT, "epoch %d/%d", step.epoch(), epochs),
              StatusLine.bar(done),
              String.format(Locale.ROOT, "loss %.4f", step.epochLoss()),
              quality("accuracy %.2f %%", step.epochAccuracy(), "RMSE ", step.epochRmse()),
              "",
              "",
              String.format(Locale.ROOT, "%,.0f/s", examples / seconds),
              left);
        });
  }

  private static long examples(TrainingListener.Step step) {
    return (long) (step.epoch() - 1) * step.examples() + step.examplesSeen();
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {
    int epoch = result.epoch();
    if (epoch % stride != 0 && epoch != epochs && epoch != 1) {
      return;
    }
    int digits = Math.max(2, Integer.toString(epochs).length());
    line.print(
        forms(
            String.format(Locale.ROOT, "epoch %" + digits + "d/%d", epoch, epochs),
            "",
            String.format(Locale.ROOT, "loss %.4f", result.loss()),
            quality("accuracy %5.2f %%", result.trainAccuracy(), "RMSE ", result.trainRmse()),
            quality(
                "validation %5.2f %%",
                result.validationAccuracy(), "validation ", result.validationRmse()),
            Double.isNaN(result.validationLoss())
                ? ""
                : String.format(Locale.ROOT, "loss %.4f", result.validationLoss()),
            String.format(Locale.ROOT, "%,.0f examples/s", result.samplesPerSecond()),
            estimate.left((double) epoch / epochs)));
  }

  /** An accuracy in percent, or an error, or nothing, as there is one of them. */
  static String quality(String percent, double accuracy, String name, double rmse) {
    if (!Double.isNaN(accuracy)) {
      return String.format(Locale.ROOT, percent, 100 * accuracy);
    }
    return Double.isNaN(rmse) ? "" : name + NumberText.text(rmse);
  }

  /** What says least goes first where there is no room: speed, bar, time left, loss. */
  private static List<String> forms(
      String epoch,
      String bar,
      String loss,
      String accuracy,
      String validation,
      String validationLoss,
      String speed,
      String left) {
    return List.of(
        joined(epoch, bar, loss, accuracy, validation, validationLoss, speed, left),
        joined(epoch, bar, loss, accuracy, validation, validationLoss, left),
        joined(epoch, loss, accuracy, validation, left),
        joined(epoch, loss, accuracy, validation),
        joined(epoch, accuracy, validation),
        joined(epoch, validation.isEmpty() ? accuracy : validation),
        epoch);
  }

  static String joined(String... pieces) {
    List<String> present = new ArrayList<>();
    for (String piece : pieces) {
      if (!piece.isEmpty()) {
        present.add(piece);
      }
    }
    return String.join("  ", present);
  }
}
