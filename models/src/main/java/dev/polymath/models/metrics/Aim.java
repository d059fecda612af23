package dev.polymath.models.metrics;

import dev.polymath.models.data.ModelOutput;
import java.util.List;
import java.util.Locale;

/**
 * What the threshold between two classes is chosen for: the best F1 of the positive class, the best
 * accuracy, the best precision at a recall that is at least so much, or the best recall at a
 * precision that is.
 *
 * @param kind which of them
 * @param least the recall or the precision that is asked for, above 0 and at most 1; 0 for others
 */
public record Aim(Kind kind, double least) {

  /** The kinds of aims. */
  public enum Kind {
    /** The harmonic mean of precision and recall. */
    F1,
    /** The fraction of all that is right. */
    ACCURACY,
    /** A recall, at the best precision. */
    RECALL,
    /** A precision, at the best recall. */
    PRECISION
  }

  private static final double HALF = 0.5;

  public Aim {
    boolean asks = kind == Kind.RECALL || kind == Kind.PRECISION;
    if (asks ? !(least > 0 && least <= 1) : least != 0) {
      throw new IllegalArgumentException(
          "aim: "
              + kind.name().toLowerCase(Locale.ROOT)
              + (asks ? ": expected above 0 and at most 1, found " : ": expected no number, found ")
              + least);
    }
  }

  /**
   * An aim as it is written: {@code f1}, {@code accuracy}, {@code recall=0.9} or {@code
   * precision=0.6}.
   */
  public static Aim parse(String text) {
    String[] parts = text.split("=", -1);
    try {
      if (parts.length == 1 && List.of("f1", "accuracy").contains(text)) {
        return new Aim(Kind.valueOf(text.toUpperCase(Locale.ROOT)), 0);
      }
      if (parts.length == 2 && List.of("recall", "precision").contains(parts[0])) {
        return new Aim(
            Kind.valueOf(parts[0].toUpperCase(Locale.ROOT)), Double.parseDouble(parts[1]));
      }
    } catch (NumberFormatException e) {
      // The sentence below says what is expected.
    }
    throw new IllegalArgumentException(
        "aim: expected f1, accuracy, recall=0.9 or precision=0.6, or another number, found "
            + text);
  }

  /** As {@link #parse} takes it. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return least == 0 ? name : name + "=" + least;
  }

  /** Whether decided predictions are as is asked; always for the aims that ask for no number. */
  public boolean isReachedBy(ConfusionMatrix decided, int positive) {
    return switch (kind) {
      case F1, ACCURACY -> true;
      case RECALL -> decided.recall(positive) >= least;
      case PRECISION -> decided.precision(positive) >= least;
    };
  }

  /**
   * The threshold that serves the aim best on predictions of examples that were not trained on. It
   * lies midway between two probabilities that occur. Of equally good ones it is the one nearest to
   * 0.5. A precision that can't be had gives the threshold of the highest one.
   *
   * @param positive the number of the positive class
   * @throws IllegalArgumentException if there are not two classes, or one has no example
   */
  public ModelOutput.Threshold choose(Predictions predictions, int positive) {
    if (predictions.classes() != 2) {
      throw new IllegalArgumentException(
          "aim: expected 2 classes to decide between, found " + predictions.classes());
    }
    Ranking ranking = Ranking.of(predictions, positive);
    if (!ranking.hasBoth()) {
      int absent = ranking.positives() == 0 ? positive : 1 - positive;
      throw new IllegalArgumentException(
          "aim: no example of class \""
              + predictions.classNames().get(absent)
              + "\" to choose a threshold on");
    }
    List<Ranking.Point> points = ranking.points();
    double best = HALF;
    double bestFirst = Double.NEGATIVE_INFINITY;
    double bestSecond = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < points.size(); k++) {
      double above = Math.min(1, points.get(k).probability());
      double below = k + 1 < points.size() ? points.get(k + 1).probability() : 0;
      double middle = (above + below) / 2;
      if (k == 0 && below >= 1) {
        // Nothing is above certainty.
        continue;
      }
      double one = first(points.get(k), ranking);
      double two = second(points.get(k), ranking);
      boolean nearer = Math.abs(middle - HALF) < Math.abs(best - HALF);
      if (one > bestFirst
          || one == bestFirst && (two > bestSecond || two == bestSecond && nearer)) {
        best = middle;
        bestFirst = one;
        bestSecond = two;
      }
    }
    return new ModelOutput.Threshold(positive, best);
  }

  /**
   * The threshold of each label that serves the aim best, chosen for each by itself. A label that
   * all examples have, or none, keeps its threshold.
   */
  public double[] thresholds(LabelPredictions predictions) {
    double[] thresholds = new double[predictions.labels()];
    for (int j = 0; j < thresholds.length; j++) {
      Predictions label = predictions.of(j);
      thresholds[j] =
          Ranking.of(label, 1).hasBoth()
              ? choose(label, 1).probability()
              : predictions.threshold(j);
    }
    return thresholds;
  }

  /** What counts. */
  private double first(Ranking.Point p, Ranking ranking) {
    double found = p.truePositives();
    return switch (kind) {
      case F1 -> 2 * found / (found + p.falsePositives() + ranking.positives());
      case ACCURACY -> found + ranking.negatives() - p.falsePositives();
      case RECALL -> Math.min(least, found / ranking.positives());
      case PRECISION -> Math.min(least, precision(p));
    };
  }

  /** What counts where the first is equal. */
  private double second(Ranking.Point p, Ranking ranking) {
    return switch (kind) {
      case F1, ACCURACY -> 0;
      case RECALL -> precision(p);
      case PRECISION -> (double) p.truePositives() / ranking.positives();
    };
  }

  /** 0 where nothing is called positive. */
  private static double precision(Ranking.Point p) {
    return p.truePositives() == 0 ? 0 : p.precision();
  }
}
