package dev.polymath.benchmarks.report;

import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Curves on two logarithmic axes, as SVG: a line for each series with a marker and a range at each
 * point, and a broken line for the most there can be. Colours and sizes of text are the page's.
 */
final class LogChart {

  private static final int WIDTH = 480;
  private static final int HEIGHT = 320;
  private static final int LEFT = 44;
  private static final int RIGHT = 14;
  private static final int TOP = 22;
  private static final int BOTTOM = 44;

  private final double leastX;
  private final double mostX;
  private final double leastY;
  private final double mostY;
  private final StringBuilder svg = new StringBuilder();

  private LogChart(double leastX, double mostX, double leastY, double mostY) {
    this.leastX = leastX;
    this.mostX = mostX;
    this.leastY = leastY;
    this.mostY = mostY;
  }

  /**
   * @param curves values by position; at least one point in all
   * @param series the number of each curve's colour and marker
   * @param roof drawn across, with its name; left out if NaN
   */
  static String draw(
      String xTitle,
      String yTitle,
      Map<String, NavigableMap<Integer, Sample>> curves,
      Map<String, Integer> series,
      double roof,
      String roofName) {
    double leastX = Double.MAX_VALUE;
    double mostX = 0;
    double leastY = Double.MAX_VALUE;
    double mostY = Double.isFinite(roof) ? roof : 0;
    for (NavigableMap<Integer, Sample> curve : curves.values()) {
      for (Map.Entry<Integer, Sample> point : curve.entrySet()) {
        leastX = Math.min(leastX, point.getKey());
        mostX = Math.max(mostX, point.getKey());
        leastY = Math.min(leastY, point.getValue().low());
        mostY = Math.max(mostY, point.getValue().high());
      }
    }
    if (leastX == mostX) {
      leastX /= 2;
      mostX *= 2;
    }
    LogChart chart = new LogChart(leastX, mostX, floor(leastY), mostY * 1.25);
    chart.axes(xTitle, yTitle, curves);
    if (Double.isFinite(roof)) {
      chart.roof(roof, roofName);
    }
    for (Map.Entry<String, NavigableMap<Integer, Sample>> curve : curves.entrySet()) {
      chart.curve(curve.getKey(), curve.getValue(), series.get(curve.getKey()));
    }
    return "<svg viewBox=\"0 0 "
        + WIDTH
        + " "
        + HEIGHT
        + "\" role=\"img\" aria-label=\""
        + Html.escape(yTitle + " by " + xTitle)
        + "\">"
        + chart.svg
        + "</svg>";
  }

  /** 1, 2 or 5 times a power of ten, below the value. */
  private static double floor(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    double digits = value / power;
    return power * (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * 0.9;
  }

  private double x(double value) {
    return LEFT
        + (WIDTH - LEFT - RIGHT) * 0.04
        + (WIDTH - LEFT - RIGHT) * 0.92 * Math.log(value / leastX) / Math.log(mostX / leastX);
  }

  private double y(double value) {
    return HEIGHT
        - BOTTOM
        - (HEIGHT - TOP - BOTTOM) * Math.log(value / leastY) / Math.log(mostY / leastY);
  }

  private void axes(
      String xTitle, String yTitle, Map<String, NavigableMap<Integer, Sample>> curves) {
    for (double power = Math.pow(10, Math.floor(Math.log10(leastY))); power < mostY; power *= 10) {
      for (double tick : new double[] {power, 2 * power, 5 * power}) {
        if (tick >= leastY && tick <= mostY) {
          add(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
              LEFT, WIDTH - RIGHT, y(tick), y(tick));
          add(
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT - 6, y(tick) + 4, tick(tick));
        }
      }
    }
    curves.values().stream()
        .flatMap(c -> c.keySet().stream())
        .distinct()
        .sorted()
        .forEach(
            tick -> {
              add(
                  "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                  x(tick), x(tick), TOP, HEIGHT - BOTTOM);
              add(
                  "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>",
                  x(tick), HEIGHT - BOTTOM + 16, tick);
            });
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Html.escape(xTitle));
    add("<text x=\"2\" y=\"12\">%s</text>", Html.escape(yTitle));
  }

  private static String tick(double value) {
    return value >= 1
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(
            Locale.ROOT, "%." + (int) Math.ceil(-Math.log10(value) - 1e-9) + "f", value);
  }

  private void roof(double value, String name) {
    add(
        "<line class=\"roof\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
        LEFT, WIDTH - RIGHT, y(value), y(value));
    add(
        "<text class=\"roofname\" x=\"%d\" y=\"%.1f\">%s</text>",
        LEFT + 4, y(value) - 5, Html.escape(name));
  }

  private void curve(String name, NavigableMap<Integer, Sample> points, int index) {
    StringBuilder path = new StringBuilder();
    points.forEach(
        (size, sample) ->
            path.append(
                String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    path.isEmpty() ? "M" : "L",
                    x(size),
                    y(sample.median()))));
    add("<g class=\"s%d\"><path class=\"line\" d=\"%s\"/>", index % Html.COLOURS, path);
    points.forEach(
        (size, sample) -> {
          add(
              "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
              x(size), x(size), y(sample.low()), y(sample.high()));
          add(
              "<g>%s<title>%s</title></g>",
              marker(index, x(size), y(sample.median())),
              Html.escape(
                  name
                      + ", "
                      + size
                      + ": "
                      + Text.number(sample.median())
                      + " ("
                      + Text.number(sample.low())
                      + " to "
                      + Text.number(sample.high())
                      + ")"));
        });
    svg.append("</g>");
  }

  /** Shapes tell the series apart where colours do not. */
  static String marker(int index, double x, double y) {
    return switch (index % 4) {
      case 0 -> String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.2\"/>", x, y);
      case 1 ->
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"7.6\" height=\"7.6\"/>",
              x - 3.8,
              y - 3.8);
      case 2 -> String.format(Locale.ROOT, "<path d=\"M%.1f %.1fl5 8.6h-10z\"/>", x, y - 5.2);
      default ->
          String.format(
              Locale.ROOT, "<path d=\"M%.1f %.1fl5.2 5.2l-5.2 5.2l-5.2 -5.2z\"/>", x, y - 5.2);
    };
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
