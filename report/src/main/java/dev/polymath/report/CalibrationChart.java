package dev.polymath.report;

import dev.polymath.models.metrics.Calibration;
import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Drawing.Anchor;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Scale;
import dev.polymath.report.chart.Table;
import java.util.List;
import java.util.Locale;

/** Whether a classifier is right as often as it says: a reliability diagram above its counts. */
final class CalibrationChart {

  private static final double SMALL = 0.01;
  private static final double TOP = 12;
  private static final double BOTTOM = 236;
  private static final double COUNTS_TOP = 276;
  private static final double COUNTS_BOTTOM = 328;
  private static final double LEFT = 42;
  private static final double RIGHT = 348;

  private final Markup page;
  private final Calibration calibration;
  private final double labelSmoothing;

  /**
   * @param labelSmoothing of the training
   */
  CalibrationChart(Markup page, Calibration calibration, double labelSmoothing) {
    this.page = page;
    this.calibration = calibration;
    this.labelSmoothing = labelSmoothing;
  }

  void write() {
    page.open("div", "class", "pair");
    page.figure("Is it as sure as it should be?", caption(), "class", "wide");
    chart();
    page.close();
    table();
    page.close();
  }

  private void table() {
    Table table = new Table(page, "bins", "How often it was right, by how sure it was");
    table.column("it said").numbers(List.of("on average", "examples", "right")).body();
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        table.row(range(bin), 20);
        table.number(Format.percent(bin.confidence(), 1));
        table.number(Format.count(bin.count()));
        table.number(Format.percent(bin.accuracy())).end();
      }
    }
    table.close();
  }

  private static String range(Calibration.Bin bin) {
    return Format.percent(bin.from(), 0) + " to " + Format.percent(bin.to(), 0);
  }

  private String caption() {
    double gap = calibration.confidence() - calibration.accuracy();
    String judged =
        Math.abs(gap) < SMALL
            ? "On the whole it is as sure as it is right"
            : gap > 0 ? "It is surer than it is right" : "It is right more often than it says";
    boolean modest = gap < -SMALL && labelSmoothing > 0;
    return String.format(
        Locale.ROOT,
        "%s: mean confidence %s, accuracy %s. Expected calibration error (ECE) %s.%s",
        judged,
        Format.percent(calibration.confidence(), 1),
        Format.percent(calibration.accuracy(), 1),
        Format.percent(calibration.error(), 1),
        modest ? " That is what label smoothing does." : "");
  }

  private void chart() {
    Scale x = Scale.linear(0, 1, LEFT, RIGHT);
    Scale y = Scale.linear(0, 1, BOTTOM, TOP);
    Drawing drawing = new Drawing(page, Drawing.WIDTH, 346, caption());
    for (int i = 0; i <= 5; i++) {
      double tick = i / 5.0;
      String label = Format.percent(tick, 0);
      drawing.line("grid", LEFT, y.at(tick), RIGHT, y.at(tick));
      drawing.text("tick", label, LEFT - 6, y.at(tick) + 3.5, Anchor.END);
      Anchor anchor = i == 5 ? Anchor.END : Anchor.MIDDLE;
      drawing.text("tick", label, x.at(tick), BOTTOM + 16, anchor);
    }
    drawing.line("ideal", x.at(0), y.at(0), x.at(1), y.at(1));
    drawing.text("tick", "accuracy", LEFT + 6, TOP + 10, Anchor.START);
    drawing.text("tick", "confidence", RIGHT, BOTTOM - 6, Anchor.END);
    long most = calibration.bins().stream().mapToLong(Calibration.Bin::count).max().orElse(1);
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        bin(drawing, bin, x, y, most);
      }
    }
    drawing.text("tick", "as sure as right", x.at(0.08), y.at(0.03), Anchor.START);
    drawing.line("axis", LEFT, COUNTS_BOTTOM, RIGHT, COUNTS_BOTTOM);
    double middle = (LEFT + RIGHT) / 2;
    drawing.text("tick", "examples by confidence", middle, COUNTS_BOTTOM + 14, Anchor.MIDDLE);
    drawing.close();
  }

  private static void bin(Drawing drawing, Calibration.Bin bin, Scale x, Scale y, long most) {
    double at = x.at(bin.confidence());
    drawing.group(
        String.format(
            Locale.ROOT,
            "confidence %s: %s, %s right, mean confidence %s",
            range(bin),
            Format.count(bin.count(), "example", "examples"),
            Format.percent(bin.accuracy(), 1),
            Format.percent(bin.confidence(), 1)));
    drawing.line("gap", at, y.at(bin.confidence()), at, y.at(bin.accuracy()));
    // An area in proportion to the count, and never so small that it is lost.
    double radius = 3 + 6 * Math.sqrt((double) bin.count() / most);
    drawing.disc("dot held", at, y.at(bin.accuracy()), radius);
    double height = Math.max(1, (COUNTS_BOTTOM - COUNTS_TOP) * bin.count() / most);
    double left = x.at(bin.from());
    double width = x.at(bin.to()) - left;
    double top = COUNTS_BOTTOM - height;
    drawing.box("count", left + 1.5, top, width - 3, height);
    drawing.text("tick", Format.shortCount(bin.count()), left + width / 2, top - 4, Anchor.MIDDLE);
    drawing.close();
  }
}
