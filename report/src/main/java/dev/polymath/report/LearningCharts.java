package dev.polymath.report;

import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** How a run went: loss, accuracy or error, and learning rate over its epochs. */
final class LearningCharts {

  /** Above it a loss is drawn on a logarithmic scale: it spans more than this factor. */
  private static final double WIDE = 12;

  /** Above it, the lowest loss is about the last one. */
  private static final double RISEN = 0.97;

  private final Markup page;
  private final TrainingHistory history;
  private final Members members;
  private final List<LossCurve.Point> curve;
  private final boolean classes;
  private final double test;
  private final Scale x;
  private final String unit;

  /**
   * @param classes whether it is a classifier's
   * @param test its accuracy on the test examples; the root mean squared error of a regressor in
   *     the unit of the history's, NaN where that can't be told
   */
  LearningCharts(
      Markup page,
      TrainingHistory history,
      Members members,
      List<LossCurve.Point> curve,
      boolean classes,
      double test) {
    this.page = page;
    this.history = history;
    this.members = members;
    this.curve = whole(curve);
    this.classes = classes;
    this.test = test;
    this.x = Plot.FRAME.across(0, members.epochs());
    this.unit = members.epochs() == 1 ? "epoch" : "epochs";
  }

  /** A last point of far fewer steps than the others strays: it is left out. */
  private static List<LossCurve.Point> whole(List<LossCurve.Point> curve) {
    int last = curve.size() - 1;
    boolean few = last > 0 && 2 * curve.get(last).steps() < curve.get(0).steps();
    return few ? curve.subList(0, last) : curve;
  }

  void write() {
    page.open("div", "class", "charts");
    loss();
    if (classes) {
      accuracy();
    } else {
      new ErrorChart(page, history, members, x, unit, radius(), test).write();
    }
    learningRate();
    page.close();
  }

  private void loss() {
    List<Plot.Point> mean = new ArrayList<>();
    List<Plot.Point> least = new ArrayList<>();
    List<Plot.Point> most = new ArrayList<>();
    for (LossCurve.Point p : curve) {
      mean.add(new Plot.Point(p.epochs(), p.loss()));
      least.add(new Plot.Point(p.epochs(), p.least()));
      most.add(new Plot.Point(p.epochs(), p.most()));
    }
    List<Plot.Point> epochs = new ArrayList<>();
    for (TrainingHistory.Epoch e : history.epochs()) {
      // The mean over an epoch belongs to its middle.
      epochs.add(new Plot.Point(e.epoch() - 0.5, e.loss()));
    }
    List<Plot.Point> held = new ArrayList<>();
    for (TrainingHistory.Epoch e : history.epochs()) {
      if (Double.isFinite(e.validationLoss())) {
        held.add(new Plot.Point(e.epoch(), e.validationLoss()));
      }
    }
    double last = history.last().loss();
    double first = mean.isEmpty() ? epochs.get(0).y() : mean.get(0).y();
    String caption =
        "From "
            + Format.significant(first)
            + " to "
            + Format.significant(last)
            + ", on training examples"
            + (curve.isEmpty() ? "." : "; the shade is how far single steps stray.");
    if (!held.isEmpty()) {
      caption += " On those held out " + lowest(held);
    }
    caption += members.caption();
    page.figure("Loss", caption);
    DoubleStream others =
        DoubleStream.concat(
            members.values(TrainingHistory.Epoch::loss),
            members.values(TrainingHistory.Epoch::validationLoss));
    DoubleStream own = DoubleStream.concat(ys(held), DoubleStream.concat(ys(mean), ys(epochs)));
    Scale y = lossScale(DoubleStream.concat(own, others), ys(least), ys(most));
    Plot plot =
        new Plot(page, "Loss over the epochs. " + caption, Plot.FRAME, x, y).axes(y::label, unit);
    members.draw(plot, TrainingHistory.Epoch::loss, -0.5, "train");
    members.draw(plot, TrainingHistory.Epoch::validationLoss, 0, "held");
    plot.band(least, most, "train")
        .line(mean.isEmpty() ? epochs : mean, "train")
        .line(held, "held");
    for (TrainingHistory.Epoch e :
        curve.isEmpty() ? history.epochs() : List.<TrainingHistory.Epoch>of()) {
      plot.dot(
          new Plot.Point(e.epoch() - 0.5, e.loss()),
          radius(),
          "train",
          "epoch " + e.epoch() + ": mean loss " + Format.significant(e.loss()));
    }
    for (Plot.Point p : held) {
      plot.dot(
          p,
          radius(),
          "held",
          String.format(
              Locale.ROOT, "epoch %s: held out %s", (int) p.x(), Format.significant(p.y())));
    }
    if (!held.isEmpty()) {
      double value = history.last().validationLoss();
      plot.label(value, "held out", Format.significant(value), "held");
    }
    plot.label(last, "training", Format.significant(last), "train").close();
    page.close();
  }

