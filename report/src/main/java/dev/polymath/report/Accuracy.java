package dev.polymath.report;

import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.report.chart.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a classifier's accuracy means. */
final class Accuracy {

  /** Of the normal distribution: 95 % lie within so many deviations. */
  private static final double Z = 1.959964;

  private static final int MOST_NAMED = 3;

  private Accuracy() {}

  static Headline.Result of(Evaluation evaluation) {
    ConfusionMatrix confusion = evaluation.confusion();
    List<String> sentences = new ArrayList<>(List.of(right(confusion)));
    String rare = rare(confusion);
    if (!rare.isEmpty()) {
      sentences.add(rare);
    }
    return new Headline.Result(
        Format.decimals(100 * evaluation.accuracy(), 2),
        "%",
        baseline(confusion),
        sentences,
        "test loss",
        Format.significant(evaluation.loss()));
  }

  /** What the accuracy is to be measured by. */
  private static String baseline(ConfusionMatrix confusion) {
    return String.format(
        Locale.ROOT,
        "Always saying “%s” gets %s.",
        Format.shortened(confusion.classNames().get(confusion.mostFrequent()), 24),
        Format.percent(confusion.baseline()));
  }

  /** Where some classes are rare, the accuracy says little of them: their recall, lowest first. */
  private static String rare(ConfusionMatrix confusion) {
    List<String> found =
        confusion.rareClasses().stream()
            .limit(MOST_NAMED)
            .map(
                c ->
                    String.format(
                        Locale.ROOT,
                        "%s of %s of “%s” (%s)",
                        Format.count(confusion.count(c, c)),
                        Format.count(confusion.support(c)),
                        Format.shortened(confusion.classNames().get(c), 24),
                        Format.percent(confusion.recall(c), 0)))
            .toList();
    return found.isEmpty()
        ? ""
        : "Of what is rare it found "
            + String.join(", ", found)
            + String.format(
                Locale.ROOT,
                ". All classes counted alike, it finds %s.",
                Format.percent(confusion.macroRecall(), 1));
  }

  private static String right(ConfusionMatrix confusion) {
    long wrong = confusion.total() - confusion.correct();
    double[] interval = wilson(confusion.correct(), confusion.total());
    return String.format(
        Locale.ROOT,
        "%s of %s test examples right, %s wrong. The 95 %% confidence interval is %s to %s.",
        Format.count(confusion.correct()),
        Format.count(confusion.total()),
        Format.count(wrong),
        Format.percent(interval[0], 1),
        Format.percent(interval[1], 1));
  }

  /** The Wilson score interval of a proportion at 95 %. */
  static double[] wilson(long right, long total) {
    double n = total;
    double p = right / n;
    double middle = p + Z * Z / (2 * n);
    double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    double scale = 1 + Z * Z / n;
    return new double[] {(middle - half) / scale, (middle + half) / scale};
  }
}
