package dev.polymath.report;

import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Drawing.Anchor;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Scale;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Pairs of numbers over two axes: a dot each, or, where they are many, cells that are the darker
 * the more pairs they hold. A broken line is where all would lie if every prediction were right.
 */
final class ScatterChart {

  /** More dots than these hide one another. */
  private static final int MOST_DOTS = 300;

  private static final int CELLS = 44;
  private static final double TOP = 12;
  private static final double BOTTOM = 268;
  private static final double LEFT = 48;
  private static final double RIGHT = 350;
  private static final double HEIGHT = 302;

  private final Markup page;
  private final double[] xs;
  private final double[] ys;
  private final boolean diagonal;
  private final String xTitle;
  private final String yTitle;

  /**
   * @param diagonal whether the line is y = x; otherwise y = 0
   */
  ScatterChart(
      Markup page, double[] xs, double[] ys, boolean diagonal, String xTitle, String yTitle) {
    this.page = page;
    this.xs = xs;
    this.ys = ys;
    this.diagonal = diagonal;
    this.xTitle = xTitle;
    this.yTitle = yTitle;
  }

  void write(String title, String caption) {
    page.figure(title, caption);
    Scale x = around(diagonal ? DoubleStream.concat(of(xs), of(ys)) : of(xs), LEFT, RIGHT);
    Scale y =
        around(DoubleStream.concat(of(ys), diagonal ? of(xs) : DoubleStream.of(0)), BOTTOM, TOP);
    Drawing drawing = new Drawing(page, Drawing.WIDTH, HEIGHT, title + ". " + caption);
    for (double tick : y.ticks(5)) {
      drawing.line("grid", LEFT, y.at(tick), RIGHT, y.at(tick));
      String label = ErrorChart.tickLabel(y, tick);
      drawing.text("tick", label, LEFT - 6, y.at(tick) + 3.5, Anchor.END);
    }
    drawing.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
    for (double tick : x.ticks(5)) {
      drawing.line("axis", x.at(tick), BOTTOM, x.at(tick), BOTTOM + 4);
      String label = ErrorChart.tickLabel(x, tick);
      Anchor anchor = x.at(tick) > RIGHT - 12 ? Anchor.END : Anchor.MIDDLE;
      drawing.text("tick", label, x.at(tick), BOTTOM + 16, anchor);
    }
    if (xs.length <= MOST_DOTS) {
      dots(drawing, x, y);
    } else {
      cells(drawing, x, y);
    }
    if (diagonal) {
      double from = Math.max(x.from(), y.from());
      double to = Math.min(x.to(), y.to());
      drawing.line("ideal", x.at(from), y.at(from), x.at(to), y.at(to));
    } else {
      drawing.line("ideal", LEFT, y.at(0), RIGHT, y.at(0));
    }
    drawing.text("tick", yTitle, LEFT + 6, TOP + 10, Anchor.START);
    drawing.text("tick", xTitle, (LEFT + RIGHT) / 2, HEIGHT - 4, Anchor.MIDDLE);
    drawing.close();
    page.close();
  }

  private static DoubleStream of(double[] values) {
    return DoubleStream.of(values);
  }

  private static Scale around(DoubleStream values, double start, double end) {
    double[] all = values.toArray();
    return Scale.around(
        DoubleStream.of(all).min().orElse(0), DoubleStream.of(all).max().orElse(1), start, end);
  }

  private void dots(Drawing drawing, Scale x, Scale y) {
    for (int i = 0; i < xs.length; i++) {
      drawing.group(
          String.format(
              Locale.ROOT,
              "%s %s, %s %s",
              xTitle,
              Format.value(xs[i]),
              yTitle,
              Format.value(ys[i])));
      drawing.disc("dot held", x.at(xs[i]), y.at(ys[i]), xs.length > 100 ? 2.2 : 3.2).close();
    }
  }

  private void cells(Drawing drawing, Scale x, Scale y) {
    int[][] counts = new int[CELLS][CELLS];
    double width = (RIGHT - LEFT) / CELLS;
    double height = (BOTTOM - TOP) / CELLS;
    int most = 0;
    for (int i = 0; i < xs.length; i++) {
      int column = Math.min(CELLS - 1, (int) ((x.at(xs[i]) - LEFT) / width));
      int row = Math.min(CELLS - 1, (int) ((y.at(ys[i]) - TOP) / height));
      most = Math.max(most, ++counts[row][column]);
    }
    for (int row = 0; row < CELLS; row++) {
      for (int column = 0; column < CELLS; column++) {
        if (counts[row][column] > 0) {
          // Few are to be seen beside many: a single pair is never paler than an eighth.
          double opacity = 0.12 + 0.88 * Math.sqrt((double) counts[row][column] / most);
          drawing.group(Format.count(counts[row][column], "example", "examples"));
          drawing.shade("cell", LEFT + column * width, TOP + row * height, width, height, opacity);
          drawing.close();
        }
      }
    }
  }
}
