package dev.polymath.report;

import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The root mean squared error of numeric targets over the epochs. */
final class ErrorChart {

  private final Markup page;
  private final TrainingHistory history;
  private final Members members;
  private final Scale x;
  private final String unit;
  private final double radius;
  private final double test;

  /**
   * @param test the error on the test examples; NaN where there is none in the history's unit
   */
  ErrorChart(
      Markup page,
      TrainingHistory history,
      Members members,
      Scale x,
      String unit,
      double radius,
      double test) {
    this.page = page;
    this.history = history;
    this.members = members;
    this.x = x;
    this.unit = unit;
    this.radius = radius;
    this.test = test;
  }

  void write() {
    List<Plot.Point> train = new ArrayList<>();
    List<Plot.Point> held = new ArrayList<>();
    for (TrainingHistory.Epoch e : history.epochs()) {
      train.add(new Plot.Point(e.epoch() - 0.5, e.trainRmse()));
      if (Double.isFinite(e.validationRmse())) {
        held.add(new Plot.Point(e.epoch(), e.validationRmse()));
      }
    }
    double last = history.last().trainRmse();
    double lastHeld = history.last().validationRmse();
    boolean tested = Double.isFinite(test);
    String caption =
        "RMSE "
            + Format.value(last)
            + " on training examples as they came by"
            + (held.isEmpty() ? "" : ", " + Format.value(lastHeld) + " held out")
            + (tested ? ", " + Format.value(test) + " on the test." : ".");
    page.figure("Error", caption);
    double[] all =
        Stream.of(
                Stream.concat(train.stream(), held.stream()).mapToDouble(Plot.Point::y),
                tested ? DoubleStream.of(test) : DoubleStream.empty(),
                members.values(TrainingHistory.Epoch::trainRmse),
                members.values(TrainingHistory.Epoch::validationRmse))
            .flatMapToDouble(values -> values)
            .toArray();
    Scale y =
        Scale.around(
            DoubleStream.of(all).min().orElse(0),
            DoubleStream.of(all).max().orElse(1),
            Plot.FRAME.bottom(),
            Plot.FRAME.top());
    Plot plot =
        new Plot(page, "Error over the epochs. " + caption, Plot.FRAME, x, y)
            .axes(tick -> tickLabel(y, tick), unit);
    members.draw(plot, TrainingHistory.Epoch::trainRmse, -0.5, "train");
    members.draw(plot, TrainingHistory.Epoch::validationRmse, 0, "held");
    plot.line(train, "train").line(held, "held");
    for (Plot.Point p : train) {
      plot.dot(p, radius, "train", told((int) (p.x() + 0.5), "training", p.y()));
    }
    for (Plot.Point p : held) {
      plot.dot(p, radius, "held", told((int) p.x(), "held out", p.y()));
    }
    plot.label(last, "training", Format.value(last), "train");
    if (!held.isEmpty()) {
      plot.label(lastHeld, "held out", Format.value(lastHeld), "held");
    }
    if (tested) {
      int end = history.kept();
      String tooltip = "after epoch " + end + ": test " + Format.value(test);
      plot.dot(new Plot.Point(end, test), 4.5, "test", tooltip);
      plot.label(test, "test", Format.value(test), "test");
    }
    plot.close();
    page.close();
  }

  private static String told(int epoch, String what, double value) {
    return String.format(Locale.ROOT, "epoch %d: %s %s", epoch, what, Format.value(value));
  }

  /** Thousands and millions are written short; what is longer or shorter takes an exponent. */
  static String tickLabel(Scale scale, double tick) {
    double size = Math.max(Math.abs(scale.from()), Math.abs(scale.to()));
    if (size >= 1e9 || size < 0.01) {
      return Format.significant(tick);
    }
    if (size < 10_000 || tick == 0) {
      return scale.label(tick);
    }
    boolean millions = size >= 2e6;
    return Format.significant(tick / (millions ? 1e6 : 1e3)) + (millions ? "M" : "k");
  }
}
