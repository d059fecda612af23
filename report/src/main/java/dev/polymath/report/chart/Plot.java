package dev.polymath.report.chart;

import dev.polymath.report.chart.Drawing.Anchor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;

/** A chart with two axes: a grid, lines, bands and dots, and a label at the end of each line. */
public final class Plot {

  /** How many colours there are for series; more series begin again. */
  public static final int COLOURS = 6;

  private static final String MARKS = "●■▲◆";

  /** Room for a label of two lines. */
  private static final double LABEL_HEIGHT = 25;

  /**
   * Where the axes lie in a picture of the usual width; what is to the right of them is room for
   * labels.
   */
  public record Frame(double height, double left, double right, double top, double bottom) {

    /** A horizontal axis. */
    public Scale across(double from, double to) {
      return Scale.linear(from, to, left, right);
    }
  }

  /** For most charts. */
  public static final Frame FRAME = new Frame(216, 42, Drawing.WIDTH - 58, 12, 188);

  /** A place in the chart, in the units of its axes. */
  public record Point(double x, double y) {}

  private record Label(double y, String name, String value, String style) {}

  private final Drawing drawing;
  private final Frame frame;
  private final Scale x;
  private final Scale y;
  private final List<Label> labels = new ArrayList<>();

  /**
   * Opens a chart.
   *
   * @param summary what a screen reader says instead of the chart
   * @param x from the frame's left to its right
   * @param y from its bottom to its top
   */
  public Plot(Markup page, String summary, Frame frame, Scale x, Scale y) {
    this.drawing = new Drawing(page, Drawing.WIDTH, frame.height, summary);
    this.frame = frame;
    this.x = x;
    this.y = y;
  }

  /** The class of a series' colour. */
  public static String series(int number) {
    return "series" + number % COLOURS;
  }

  /** The shape of a series' marks as a character, for those who don't see its colour. */
  public static String mark(int number) {
    return MARKS.substring(number % MARKS.length(), number % MARKS.length() + 1);
  }

  /** Grid and tick labels at round values; below the horizontal axis its unit follows. */
  public Plot axes(DoubleFunction<String> yLabel, String xUnit) {
    grid(yLabel);
    for (double tick : x.ticks(5)) {
      tick(tick, x.label(tick));
    }
    drawing.text("tick", xUnit, Drawing.WIDTH, frame.bottom + 16, Anchor.END);
    return this;
  }

  /** The same with ticks at given places, and a title below them. */
  public Plot axes(List<Integer> xTicks, String xTitle) {
    grid(y::label);
    for (int tick : xTicks) {
      tick(tick, Integer.toString(tick));
    }
    double middle = (frame.left + frame.right) / 2;
    drawing.text("tick", xTitle, middle, frame.bottom + 32, Anchor.MIDDLE);
    return this;
  }

  /** The same with ticks that are written alike on both axes, and a title of each. */
  public Plot axesAlike(DoubleFunction<String> label, String xTitle, String yTitle) {
    grid(label);
    for (double tick : x.ticks(5)) {
      tick(tick, label.apply(tick));
    }
    double middle = (frame.left + frame.right) / 2;
    drawing.text("tick", xTitle, middle, frame.bottom + 32, Anchor.MIDDLE);
    drawing.text("tick", yTitle, frame.left, frame.top - 10, Anchor.START);
    return this;
  }

  private void grid(DoubleFunction<String> yLabel) {
    for (double tick : y.ticks(5)) {
      double at = y.at(tick);
      drawing.line("grid", frame.left, at, frame.right, at);
      drawing.text("tick", yLabel.apply(tick), frame.left - 6, at + 3.5, Anchor.END);
    }
    drawing.line("axis", frame.left, frame.bottom, frame.right, frame.bottom);
  }

  private void tick(double value, String label) {
    double at = x.at(value);
    drawing.line("axis", at, frame.bottom, at, frame.bottom + 4);
    drawing.text("tick", label, at, frame.bottom + 16, Anchor.MIDDLE);
  }

  /** A line through some places. */
  public Plot line(List<Point> points, String style) {
    if (!points.isEmpty()) {
      drawing.path("line " + style, path(points, "M"));
    }
    return this;
  }

  /** The area between two lines over the same places. */
  public Plot band(List<Point> lower, List<Point> upper, String style) {
    if (!lower.isEmpty()) {
      List<Point> back = new ArrayList<>(lower);
      Collections.reverse(back);
      drawing.path("band " + style, path(upper, "M") + path(back, "L") + "Z");
    }
    return this;
  }

  /** A disc that shows a text to a pointer that rests on it. */
  public Plot dot(Point p, double radius, String style, String tooltip) {
    drawing.group(tooltip).disc("dot " + style, x.at(p.x), y.at(p.y), radius).close();
    return this;
  }

  /** A measured place: a mark of the series' own shape, and how far the measurements went. */
  public Plot measured(Point p, double low, double high, int series, String tooltip) {
    double px = x.at(p.x);
    double py = y.at(p.y);
    String style = series(series);
    drawing.group(tooltip).line("range " + style, px, y.at(low), px, y.at(high));
    String start = "M" + Markup.number(px) + " " + Markup.number(py);
    switch (series % MARKS.length()) {
      case 0 -> drawing.disc("dot " + style, px, py, 3.4);
      case 1 -> drawing.path("dot " + style, start + "m-3.1 -3.1h6.2v6.2h-6.2z");
      case 2 -> drawing.path("dot " + style, start + "m0 -4.2l4.1 7h-8.2z");
      default -> drawing.path("dot " + style, start + "m0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z");
    }
    drawing.close();
    return this;
  }

  /** A broken line across, with its name above it. */
  public Plot limit(double value, String name) {
    double at = y.at(value);
    drawing.line("ideal", frame.left, at, frame.right, at);
    drawing.text("tick", name, frame.left + 4, at - 5, Anchor.START);
    return this;
  }

  /** A broken line from one place to another, with its name below its end. */
  public Plot guide(Point from, Point to, String name) {
    drawing.line("ideal", x.at(from.x), y.at(from.y), x.at(to.x), y.at(to.y));
    drawing.text("tick", name, x.at(to.x) - 4, y.at(to.y) + 40, Anchor.END);
    return this;
  }

  /** A name and a value to the right of the line that ends at {@code at}. */
  public Plot label(double at, String name, String value, String style) {
    labels.add(new Label(y.at(at), name, value, style));
    return this;
  }

  /** Writes the labels, moved apart where they would overlap, and closes the chart. */
  public void close() {
    labels.sort(Comparator.comparingDouble(Label::y));
    double[] at = new double[labels.size()];
    double free = frame.top - 4;
    for (int i = 0; i < at.length; i++) {
      at[i] = Math.max(free, labels.get(i).y - LABEL_HEIGHT / 2);
      free = at[i] + LABEL_HEIGHT;
    }
    double limit = frame.bottom + 4;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(at[i], limit - LABEL_HEIGHT);
      limit = at[i];
    }
    for (int i = 0; i < at.length; i++) {
      Label label = labels.get(i);
      double left = frame.right + 7;
      drawing.text("name " + label.style, label.name, left, at[i] + 10, Anchor.START);
      drawing.text("value", label.value, left, at[i] + 21, Anchor.START);
    }
    drawing.close();
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
