package dev.polymath.benchmarks.report;

import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Drawing.Anchor;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import java.util.List;
import java.util.Locale;

/**
 * Bars from zero. Each has its value at its end, and below it a line from the lowest measurement to
 * the highest.
 *
 * @param most the value of a bar as long as there is room; charts to compare have the same
 */
record BarChart(List<Bar> bars, double most) {

  private static final double LEFT = 102;
  private static final double RIGHT = Drawing.WIDTH - 62;
  private static final double BAR = 13;
  private static final double ROW = 25;

  /**
   * One bar.
   *
   * @param series the number of its colour
   * @param value what stands at its end
   */
  record Bar(String name, int series, Sample sample, String value) {}

  void draw(Markup page) {
    Drawing drawing = new Drawing(page, Drawing.WIDTH, ROW * bars.size(), summary());
    Scale x = Scale.linear(0, most, LEFT, RIGHT);
    for (int i = 0; i < bars.size(); i++) {
      bar(drawing, bars.get(i), x, i * ROW + 2);
    }
    drawing.close();
  }

  private String summary() {
    return String.join(", ", bars.stream().map(b -> b.name + " " + b.value).toList());
  }

  private static void bar(Drawing drawing, Bar bar, Scale x, double top) {
    double end = x.at(bar.sample.median());
    double base = top + BAR / 2 + 4;
    String name = Plot.mark(bar.series) + " " + Format.shortened(bar.name, 14);
    String style = Plot.series(bar.series);
    drawing.group(
        String.format(
            Locale.ROOT,
            "%s: %s to %s of the median",
            bar.name,
            Text.percent(bar.sample.low() / bar.sample.median()),
            Text.percent(bar.sample.high() / bar.sample.median())));
    drawing.text("name " + style, name, LEFT - 6, base, Anchor.END);
    drawing.box("bar " + style, LEFT, top, Math.max(1, end - LEFT), BAR);
    drawing.text("value", bar.value, end + 5, base, Anchor.START);
    double low = x.at(bar.sample.low());
    double high = x.at(bar.sample.high());
    double middle = top + BAR + 3.5;
    drawing.line("spread", low, middle, high, middle);
    drawing.line("spread", low, middle - 2, low, middle + 2);
    // A line that goes on beyond the picture has no end in it.
    if (bar.sample.high() <= x.to()) {
      drawing.line("spread", high, middle - 2, high, middle + 2);
    }
    drawing.close();
  }
}
