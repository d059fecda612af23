package dev.polymath.report;

import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.Ranking;
import dev.polymath.models.metrics.Scores;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the probabilities are worth: scores, and for two classes how well they are told apart. */
final class RankingCharts {

  private static final Plot.Frame FRAME = new Plot.Frame(264, 42, 340, 24, 220);

  /** What is nearer could not be told apart. */
  private static final double APART = 0.004;

  private final Markup page;
  private final Scores scores;
  private final Ranking ranking;
  private final ConfusionMatrix confusion;
  private final String name;
  private final String threshold;

  /**
   * @param positive of two classes; −1 for that of the threshold, or else the rarer one
   */
  RankingCharts(Markup page, Predictions predictions, int positive) {
    this.page = page;
    this.scores = positive < 0 ? Scores.of(predictions) : Scores.of(predictions, positive);
    this.ranking = Ranking.of(predictions, Math.max(0, scores.positive()));
    this.confusion = predictions.confusion();
    this.threshold =
        predictions
            .threshold()
            .map(
                t ->
                    String.format(
                        Locale.ROOT,
                        " It decides for “%s” from a probability of %s on.",
                        Format.shortened(predictions.classNames().get(t.positive()), 24),
                        Format.percent(t.probability(), 1)))
            .orElse("");
    this.name = "“" + Format.shortened(predictions.classNames().get(ranking.positive()), 24) + "”";
  }

  void write() {
    boolean two = scores.positive() >= 0;
    page.open("dl", "class", "strip");
    page.fact("log loss", Format.decimals(scores.logLoss(), 4));
    page.fact("Brier score", Format.decimals(scores.brier(), 4));
    page.fact(two ? "ROC-AUC" : "ROC-AUC, each class", Format.decimals(scores.rocAuc(), 4));
    page.fact(two ? "PR-AUC" : "PR-AUC, each class", Format.decimals(scores.averagePrecision(), 4));
    page.fact("balanced accuracy", Format.percent(scores.balancedAccuracy()));
    page.fact("Matthews correlation", Format.decimals(scores.matthews(), 4));
    page.close();
    if (!two) {
      return;
    }
    if (!ranking.hasBoth()) {
      page.element(
          "p", "All test examples are of one class: there are no curves.", "class", "note");
      return;
    }
    page.open("div", "class", "pair curves");
    roc();
    precisionRecall();
    page.close();
  }

  private void roc() {
    String caption =
        String.format(
            Locale.ROOT,
            "Of all pairs of one %s and one other, it gives the %s the higher probability in %s"
                + " (ROC-AUC). A guess would in 50\u00a0%%.",
            name,
            name,
            Format.percent(ranking.rocAuc()));
    page.figure("Found, and wrongly called so", caption, "class", "wide");
    List<Plot.Point> curve = new ArrayList<>();
    for (Ranking.Point p : ranking.points()) {
      curve.add(new Plot.Point(falseRate(p), recall(p)));
    }
    Plot plot =
        plot(
            "ROC curve. " + caption,
            "of the others, wrongly called " + name,
            "of " + name + ", found");
    plot.guide(new Plot.Point(0, 0), new Plot.Point(1, 1), "a guess").line(thinned(curve), "held");
    Ranking.Point used = used();
    plot.dot(new Plot.Point(falseRate(used), recall(used)), 4.5, "held", decides(used)).close();
    page.close();
  }

  private void precisionRecall() {
    Ranking.Point used = used();
    String caption =
        String.format(
            Locale.ROOT,
            "Average precision %s (PR-AUC); a guess gets %s. The dot is how it decides: %s.%s",
            Format.decimals(ranking.averagePrecision(), 4),
            Format.decimals(share(), 4),
            decides(used),
            threshold);
    page.figure("Found, and right about it", caption, "class", "wide");
    List<Plot.Point> curve = new ArrayList<>();
    for (Ranking.Point p : ranking.points()) {
      if (p.truePositives() + p.falsePositives() > 0) {
        if (curve.isEmpty()) {
          curve.add(new Plot.Point(0, p.precision()));
        }
        curve.add(new Plot.Point(recall(p), p.precision()));
      }
    }
    Plot plot =
        plot(
            "Precision over recall. " + caption,
            "of " + name + ", found",
            "of what is called " + name + ", right");
    plot.limit(share(), "a guess").line(thinned(curve), "held");
    if (used.truePositives() + used.falsePositives() > 0) {
      plot.dot(new Plot.Point(recall(used), used.precision()), 4.5, "held", decides(used));
    }
    plot.close();
    page.close();
  }

  private Plot plot(String summary, String across, String up) {
    Scale x = FRAME.across(0, 1);
    Scale y = Scale.linear(0, 1, FRAME.bottom(), FRAME.top());
    return new Plot(page, summary, FRAME, x, y).axesAlike(RankingCharts::percent, across, up);
  }

  private static String percent(double fraction) {
    return Format.percent(fraction, 0);
  }

  /** What the classifier calls positive, as it decides. */
  private Ranking.Point used() {
    long found = confusion.count(ranking.positive(), ranking.positive());
    return new Ranking.Point(Double.NaN, found, confusion.predicted(ranking.positive()) - found);
  }

  private String decides(Ranking.Point used) {
    String found = "it finds " + Format.percent(recall(used), 1) + " of " + name;
    return used.truePositives() + used.falsePositives() == 0
        ? found + " and never says so"
        : found + ", and " + Format.percent(used.precision(), 1) + " of what it calls so are";
  }

  private double share() {
    return (double) ranking.positives() / (ranking.positives() + ranking.negatives());
  }

  private double recall(Ranking.Point p) {
    return (double) p.truePositives() / ranking.positives();
  }

  private double falseRate(Ranking.Point p) {
    return (double) p.falsePositives() / ranking.negatives();
  }

  /** Points that are far enough from each other to be seen, the first and the last among them. */
  private static List<Plot.Point> thinned(List<Plot.Point> points) {
    List<Plot.Point> kept = new ArrayList<>();
    Plot.Point last = points.get(0);
    for (int i = 0; i < points.size(); i++) {
      Plot.Point p = points.get(i);
      double far = Math.abs(p.x() - last.x()) + Math.abs(p.y() - last.y());
      if (i == 0 || i == points.size() - 1 || far >= APART) {
        kept.add(p);
        last = p;
      }
    }
    return kept;
  }
}