  /** That they rise again is what overfitting looks like. */
  private String lowest(List<Plot.Point> held) {
    Plot.Point best =
        held.stream().min(Comparator.comparingDouble(Plot.Point::y)).orElse(held.get(0));
    double last = held.get(held.size() - 1).y();
    return best.y() < RISEN * last
        ? String.format(
            Locale.ROOT,
            "%s, risen from %s after epoch %s.",
            Format.significant(last),
            Format.significant(best.y()),
            Math.round(best.x()))
        : Format.significant(last) + ".";
  }

  private double radius() {
    return history.epochs().size() > 40 ? 1.4 : 2.4;
  }

  /** The single steps' extremes count as far as they do not dwarf the means. */
  private static Scale lossScale(DoubleStream means, DoubleStream least, DoubleStream most) {
    double[] all = means.toArray();
    double bottom = DoubleStream.of(all).min().orElse(0);
    double top = DoubleStream.of(all).max().orElse(1);
    double lowest = Math.min(bottom, least.min().orElse(bottom));
    double highest = Math.min(top * 1.3, Math.max(top, most.max().orElse(top)));
    if (bottom > 0 && top / bottom > WIDE) {
      return Scale.logarithmic(
          Math.max(lowest, bottom / 2), highest, Plot.FRAME.bottom(), Plot.FRAME.top());
    }
    return Scale.around(
        Math.max(lowest, bottom - (top - bottom) * 0.3),
        highest,
        Plot.FRAME.bottom(),
        Plot.FRAME.top());
  }

  private void accuracy() {
    List<Plot.Point> train = new ArrayList<>();
    List<Plot.Point> held = new ArrayList<>();
    for (TrainingHistory.Epoch e : history.epochs()) {
      train.add(new Plot.Point(e.epoch() - 0.5, e.trainAccuracy()));
      if (Double.isFinite(e.validationAccuracy())) {
        held.add(new Plot.Point(e.epoch(), e.validationAccuracy()));
      }
    }
    String caption =
        Format.percent(history.last().trainAccuracy())
            + " on training examples as they came by, "
            + (held.isEmpty()
                ? ""
                : Format.percent(history.last().validationAccuracy()) + " held out, ")
            + Format.percent(test)
            + " on the test.";
    page.figure("Accuracy", caption);
    DoubleStream others =
        DoubleStream.concat(
            members.values(TrainingHistory.Epoch::trainAccuracy),
            members.values(TrainingHistory.Epoch::validationAccuracy));
    DoubleStream own =
        DoubleStream.concat(ys(train), DoubleStream.concat(ys(held), DoubleStream.of(test)));
    Scale y = accuracyScale(DoubleStream.concat(own, others));
    Plot plot =
        new Plot(page, "Accuracy over the epochs. " + caption, Plot.FRAME, x, y)
            .axes(tick -> Format.percent(tick, decimals(y)), unit);
    members.draw(plot, TrainingHistory.Epoch::trainAccuracy, -0.5, "train");
    members.draw(plot, TrainingHistory.Epoch::validationAccuracy, 0, "held");
    plot.line(train, "train").line(held, "held");
    for (Plot.Point p : train) {
      plot.dot(
          p,
          radius(),
          "train",
          String.format(
              Locale.ROOT, "epoch %s: training %s", (int) (p.x() + 0.5), Format.percent(p.y())));
    }
    for (Plot.Point p : held) {
      plot.dot(
          p,
          radius(),
          "held",
          String.format(Locale.ROOT, "epoch %s: held out %s", (int) p.x(), Format.percent(p.y())));
    }
    plot.dot(
        new Plot.Point(history.kept(), test),
        4.5,
        "test",
        "after epoch " + history.kept() + ": test " + Format.percent(test));
    double last = history.last().trainAccuracy();
    plot.label(last, "training", Format.percent(last), "train");
    if (!held.isEmpty()) {
      double value = history.last().validationAccuracy();
      plot.label(value, "held out", Format.percent(value), "held");
    }
    plot.label(test, "test", Format.percent(test), "test").close();
    page.close();
  }

