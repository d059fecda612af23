package dev.polymath.benchmarks.report;

import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * A curve for each backend on two logarithmic axes, with the range of each point.
 *
 * @param xTitle what the curves run over
 * @param yTitle what they show
 * @param byBackend values by position; at least one point in all
 * @param series the number of each backend's colour and mark
 * @param peak the most there can be, drawn across; left out if NaN
 */
record Curves(
    String xTitle,
    String yTitle,
    Map<String, NavigableMap<Integer, Sample>> byBackend,
    Map<String, Integer> series,
    double peak) {

  private static final Plot.Frame FRAME = new Plot.Frame(242, 32, Drawing.WIDTH - 98, 18, 204);

  void draw(Markup page) {
    List<Integer> positions =
        byBackend.values().stream().flatMap(c -> c.keySet().stream()).distinct().sorted().toList();
    int first = positions.get(0);
    int last = positions.get(positions.size() - 1);
    double least = samples(Sample::low).min().orElse(1);
    double most = samples(Sample::high).max().orElse(1);
    double top = Double.isFinite(peak) ? Math.max(most, peak) : most;
    Scale x = Scale.logarithmic(first, last, FRAME.left() + 8, FRAME.right() - 8);
    Scale y = Scale.logarithmic(least, top, FRAME.bottom() - 6, FRAME.top());
    Plot plot = new Plot(page, yTitle + " by " + xTitle, FRAME, x, y);
    plot.axes(positions, xTitle);
    if (Double.isFinite(peak)) {
      plot.limit(peak, "FMA peak " + Text.number(peak));
    }
    byBackend.forEach((backend, curve) -> curve(plot, backend, curve));
    plot.close();
  }

  private DoubleStream samples(ToDoubleFunction<Sample> figure) {
    return byBackend.values().stream().flatMap(c -> c.values().stream()).mapToDouble(figure);
  }

  private void curve(Plot plot, String backend, NavigableMap<Integer, Sample> curve) {
    int number = series.get(backend);
    String style = Plot.series(number);
    plot.line(
        curve.entrySet().stream()
            .map(e -> new Plot.Point(e.getKey(), e.getValue().median()))
            .toList(),
        style);
    curve.forEach(
        (position, sample) ->
            plot.measured(
                new Plot.Point(position, sample.median()),
                sample.low(),
                sample.high(),
                number,
                String.format(
                    Locale.ROOT,
                    "%s, %d: %s (%s to %s)",
                    backend,
                    position,
                    Text.number(sample.median()),
                    Text.number(sample.low()),
                    Text.number(sample.high()))));
    double end = curve.lastEntry().getValue().median();
    plot.label(end, Plot.mark(number) + " " + backend, Text.number(end), style);
  }
}
