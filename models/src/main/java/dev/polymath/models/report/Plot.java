package dev.polymath.models.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;

/** A chart with two axes: a grid, lines, bands and dots, and a label at the end of each line. */
final class Plot {

  /** Drawn as wide as a phone shows it: there text has its nominal size, elsewhere more. */
  static final double WIDTH = 360;

  static final double HEIGHT = 216;
  static final double LEFT = 42;
  static final double RIGHT = WIDTH - 58;
  static final double TOP = 12;
  static final double BOTTOM = HEIGHT - 28;

  /** Room for a label of two lines. */
  private static final double LABEL_HEIGHT = 25;

  /** A place in the chart, in the units of its axes. */
  record Point(double x, double y) {}

  private record Label(double y, String name, String value, String style) {}

  private final Markup page;
  private final Scale x;
  private final Scale y;
  private final List<Label> labels = new ArrayList<>();

  /**
   * Opens a chart.
   *
   * @param summary what a screen reader says instead of the chart
   */
  Plot(Markup page, String summary, Scale x, Scale y) {
    this.page = page;
    this.x = x;
    this.y = y;
    page.open(
        "svg",
        "viewBox",
        "0 0 " + Markup.number(WIDTH) + " " + Markup.number(HEIGHT),
        "role",
        "img",
        "aria-label",
        summary);
  }

  /** The horizontal axis of most charts, of so many epochs. */
  static Scale epochs(int epochs) {
    return Scale.linear(0, epochs, LEFT, RIGHT);
  }

  /** Grid and tick labels; the last below the horizontal axis is followed by its unit. */
  Plot axes(DoubleFunction<String> yLabel, String xUnit) {
    for (double tick : y.ticks(5)) {
      double at = y.at(tick);
      page.leaf("line", "class", "grid", "x1", LEFT, "x2", RIGHT, "y1", at, "y2", at);
      page.element(
          "text",
          yLabel.apply(tick),
          "class",
          "tick",
          "x",
          LEFT - 6,
          "y",
          at + 3.5,
          "text-anchor",
          "end");
    }
    page.leaf("line", "class", "axis", "x1", LEFT, "x2", RIGHT, "y1", BOTTOM, "y2", BOTTOM);
    List<Double> ticks = x.ticks(5);
    for (int i = 0; i < ticks.size(); i++) {
      double at = x.at(ticks.get(i));
      String label = x.label(ticks.get(i));
      page.leaf("line", "class", "axis", "x1", at, "x2", at, "y1", BOTTOM, "y2", BOTTOM + 4);
      page.element(
          "text", label, "class", "tick", "x", at, "y", BOTTOM + 16, "text-anchor", "middle");
    }
    page.element(
        "text", xUnit, "class", "tick", "x", WIDTH, "y", BOTTOM + 16, "text-anchor", "end");
    return this;
  }

  Plot line(List<Point> points, String style) {
    if (!points.isEmpty()) {
      page.leaf("path", "class", "line " + style, "d", path(points, "M"));
    }
    return this;
  }

  /** The area between two lines over the same places. */
  Plot band(List<Point> lower, List<Point> upper, String style) {
    if (!lower.isEmpty()) {
      List<Point> back = new ArrayList<>(lower);
      Collections.reverse(back);
      String d = path(upper, "M") + path(back, "L") + "Z";
      page.leaf("path", "class", "band " + style, "d", d);
    }
    return this;
  }

  Plot dot(Point p, double radius, String style, String tooltip) {
    page.open("circle", "class", "dot " + style, "cx", x.at(p.x), "cy", y.at(p.y), "r", radius);
    page.tooltip(tooltip).close();
    return this;
  }

  /** A name and a value to the right of the line that ends at {@code at}. */
  Plot label(double at, String name, String value, String style) {
    labels.add(new Label(y.at(at), name, value, style));
    return this;
  }

  /** Writes the labels, moved apart where they would overlap, and closes the chart. */
  void close() {
    labels.sort(Comparator.comparingDouble(Label::y));
    double[] at = new double[labels.size()];
    double free = TOP - 4;
    for (int i = 0; i < at.length; i++) {
      at[i] = Math.max(free, labels.get(i).y - LABEL_HEIGHT / 2);
      free = at[i] + LABEL_HEIGHT;
    }
    double limit = BOTTOM + 4;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(at[i], limit - LABEL_HEIGHT);
      limit = at[i];
    }
    for (int i = 0; i < at.length; i++) {
      Label label = labels.get(i);
      page.element(
          "text", label.name, "class", "name " + label.style, "x", RIGHT + 7, "y", at[i] + 10);
      page.element("text", label.value, "class", "value", "x", RIGHT + 7, "y", at[i] + 21);
    }
    page.close();
  }

  private String path(List<Point> points, String first) {
    StringBuilder d = new StringBuilder();
    for (Point p : points) {
      d.append(d.isEmpty() ? first : "L")
          .append(Markup.number(x.at(p.x)))
          .append(' ')
          .append(Markup.number(y.at(p.y)));
    }
    return d.toString();
  }
}
