package dev.polymath.report;

import dev.polymath.BackendInfo;
import dev.polymath.models.Classifier;
import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.monitor.Verdict;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one sees first: the accuracy, what it means, and the run in a line. */
final class Headline {

  /** Of the normal distribution: 95 % lie within so many deviations. */
  private static final double Z = 1.959964;

  private static final int MOST_NAMED = 3;

  private final Markup page;
  private final String name;
  private final TrainingHistory history;
  private final Evaluation evaluation;
  private final Classifier model;
  private final @Nullable Verdict verdict;

  Headline(
      Markup page,
      String name,
      TrainingHistory history,
      Evaluation evaluation,
      Classifier model,
      @Nullable Verdict verdict) {
    this.page = page;
    this.name = name;
    this.history = history;
    this.evaluation = evaluation;
    this.model = model;
    this.verdict = verdict;
  }

  void write() {
    page.open("header");
    page.open("p", "class", "kicker").text("Polymath training report").close();
    page.open("h1").text(Format.shortened(name, 80)).close();
    page.open("div", "class", "hero");
    page.open("p", "class", "figure").text(Format.decimals(100 * evaluation.accuracy(), 2));
    page.element("small", "%");
    page.element("span", baseline(), "class", "baseline").close();
    page.open("div", "class", "words");
    if (verdict != null) {
      page.element("p", sentence(verdict.summary()), "class", "verdict");
    }
    page.element("p", right(), "class", "result");
    if (!rare().isEmpty()) {
      page.element("p", rare(), "class", "result");
    }
    page.close();
    page.close();
    if (verdict != null && !verdict.findings().isEmpty()) {
      findings(verdict);
    }
    strip();
    page.close();
  }

  private void findings(Verdict seen) {
    page.open("ol", "class", "findings");
    for (Verdict.Finding finding : seen.findings()) {
      page.open("li", "class", finding.severity().name().toLowerCase(Locale.ROOT));
      page.element("p", sentence(finding.seen()));
      page.element("p", sentence(finding.advice()), "class", "advice").close();
    }
    page.close();
  }

  private static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  /** What the accuracy is to be measured by. */
  private String baseline() {
    ConfusionMatrix confusion = evaluation.confusion();
    return String.format(
        Locale.ROOT,
        "Always saying “%s” gets %s.",
        Format.shortened(confusion.classNames().get(confusion.mostFrequent()), 24),
        Format.percent(confusion.baseline()));
  }

  /** Where some classes are rare, the accuracy says little of them: their recall, lowest first. */
  private String rare() {
    ConfusionMatrix confusion = evaluation.confusion();
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

  private String right() {
    ConfusionMatrix confusion = evaluation.confusion();
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

  private void strip() {
    BackendInfo backend = model.network().backend().info();
    page.open("dl", "class", "strip");
    page.fact("trained", Format.count(history.epochs().size(), "epoch", "epochs"));
    page.fact("in", Format.seconds(history.seconds()));
    page.fact("steps", Format.count(history.steps()));
    page.fact("parameters", Format.count(model.network().parameterCount()));
    page.fact("backend", backend.name());
    page.fact("threads", Format.count(backend.threads()));
    page.fact("test loss", Format.significant(evaluation.loss()));
    page.close();
  }
}
