package dev.polymath.models.report;

import dev.polymath.models.metrics.Calibration;
import java.util.List;

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
    page.open("div", "class", "pair").open("figure", "class", "wide");
    page.open("figcaption").element("h3", "Is it as sure as it should be?");
    page.element("p", caption()).close();
    chart();
    page.close();
    table();
    page.close();
  }

  private void table() {
    page.open("table", "class", "bins").open("thead").open("tr");
    page.element("th", "it said", "scope", "col");
    for (String head : List.of("on average", "examples", "right")) {
      page.element("th", head, "scope", "col", "class", "number");
    }
    page.close().close().open("tbody");
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        String range = Format.percent(bin.from(), 0) + " to " + Format.percent(bin.to(), 0);
        page.open("tr").element("th", range, "scope", "row");
        page.element("td", Format.percent(bin.confidence(), 1), "class", "number");
        page.element("td", Format.count(bin.count()), "class", "number");
        page.element("td", Format.percent(bin.accuracy()), "class", "number").close();
      }
    }
    page.close().close();
  }

  private String caption() {
    double gap = calibration.confidence() - calibration.accuracy();
    String judged =
        Math.abs(gap) < SMALL
            ? "On the whole it is as sure as it is right"
            : gap > 0 ? "It is surer than it is right" : "It is right more often than it says";
    boolean modest = gap < -SMALL && labelSmoothing > 0;
    return "%s: mean confidence %s, accuracy %s. Expected calibration error (ECE) %s.%s"
        .formatted(
            judged,
            Format.percent(calibration.confidence(), 1),
            Format.percent(calibration.accuracy(), 1),
            Format.percent(calibration.error(), 1),
            modest ? " Label smoothing taught it such modesty." : "");
  }

  private void chart() {
    Scale x = Scale.linear(0, 1, LEFT, RIGHT);
    Scale y = Scale.linear(0, 1, BOTTOM, TOP);
    page.open("svg", "viewBox", "0 0 360 346", "role", "img", "aria-label", caption());
    for (int i = 0; i <= 5; i++) {
      double tick = i / 5.0;
      String label = Format.percent(tick, 0);
      page.leaf(
          "line", "class", "grid", "x1", LEFT, "x2", RIGHT, "y1", y.at(tick), "y2", y.at(tick));
      text(label, LEFT - 6, y.at(tick) + 3.5, "end");
      text(label, x.at(tick), BOTTOM + 16, i == 5 ? "end" : "middle");
    }
    page.leaf("line", "class", "ideal", "x1", x.at(0), "y1", y.at(0), "x2", x.at(1), "y2", y.at(1));
    text("accuracy", LEFT + 6, TOP + 10, "start");
    text("confidence", RIGHT, BOTTOM - 6, "end");
    long most = calibration.bins().stream().mapToLong(Calibration.Bin::count).max().orElse(1);
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        bin(bin, x, y, most);
      }
    }
    text("as sure as right", x.at(0.08), y.at(0.03), "start");
    page.leaf(
        "line", "class", "axis", "x1", LEFT, "x2", RIGHT, "y1", COUNTS_BOTTOM, "y2", COUNTS_BOTTOM);
    text("examples by confidence", (LEFT + RIGHT) / 2, COUNTS_BOTTOM + 14, "middle");
    page.close();
  }

  private void bin(Calibration.Bin bin, Scale x, Scale y, long most) {
    double at = x.at(bin.confidence());
    page.open("g");
    page.tooltip(
        "confidence %s to %s: %s, %s right, mean confidence %s"
            .formatted(
                Format.percent(bin.from(), 0),
                Format.percent(bin.to(), 0),
                Format.count(bin.count(), "example", "examples"),
                Format.percent(bin.accuracy(), 1),
                Format.percent(bin.confidence(), 1)));
    page.leaf(
        "line",
        "class",
        "gap",
        "x1",
        at,
        "x2",
        at,
        "y1",
        y.at(bin.confidence()),
        "y2",
        y.at(bin.accuracy()));
    // An area in proportion to the count, and never so small that it is lost.
    double radius = 3 + 6 * Math.sqrt((double) bin.count() / most);
    page.leaf("circle", "class", "held", "cx", at, "cy", y.at(bin.accuracy()), "r", radius);
    double height = (COUNTS_BOTTOM - COUNTS_TOP) * bin.count() / most;
    double left = x.at(bin.from());
    double width = x.at(bin.to()) - left;
    page.leaf(
        "rect",
        "class",
        "count",
        "x",
        left + 1.5,
        "width",
        width - 3,
        "y",
        COUNTS_BOTTOM - Math.max(1, height),
        "height",
        Math.max(1, height));
    text(
        Format.shortCount(bin.count()),
        left + width / 2,
        COUNTS_BOTTOM - Math.max(1, height) - 4,
        "middle");
    page.close();
  }

  private void text(String text, double x, double y, String anchor) {
    page.element("text", text, "class", "tick", "x", x, "y", y, "text-anchor", anchor);
  }
}
