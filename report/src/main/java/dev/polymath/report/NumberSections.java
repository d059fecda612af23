package dev.polymath.report;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a regressor's report says of its predictions. */
final class NumberSections {

  private static final int MOST_TARGETS = 6;
  private static final int WORST = 10;

  private final Markup page;
  private final RegressionEvaluation evaluation;
  private final RegressionPredictions predictions;
  private final DataSet test;

  NumberSections(
      Markup page,
      RegressionEvaluation evaluation,
      RegressionPredictions predictions,
      DataSet test) {
    this.page = page;
    this.evaluation = evaluation;
    this.predictions = predictions;
    this.test = test;
  }

  /** What is shown first. */
  static Headline.Result headline(RegressionEvaluation evaluation) {
    RegressionEvaluation.Figures first = evaluation.targets().get(0);
    boolean single = evaluation.targets().size() == 1;
    List<String> sentences = new ArrayList<>();
    if (single && Double.isNaN(first.r2())) {
      sentences.add(
          "“" + Format.shortened(first.name(), 40) + "” never varies in the test examples.");
    } else if (single) {
      sentences.add(
          String.format(
              Locale.ROOT,
              "It explains %s of the variance of “%s” on %s. Its errors are %s in the root mean"
                  + " square, %s on average; half of them are below %s.",
              Format.percent(first.r2(), 1),
              Format.shortened(first.name(), 40),
              Format.count(evaluation.examples(), "test example", "test examples"),
              Format.value(first.rmse()),
              Format.value(first.mae()),
              Format.value(first.medianError())));
    } else {
      sentences.add(
          String.format(
              Locale.ROOT,
              "R² is the mean over %d targets, on %s.",
              evaluation.targets().size(),
              Format.count(evaluation.examples(), "test example", "test examples")));
    }
    return new Headline.Result(
        Format.decimals(evaluation.r2(), 3),
        "R²",
        single
            ? String.format(
                Locale.ROOT,
                "Always saying the mean has an R² of 0, and an RMSE of %s instead of %s.",
                Format.value(first.deviation()),
                Format.value(first.rmse()))
            : "Always saying the mean has an R² of 0.",
        sentences,
        single ? "test RMSE" : "targets",
        single ? Format.value(first.rmse()) : Format.count(evaluation.targets().size()));
  }

  /** Predicted against true, and the residuals, of each target. */
  void charts() {
    int shown = Math.min(MOST_TARGETS, predictions.targets());
    for (int j = 0; j < shown; j++) {
      int target = j;
      double[] actual = values(i -> predictions.actual(i, target));
      double[] predicted = values(i -> predictions.predicted(i, target));
      double[] residuals = values(i -> predictions.residual(i, target));
      String name = predictions.targets() == 1 ? "" : predictions.names().get(j) + ": ";
      page.open("div", "class", "pair");
      new ScatterChart(page, actual, predicted, true, "true", "predicted")
          .write(
              Format.shortened(name, 40) + "Predicted against true",
              "All test examples. On the broken line a prediction is right.");
      new ScatterChart(page, predicted, residuals, false, "predicted", "true − predicted")
          .write(
              Format.shortened(name, 40) + "Residuals",
              "What is left over: a bend or a funnel is something that it has not learned.");
      page.close();
    }
    if (shown < predictions.targets()) {
      page.element(
          "p",
          "The first " + shown + " of " + predictions.targets() + " targets are drawn.",
          "class",
          "note");
    }
  }

  private interface Value {
    double of(int example);
  }

  private double[] values(Value value) {
    return IntStream.range(0, predictions.size()).mapToDouble(value::of).toArray();
  }

  /** The figures of each target. */
  void figures() {
    Table table = new Table(page, "mistakes", "How far off it is, by target");
    table
        .column("target")
        .numbers(List.of("R²", "RMSE", "of the mean", "MAE", "median error"))
        .body();
    for (RegressionEvaluation.Figures f : evaluation.targets()) {
      table.row(f.name(), 40);
      table.number(Format.decimals(f.r2(), 3));
      table.number(Format.value(f.rmse()));
      table.number(Format.value(f.deviation()));
      table.number(Format.value(f.mae()));
      table.number(Format.value(f.medianError())).end();
    }
    table.close();
  }

  /** The examples that are furthest off; of several targets the one that is, in deviations. */
  void worst() {
    boolean single = predictions.targets() == 1;
    Table table = new Table(page, "mistakes", "The examples it got most wrong");
    Unusual unusual = new Unusual(test);
    table.column("test example");
    if (!single) {
      table.column("target");
    }
    table.numbers(List.of("true", "predicted", "off by"));
    table.column(unusual.head()).body();
    IntStream.range(0, predictions.size())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -distance(i, worst(i)))
                .thenComparingInt(i -> i))
        .limit(WORST)
        .forEach(
            i -> {
              int target = worst(i);
              table.row(Format.count(i + 1), 20);
              if (!single) {
                String name = predictions.names().get(target);
                page.element("td", Format.shortened(name, 28), "title", name);
              }
              table.number(Format.value(predictions.actual(i, target)));
              table.number(Format.value(predictions.predicted(i, target)));
              table.number(Format.value(predictions.residual(i, target)));
              page.element("td", unusual.of(i));
              table.end();
            });
    table.close();
    page.element("p", unusual.legend(), "class", "note");
  }

  /** The target of an example that is furthest off, the first of equals. */
  private int worst(int example) {
    int worst = 0;
    for (int j = 1; j < predictions.targets(); j++) {
      worst = distance(example, j) > distance(example, worst) ? j : worst;
    }
    return worst;
  }

  /** How far off a prediction is: of several targets in deviations, so that they compare. */
  private double distance(int example, int target) {
    double deviation = evaluation.targets().get(target).deviation();
    double unit = predictions.targets() == 1 || deviation == 0 ? 1 : deviation;
    return Math.abs(predictions.residual(example, target)) / unit;
  }
}
