package dev.polymath.report;

import dev.polymath.models.monitor.StepSample;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import dev.polymath.report.chart.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What went on in each layer: gradients, updates, activations over the epochs. */
final class LayerCharts {

  /** A learning rate below this fraction of its peak says nothing about the size of updates. */
  private static final double SPENT = 0.01;

  private final Markup page;
  private final List<LayerSpec> layers;
  private final List<StepSample> samples;
  private final Scale x;
  private final String unit;
  private final double stepsPerEpoch;

  LayerCharts(
      Markup page,
      List<LayerSpec> layers,
      List<StepSample> samples,
      int epochs,
      int stepsPerEpoch) {
    this.page = page;
    this.layers = layers;
    this.samples = samples;
    this.x = Plot.FRAME.across(0, epochs);
    this.unit = epochs == 1 ? "epoch" : "epochs";
    this.stepsPerEpoch = stepsPerEpoch;
  }

  void write() {
    double peak = samples.stream().mapToDouble(StepSample::learningRate).max().orElse(0);
    page.open("div", "class", "charts");
    logarithmic(
        "Gradients",
        samples,
        "The length of the loss gradient of each layer's weights: far apart, and the layers learn"
            + " at different speeds.",
        StepSample.LayerSample::gradientNorm);
    logarithmic(
        "Updates",
        samples.stream().filter(s -> s.learningRate() > SPENT * peak).toList(),
        "How far a step moves the weights, as a fraction of their own length.",
        StepSample.LayerSample::updateRatio);
    idle();
    page.close();
    table();
  }

  private void logarithmic(
      String title,
      List<StepSample> samples,
      String caption,
      ToDoubleFunction<StepSample.LayerSample> figure) {
    List<List<Plot.Point>> lines = lines(samples, figure);
    double most = 0;
    double least = Double.POSITIVE_INFINITY;
    for (List<Plot.Point> line : lines) {
      double[] values =
          line.stream().mapToDouble(Plot.Point::y).filter(v -> v > 0).sorted().toArray();
      if (values.length > 0) {
        most = Math.max(most, values[values.length - 1]);
        // A few values near 0 must not press all others together: they are drawn at the bottom.
        least = Math.min(least, Math.max(values[0], values[values.length / 10] / 4));
      }
    }
    page.figure(title, caption);
    if (most > 0) {
      Scale y = Scale.logarithmic(least / 1.3, most * 1.3, Plot.FRAME.bottom(), Plot.FRAME.top());
      draw(
          new Plot(page, title + " over the epochs", Plot.FRAME, x, y).axes(y::label, unit),
          lines,
          "",
          false);
    } else {
      page.element("p", "All are 0.", "class", "note");
    }
    page.close();
  }

  /** Units that can't learn: saturated, or silent for every example. */
  private void idle() {
    List<List<Plot.Point>> saturated = lines(samples, StepSample.LayerSample::saturated);
    List<List<Plot.Point>> dead = lines(samples, StepSample.LayerSample::dead);
    if (saturated.stream().allMatch(List::isEmpty) && dead.stream().allMatch(List::isEmpty)) {
      return;
    }
    page.figure(
        "Units that can't learn",
        "Saturated: so near an end of its range that hardly a gradient passes. Dead: a ReLU that is"
            + " 0 for every example.");
    double most = 0;
    for (List<List<Plot.Point>> lines : List.of(saturated, dead)) {
      for (List<Plot.Point> line : lines) {
        for (Plot.Point p : line) {
          most = Math.max(most, p.y());
        }
      }
    }
    Scale around = Scale.around(0, Math.max(0.05, most), Plot.FRAME.bottom(), Plot.FRAME.top());
    Scale y = Scale.linear(0, Math.min(1, around.to()), Plot.FRAME.bottom(), Plot.FRAME.top());
    Plot plot =
        new Plot(page, "Saturated and dead units over the epochs", Plot.FRAME, x, y)
            .axes(tick -> Format.percent(tick, 0), unit);
    add(plot, saturated, " sat.", true);
    draw(plot, dead, " dead", true);
    page.close();
  }

  private List<List<Plot.Point>> lines(
      List<StepSample> samples, ToDoubleFunction<StepSample.LayerSample> figure) {
    List<List<Plot.Point>> lines = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      List<Plot.Point> line = new ArrayList<>();
      for (StepSample sample : samples) {
        double value = figure.applyAsDouble(sample.layers().get(i));
        if (Double.isFinite(value)) {
          line.add(new Plot.Point(sample.step() / stepsPerEpoch, value));
        }
      }
      lines.add(line);
    }
    return lines;
  }

  private void draw(Plot plot, List<List<Plot.Point>> lines, String suffix, boolean percent) {
    add(plot, lines, suffix, percent);
    plot.close();
  }

  private void add(Plot plot, List<List<Plot.Point>> lines, String suffix, boolean percent) {
    for (int i = 0; i < lines.size(); i++) {
      List<Plot.Point> line = lines.get(i);
      if (line.isEmpty()) {
        continue;
      }
      String style = Plot.series(i);
      plot.line(line, style);
      Plot.Point last = line.get(line.size() - 1);
      String value = percent ? Format.percent(last.y(), 1) : Format.significant(last.y());
      plot.dot(last, 2.6, style, name(i) + suffix + ": " + value);
      plot.label(last.y(), (suffix.isEmpty() ? "layer " : "") + (i + 1) + suffix, value, style);
    }
  }

  private String name(int i) {
    return "layer " + (i + 1) + ": " + layers.get(i).summary().replace("->", " → ");
  }

  private void table() {
    StepSample first = samples.get(0);
    StepSample last = samples.get(samples.size() - 1);
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "In the first step and in the last one that was looked at (step %s):",
            Format.count(last.step())),
        "class",
        "note");
    Table table = new Table(page, "layers", "Figures of each layer");
    table.column("layer");
    table.numbers(
        List.of("gradient", "weights", "update, median", "activations", "saturated", "dead"));
    table.body();
    for (int i = 0; i < layers.size(); i++) {
      StepSample.LayerSample a = first.layers().get(i);
      StepSample.LayerSample b = last.layers().get(i);
      table.row();
      page.open("th", "scope", "row");
      page.element("span", "● ", "class", Plot.series(i)).text(name(i)).close();
      both(Format.significant(a.gradientNorm()), Format.significant(b.gradientNorm()));
      both(Format.significant(a.weightNorm()), Format.significant(b.weightNorm()));
      both("", Format.significant(medianUpdate(i)));
      both(activations(a), activations(b));
      both(Format.percent(a.saturated(), 1), Format.percent(b.saturated(), 1));
      both("", Format.percent(b.dead(), 1));
      table.end();
    }
    table.close();
  }

  private double medianUpdate(int layer) {
    double[] ratios =
        samples.stream()
            .mapToDouble(s -> s.layers().get(layer).updateRatio())
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return ratios.length == 0 ? Double.NaN : ratios[ratios.length / 2];
  }

  private static String activations(StepSample.LayerSample layer) {
    return Format.significant(layer.mean()) + " ± " + Format.significant(layer.deviation());
  }

  private void both(String first, String last) {
    boolean one = first.isEmpty() || first.equals(last);
    page.open("td", "class", "number");
    if (!one) {
      page.element("span", first + " → ", "class", "then");
    }
    page.text(last).close();
  }
}