  private static Scale accuracyScale(DoubleStream values) {
    double[] all = values.toArray();
    double least = DoubleStream.of(all).min().orElse(0);
    double most = DoubleStream.of(all).max().orElse(1);
    if (most - least < 0.01) {
      least = Math.max(0, Math.min(least, most - 0.01));
    }
    Scale scale = Scale.around(least, most, Plot.FRAME.bottom(), Plot.FRAME.top());
    return Scale.linear(
        Math.max(0, scale.from()), Math.min(1, scale.to()), Plot.FRAME.bottom(), Plot.FRAME.top());
  }

  private static int decimals(Scale y) {
    return y.to() - y.from() < 0.03 ? 1 : 0;
  }

  private void learningRate() {
    List<Plot.Point> line = new ArrayList<>();
    for (LossCurve.Point p : curve) {
      line.add(new Plot.Point(p.epochs(), p.learningRate()));
    }
    if (line.isEmpty()) {
      for (TrainingHistory.Epoch e : history.epochs()) {
        line.add(new Plot.Point(e.epoch(), e.learningRate()));
      }
    }
    double peak = ys(line).max().orElse(1);
    double last = line.get(line.size() - 1).y();
    boolean constant = ys(line).min().orElse(0) > 0.999 * peak;
    String caption =
        (constant ? "Constant at " : "Up to ")
            + Format.significant(history.options().learningRate())
            + words(history.options().schedule())
            + ". "
            + words(history.options().optimizer())
            + ".";
    page.figure("Learning rate", caption);
    Scale y = Scale.around(0, peak * 1.02, Plot.FRAME.bottom(), Plot.FRAME.top());
    new Plot(page, "Learning rate over the epochs. " + caption, Plot.FRAME, x, y)
        .axes(y::label, unit)
        .line(line, "rate")
        .label(last, "rate", Format.significant(last), "rate")
        .close();
    page.close();
  }

  private static String words(Schedule schedule) {
    if (schedule instanceof Schedule.Cosine cosine) {
      return (cosine.warmUp() > 0
              ? " over the first "
                  + Format.decimals(100 * cosine.warmUp(), 0)
                  + "\u00a0% of the steps,"
              : ",")
          + " then down along half a cosine";
    }
    if (schedule instanceof Schedule.Step step) {
      return ", times "
          + Format.significant(step.decay())
          + " after every "
          + (step.every() == 1 ? "epoch" : step.every() + " epochs");
    }
    if (schedule instanceof Schedule.OneCycle) {
      return ", one cycle";
    }
    if (schedule instanceof Schedule.Cycles cycles) {
      return " and down again, " + cycles.count() + " times";
    }
    if (schedule instanceof Schedule.FlatCosine flat) {
      return ", for the first "
          + Format.decimals(100 * flat.flat(), 0)
          + "\u00a0% of the steps, then down along half a cosine";
    }
    if (schedule instanceof Schedule.Plateau plateau) {
      return ", times "
          + Format.significant(plateau.decay())
          + " after each "
          + plateau.patience()
          + " epochs without a better one";
    }
    return schedule instanceof Schedule.Constant ? "" : ", " + schedule;
  }

  private static String words(Optimizer optimizer) {
    if (optimizer instanceof Sgd sgd) {
      return "SGD"
          + (sgd.momentum() > 0
              ? " with "
                  + (sgd.nesterov() ? "Nesterov momentum " : "momentum ")
                  + Format.significant(sgd.momentum())
              : "")
          + decay(sgd.weightDecay());
    }
    if (optimizer instanceof AdamW adam) {
      return "AdamW" + decay(adam.weightDecay());
    }
    if (optimizer instanceof RmsProp o) {
      return "RMSProp" + decay(o.weightDecay());
    }
    if (optimizer instanceof Adagrad o) {
      return "Adagrad" + decay(o.weightDecay());
    }
    return optimizer.toString();
  }

  private static String decay(double weightDecay) {
    return weightDecay > 0 ? ", weight decay " + Format.significant(weightDecay) : "";
  }

  private static DoubleStream ys(List<Plot.Point> points) {
    return points.stream().mapToDouble(Plot.Point::y);
  }
}
