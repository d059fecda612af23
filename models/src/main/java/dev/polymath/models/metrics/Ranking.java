package dev.polymath.models.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Examples ordered by the probability of one class, the positive one, against all others: how well
 * that probability tells them apart, wherever the line is drawn. Immutable.
 *
 * <p>With P positive and N negative examples, and examples of equal probability taken together:
 *
 * <pre>{@code
 * rocAuc           = P(p₊ > p₋) + ½ · P(p₊ = p₋)    over all pairs (Mann-Whitney)
 * averagePrecision = Σ (recall_k − recall_{k−1}) · precision_k
 * }</pre>
 *
 * <p>Both are NaN where one side has no example.
 */
public final class Ranking {

  private final int positive;
  private final List<Point> points;

  private Ranking(int positive, List<Point> points) {
    this.positive = positive;
    this.points = List.copyOf(points);
  }

  /**
   * What is called positive if all examples with at least this probability are.
   *
   * @param probability of the positive class; infinite for none
   * @param truePositives how many of them are positive
   * @param falsePositives how many are not
   */
  public record Point(double probability, long truePositives, long falsePositives) {

    /** Of the examples called positive, the fraction that is; NaN if there are none. */
    public double precision() {
      return (double) truePositives / (truePositives + falsePositives);
    }
  }

  /**
   * Orders predictions.
   *
   * @param positive the number of the positive class
   */
  public static Ranking of(Predictions predictions, int positive) {
    if (positive < 0 || positive >= predictions.classes()) {
      throw new IllegalArgumentException(
          "ranking: positive class: expected 0 to "
              + (predictions.classes() - 1)
              + ", found "
              + positive);
    }
    int[] order = descending(predictions, positive);
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
    long hits = 0;
    long misses = 0;
    for (int i = 0; i < order.length; i++) {
      float probability = predictions.probability(order[i], positive);
      if (predictions.label(order[i]) == positive) {
        hits++;
      } else {
        misses++;
      }
      boolean last =
          i + 1 == order.length || predictions.probability(order[i + 1], positive) != probability;
      if (last) {
        points.add(new Point(probability, hits, misses));
      }
    }
    return new Ranking(positive, points);
  }

  /** The examples by falling probability, by number where it is the same. */
  private static int[] descending(Predictions predictions, int positive) {
    // Numbers are sorted at a fraction of the cost of objects: the probability above, the example
    // below. Bits of floats that are not negative are in the order of the floats.
    long[] keys = new long[predictions.size()];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(predictions.probability(i, positive));
      keys[i] = (long) ~bits << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** The number of the positive class. */
  public int positive() {
    return positive;
  }

  /** From nothing called positive to everything; a point for each different probability. */
  public List<Point> points() {
    return points;
  }

  /** How many examples are positive. */
  public long positives() {
    return points.get(points.size() - 1).truePositives();
  }

  /** How many examples are not. */
  public long negatives() {
    return points.get(points.size() - 1).falsePositives();
  }

  /** Whether there are examples of both sides; nothing can be told apart otherwise. */
  public boolean hasBoth() {
    return positives() > 0 && negatives() > 0;
  }

  /** The area under the receiver operating characteristic, 0.5 for a guess. */
  public double rocAuc() {
    // Twice the pairs in the right order, equal ones counted once.
    double pairs = 0;
    for (int k = 1; k < points.size(); k++) {
      Point before = points.get(k - 1);
      Point at = points.get(k);
      long negatives = at.falsePositives() - before.falsePositives();
      pairs += (double) negatives * (before.truePositives() + at.truePositives());
    }
    return pairs / (2.0 * positives() * negatives());
  }

  /** The area under precision over recall, by steps; a guess gets the fraction of positives. */
  public double averagePrecision() {
    if (!hasBoth()) {
      return Double.NaN;
    }
    double sum = 0;
    for (int k = 1; k < points.size(); k++) {
      long found = points.get(k).truePositives() - points.get(k - 1).truePositives();
      sum += found * points.get(k).precision();
    }
    return sum / positives();
  }
}
