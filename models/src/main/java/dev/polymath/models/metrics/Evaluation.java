package dev.polymath.models.metrics;

import java.util.Locale;
import java.util.Objects;

/**
 * What a model does on a data set.
 *
 * @param loss the mean over the samples; NaN without samples
 * @param confusion the counts of predictions; not copied
 */
public record Evaluation(double loss, ConfusionMatrix confusion) {

  public Evaluation {
    Objects.requireNonNull(confusion, "confusion");
  }

  /** The part of the samples predicted right; NaN without samples. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /** Accuracy and loss in one line: {@code accuracy 98.32 % (9832 of 10000), loss 0.0541}. */
  public String summary() {
    return confusion.total() == 0
        ? "no samples"
        : String.format(
            Locale.ROOT,
            "accuracy %.2f %% (%d of %d), loss %.4f",
            100 * accuracy(),
            confusion.correct(),
            confusion.total(),
            loss);
  }

  /** The summary and the confusion matrix. */
  @Override
  public String toString() {
    return confusion.total() == 0 ? summary() : summary() + "\n\n" + confusion;
  }
}
