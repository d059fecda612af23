package dev.polymath.report;

import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a report says of a classifier of several labels. */
final class LabelSections {

  private static final int WORST = 15;
  private static final int LONGEST_NAME = 28;
  private static final int MOST_NAMED = 6;

  private final Markup page;
  private final LabelEvaluation evaluation;
  private final LabelPredictions predictions;

  LabelSections(Markup page, LabelEvaluation evaluation, LabelPredictions predictions) {
    this.page = page;
    this.evaluation = evaluation;
    this.predictions = predictions;
  }

  /** What is shown first. */
  static Headline.Result headline(LabelEvaluation evaluation) {
    long right = Math.round(evaluation.subsetAccuracy() * evaluation.examples());
    return new Headline.Result(
        Format.decimals(evaluation.microF1(), 3),
        "micro F1",
        String.format(
            Locale.ROOT,
            "Always saying of each label what most examples are gets %s of the labels right, and an F1"
                + " of 0 where labels are rare.",
            Format.percent(evaluation.baseline())),
        List.of(
            String.format(
                Locale.ROOT,
                "It gets %s of the labels right, and all labels of %s of %s (%s).",
                Format.percent(evaluation.accuracy()),
                Format.count(right),
                Format.count(evaluation.examples(), "test example", "test examples"),
                Format.percent(evaluation.subsetAccuracy(), 1)),
            String.format(
                Locale.ROOT,
                "All labels counted alike, its F1 is %s and its ROC-AUC %s.",
                Format.decimals(evaluation.macroF1(), 3),
                Format.decimals(evaluation.rocAuc(), 3))),
        "test log loss",
        Format.significant(evaluation.logLoss()));
  }

  /** The figures of each label. */
  void figures() {
    page.element(
        "p",
        "Precision: of what it gave a label, how much has it. Recall: of what has a label, how much"
            + " got it. A label is given from its threshold on.",
        "class",
        "lead");
    Table table = new Table(page, "mistakes", "Label by label");
    table
        .column("label")
        .numbers(List.of("examples", "precision", "recall", "F1", "ROC-AUC", "PR-AUC", "threshold"))
        .body();
    for (LabelEvaluation.Figures f : evaluation.labels()) {
      table.row(f.name(), LONGEST_NAME);
      table.number(Format.count(f.support()));
      table.number(Format.percent(f.precision(), 1));
      table.number(Format.percent(f.recall(), 1));
      table.number(Format.decimals(f.f1(), 3));
      table.number(Format.decimals(f.rocAuc(), 3));
      table.number(Format.decimals(f.averagePrecision(), 3));
      table.number(Format.decimals(f.threshold(), 3)).end();
    }
    table.close();
  }

  /** The examples with the most labels wrong; of equals those whose labels were least expected. */
  void worst() {
    List<Integer> worst =
        IntStream.range(0, predictions.size())
            .boxed()
            .filter(i -> predictions.wrong(i) > 0)
            .sorted(
                Comparator.<Integer>comparingInt(i -> -predictions.wrong(i))
                    .thenComparingDouble(this::likelihood)
                    .thenComparingInt(i -> i))
            .limit(WORST)
            .toList();
    if (worst.isEmpty()) {
      page.element("p", "It got none of the test examples wrong.", "class", "lead");
      return;
    }
    Table table = new Table(page, "mistakes", "The examples it got most wrong");
    table.column("test example").column("has").column("said").numbers(List.of("wrong")).body();
    for (int example : worst) {
      table.row().number(Format.count(example + 1));
      page.element("td", names(example, false));
      page.element("td", names(example, true));
      table.number(Format.count(predictions.wrong(example))).end();
    }
    table.close();
  }

  private double likelihood(int example) {
    double sum = 0;
    for (int j = 0; j < predictions.labels(); j++) {
      float p = predictions.probability(example, j);
      sum += Math.log(Math.max(Float.MIN_VALUE, predictions.has(example, j) ? p : 1 - p));
    }
    return sum;
  }

  private String names(int example, boolean said) {
    List<String> names = new ArrayList<>();
    for (int j = 0; j < predictions.labels(); j++) {
      if (said ? predictions.predicted(example, j) : predictions.has(example, j)) {
        names.add(Format.shortened(predictions.names().get(j), LONGEST_NAME));
      }
    }
    if (names.isEmpty()) {
      return "no label";
    }
    int more = names.size() - MOST_NAMED;
    return String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
