package dev.polymath.report;

import dev.polymath.models.internal.AtomicFile;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Page;
import dev.polymath.report.chart.Plot;
import dev.polymath.report.chart.Scale;
import dev.polymath.report.chart.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * A learning-rate range test (Smith 2017) as one page of HTML that needs nothing but itself: the
 * loss while the rate grows from step to step.
 *
 * @param name what the data set is called
 * @param points in the order of their rates; at least one
 * @param suggested the rate to try
 * @param command the command line that repeats it; empty if there is none
 */
public record RateReport(String name, List<Point> points, double suggested, String command) {

  private static final Plot.Frame FRAME = new Plot.Frame(264, 46, 322, 24, 220);

  /** Times the lowest loss: what is above is cut off. */
  private static final double HIGH = 4;

  /**
   * Some consecutive steps.
   *
   * @param rate the geometric mean of their rates
   * @param loss mean over the steps
   */
  public record Point(double rate, double loss) {}

  /** A page of points. */
  public RateReport {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("rates: expected at least one point, found none");
    }
  }

  /** Writes the page to a file in UTF-8, whole or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.writeText(file, html());
  }

  /** The page. */
  public String html() {
    Markup page =
        Page.open("Learning rates on " + name, Page.styles(TrainingReport.class, "report.css"));
    page.open("header").element("p", "Polymath range test", "class", "kicker");
    page.element("h1", Format.shortened(name, 80)).close();
    page.open("section").element("h2", "Loss by learning rate").open("div", "class", "pair");
    chart(page);
    table(page);
    page.close().close();
    if (!command.isEmpty()) {
      page.open("section").element("h2", "To repeat it");
      page.open("pre").element("code", command).close().close();
    }
    return Page.close(page);
  }

  private Point lowest() {
    return points.stream().min(Comparator.comparingDouble(Point::loss)).orElseThrow();
  }

  private void chart(Markup page) {
    Point lowest = lowest();
    String caption =
        "The rate grows by the same factor from step to step, until the loss explodes. It is lowest"
            + " at "
            + Format.significant(lowest.rate())
            + "; a peak of a tenth to a third of that is usual, such as "
            + Format.significant(suggested)
            + ".";
    page.figure("While the rate grows", caption, "class", "wide");
    double first = points.get(0).rate();
    double last = points.get(points.size() - 1).rate();
    Scale x = Scale.logarithmic(first, last, FRAME.left(), FRAME.right());
    double limit = Math.max(HIGH * lowest.loss(), points.get(0).loss());
    double most = points.stream().mapToDouble(p -> Math.min(p.loss(), limit)).max().orElse(limit);
    Scale y = Scale.around(lowest.loss(), most, FRAME.bottom(), FRAME.top());
    List<Plot.Point> line =
        points.stream().map(p -> new Plot.Point(p.rate(), Math.min(p.loss(), y.to()))).toList();
    Plot plot = new Plot(page, caption, FRAME, x, y).axes(y::label, "rate").line(line, "train");
    for (Point p : points) {
      plot.dot(new Plot.Point(p.rate(), Math.min(p.loss(), y.to())), 2.4, "train", words(p));
    }
    plot.dot(
        new Plot.Point(lowest.rate(), lowest.loss()), 4.5, "train", "lowest: " + words(lowest));
    Point near =
        points.stream()
            .min(Comparator.comparingDouble(p -> Math.abs(Math.log(p.rate() / suggested))))
            .orElseThrow();
    plot.dot(
        new Plot.Point(suggested, Math.min(near.loss(), y.to())),
        4.5,
        "test",
        "to try: " + Format.significant(suggested));
    plot.label(lowest.loss(), "lowest", Format.significant(lowest.rate()), "train");
    plot.label(Math.min(near.loss(), y.to()), "to try", Format.significant(suggested), "test");
    plot.close();
    page.close();
  }

  private static String words(Point p) {
    return "rate " + Format.significant(p.rate()) + ": loss " + Format.significant(p.loss());
  }

  private void table(Markup page) {
    Table table = new Table(page, "rates", "Loss by learning rate");
    table.numbers(List.of("rate", "loss")).body();
    for (Point p : points) {
      table.row().number(Format.significant(p.rate())).number(Format.significant(p.loss())).end();
    }
    table.close();
  }
}
