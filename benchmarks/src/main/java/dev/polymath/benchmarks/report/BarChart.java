package dev.polymath.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Bars in groups, from zero, each with its range and its value, as SVG. */
final class BarChart {

  private static final int WIDTH = 480;
  private static final int LEFT = 100;
  private static final int RIGHT = 70;
  private static final int BAR = 20;
  private static final int TITLE = 26;
  private static final int GAP = 10;

  private BarChart() {}

  /**
   * @param series the number of its colour
   * @param value what stands behind the bar
   */
  record Bar(String name, int series, Sample sample, String value) {}

  record Group(String title, List<Bar> bars) {}

  /** All bars on one scale. */
  static String draw(List<Group> groups) {
    double most =
        groups.stream()
            .flatMap(g -> g.bars.stream())
            .mapToDouble(b -> b.sample.median())
            .max()
            .orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / most;
    StringBuilder svg = new StringBuilder();
    int y = 0;
    for (Group group : groups) {
      add(
          svg,
          "<text class=\"strong\" x=\"0\" y=\"%d\">%s</text>",
          y + 16,
          Html.escape(group.title));
      y += TITLE;
      for (Bar bar : group.bars) {
        double end = LEFT + scale * bar.sample.median();
        double high = Math.min(WIDTH - RIGHT + 4, LEFT + scale * bar.sample.high());
        double middle = y + BAR / 2.0;
        add(
            svg,
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            LEFT - 8,
            middle + 4,
            Html.escape(bar.name));
        add(
            svg,
            "<rect class=\"bar s%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
            bar.series % Html.COLOURS,
            LEFT,
            y + 2,
            Math.max(1, end - LEFT),
            BAR - 4);
        add(
            svg,
            "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
            LEFT + scale * bar.sample.low(),
            high,
            middle,
            middle);
        add(
            svg,
            "<text x=\"%.1f\" y=\"%.1f\">%s</text>",
            Math.max(end, high) + 6,
            middle + 4,
            Html.escape(bar.value));
        y += BAR;
      }
      y += GAP;
    }
    return "<svg viewBox=\"0 0 " + WIDTH + " " + y + "\" role=\"img\">" + svg + "</svg>";
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
