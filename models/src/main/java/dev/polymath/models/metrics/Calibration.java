package dev.polymath.models.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a classifier is right as often as it says: predictions in bins by confidence, the
 * probability of the class predicted. For bin b with n_b of n predictions,
 *
 * <pre>{@code
 * confidence_b = mean confidence in the bin
 * accuracy_b   = fraction of the bin that is right
 * error        = Σ n_b / n · |accuracy_b − confidence_b|
 * }</pre>
 *
 * <p>The last is the expected calibration error (ECE). All is computed in double.
 *
 * @param bins of equal width over [0, 1], in order; a bin holds its lower end, the last its upper
 *     too
 * @param confidence mean over all predictions; NaN without predictions
 * @param accuracy part of all predictions that is right; NaN without predictions
 * @param error the expected calibration error, from 0 to 1; NaN without predictions
 */
public record Calibration(List<Bin> bins, double confidence, double accuracy, double error) {

  /** So many more errors count as saying that the temperature is 1. */
  private static final double PRIOR_ERRORS = 10;

  /**
   * Predictions of about the same confidence.
   *
   * @param from lower end
   * @param to upper end
   * @param count how many predictions
   * @param confidence their mean confidence; NaN if there are none
   * @param accuracy the part of them that is right; NaN if there are none
   */
  public record Bin(double from, double to, long count, double confidence, double accuracy) {}

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * The temperature T from 0.1 to 10 with which predictions have the least log loss: dividing the
   * logits by it gives {@code softmax(ln p / T)} in place of p. Above 1 where they are too sure,
   * below 1 where they are too modest; the class predicted stays. Computed in double, the same on
   * every machine; 1 without predictions.
   *
   * @param held of examples that were not trained on
   */
  public static double temperature(Predictions held) {
    return Temperature.of(held);
  }

  /**
   * The temperature as far as it can be trusted: {@code T^(e / (e + 10))}, where e of the
   * predictions are wrong. How sure probabilities may be is told by the errors among them alone:
   * without any, every T below 1 has a lower log loss than 1, and none is right. The figure 10 was
   * chosen on parts of training tables.
   *
   * @param held of examples that were not trained on
   */
  public static double trustedTemperature(Predictions held) {
    int wrong = 0;
    for (int i = 0; i < held.size(); i++) {
      wrong += held.correct(i) ? 0 : 1;
    }
    return wrong == 0 ? 1 : StrictMath.pow(temperature(held), wrong / (wrong + PRIOR_ERRORS));
  }

  /**
   * The mean log loss of predictions at the {@linkplain #temperature temperature} that suits them
   * best: what is left of it when they are as sure as they should be.
   */
  public static double calibratedLoss(Predictions held) {
    return Temperature.loss(held);
  }

  /**
   * Sorts predictions into bins.
   *
   * @param bins how many, at least 1
   */
  public static Calibration of(Predictions predictions, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("calibration: bins: expected at least 1, found " + bins);
    }
    long[] counts = new long[bins];
    long[] right = new long[bins];
    double[] sums = new double[bins];
    for (int i = 0; i < predictions.size(); i++) {
      double confidence = predictions.confidence(i);
      int b = Math.min(bins - 1, (int) (confidence * bins));
      counts[b]++;
      sums[b] += confidence;
      if (predictions.correct(i)) {
        right[b]++;
      }
    }
    List<Bin> list = new ArrayList<>();
    long hits = 0;
    double sum = 0;
    double error = 0;
    for (int b = 0; b < bins; b++) {
      double n = counts[b];
      list.add(new Bin((double) b / bins, (b + 1.0) / bins, counts[b], sums[b] / n, right[b] / n));
      hits += right[b];
      sum += sums[b];
      error += Math.abs(right[b] - sums[b]);
    }
    double n = predictions.size();
    return new Calibration(list, sum / n, hits / n, error / n);
  }
}
