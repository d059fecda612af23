package dev.polymath.models.metrics;

import dev.polymath.models.data.ModelOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How good predictions are, beyond how many are right. With n examples i of class y_i that were
 * given the probabilities p_ic:
 *
 * <pre>{@code
 * logLoss = −1/n · Σ ln p_{i, y_i}
 * brier   = 1/n · Σ (p_{i, positive} − [y_i = positive])²    two classes, 0 to 1
 * brier   = 1/n · Σ_i Σ_c (p_ic − [y_i = c])²                more, 0 to 2
 * }</pre>
 *
 * <p>A probability of 0 counts as the smallest that float32 can hold, so that one certain mistake
 * costs 103 and not infinity. All is NaN without examples.
 *
 * @param positive the class whose finding counts, where there are two; −1 otherwise
 * @param logLoss mean cross-entropy, in nats
 * @param brier mean squared error of the probabilities
 * @param rocAuc {@link Ranking#rocAuc()} of the positive class; of more than two classes the mean
 *     over each against the rest, over those that occur and are not all. NaN if there is none
 * @param averagePrecision {@link Ranking#averagePrecision()}, the mean likewise (PR-AUC)
 * @param balancedAccuracy {@link ConfusionMatrix#balancedAccuracy()}
 * @param matthews {@link ConfusionMatrix#matthews()}
 * @param classNames in the order of the classes
 */
public record Scores(
    int positive,
    double logLoss,
    double brier,
    double rocAuc,
    double averagePrecision,
    double balancedAccuracy,
    double matthews,
    List<String> classNames) {

  public Scores {
    classNames = List.copyOf(classNames);
  }

  /** The scores; of two classes the positive one is the threshold's, or else the rarer one. */
  public static Scores of(Predictions predictions) {
    return of(
        predictions,
        predictions
            .threshold()
            .map(ModelOutput.Threshold::positive)
            .orElseGet(predictions::rarestClass));
  }

  /**
   * The scores.
   *
   * @param positive the number of the positive class; only looked at where there are two classes
   */
  public static Scores of(Predictions predictions, int positive) {
    boolean two = predictions.classes() == 2;
    List<Ranking> rankings =
        (two ? IntStream.of(positive) : IntStream.range(0, predictions.classes()))
            .mapToObj(c -> Ranking.of(predictions, c))
            .filter(Ranking::hasBoth)
            .toList();
    ConfusionMatrix confusion = predictions.confusion();
    double logs = 0;
    double squares = 0;
    for (int i = 0; i < predictions.size(); i++) {
      int label = predictions.label(i);
      logs -= StrictMath.log(Math.max(Float.MIN_VALUE, predictions.probability(i, label)));
      if (two) {
        squares += square(predictions.probability(i, positive) - (label == positive ? 1.0 : 0.0));
      } else {
        for (int c = 0; c < predictions.classes(); c++) {
          squares += square(predictions.probability(i, c) - (label == c ? 1.0 : 0.0));
        }
      }
    }
    return new Scores(
        two ? positive : -1,
        logs / predictions.size(),
        squares / predictions.size(),
        rankings.stream().mapToDouble(Ranking::rocAuc).average().orElse(Double.NaN),
        rankings.stream().mapToDouble(Ranking::averagePrecision).average().orElse(Double.NaN),
        confusion.balancedAccuracy(),
        confusion.matthews(),
        predictions.classNames());
  }

  private static double square(double x) {
    return x * x;
  }

  /**
   * In one line, such as {@code log loss 0.0541, Brier 0.0102, ROC-AUC 0.9911, PR-AUC 0.8702
   * (positive: yes), balanced accuracy 91.20 %, MCC 0.8431}. Areas that do not exist are said to.
   */
  public String summary() {
    if (Double.isNaN(logLoss)) {
      return "no samples";
    }
    List<String> texts = new ArrayList<>();
    texts.add(text("log loss %.4f", logLoss));
    texts.add(text("Brier %.4f", brier));
    boolean two = positive >= 0;
    if (Double.isNaN(rocAuc)) {
      texts.add("no ROC-AUC: all examples are of one class");
    } else {
      texts.add(
          text(two ? "ROC-AUC %.4f" : "ROC-AUC %.4f (mean of one class against all)", rocAuc));
      if (two) {
        texts.add(text("PR-AUC %.4f", averagePrecision) + " (positive: " + name() + ")");
      }
    }
    texts.add(text("balanced accuracy %.2f %%", 100 * balancedAccuracy));
    texts.add(text("MCC %.4f", matthews));
    return String.join(", ", texts);
  }

  private String name() {
    return classNames.get(positive);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
