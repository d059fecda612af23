package dev.polymath.models.report;

import dev.polymath.models.metrics.ConfusionMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Precision and recall of each class, as numbers and as two dots on a line. */
final class ClassTable {

  private static final int MOST_SHOWN = 20;
  private static final int WORST = 15;
  private static final double WIDTH = 120;

  private final Markup page;
  private final ConfusionMatrix confusion;
  private final double from;

  ClassTable(Markup page, ConfusionMatrix confusion) {
    this.page = page;
    this.confusion = confusion;
    double least =
        IntStream.range(0, confusion.classes())
            .filter(c -> confusion.support(c) > 0)
            .mapToDouble(c -> Math.min(confusion.precision(c), confusion.recall(c)))
            .min()
            .orElse(0);
    // A round tenth or hundredth, so that good classifiers are told apart too.
    this.from =
        least > 0.9
            ? Math.min(0.98, Math.floor(least * 100 - 0.5) / 100)
            : Math.floor(least * 10) / 10;
  }

  void write() {
    int classes = confusion.classes();
    List<Integer> all = IntStream.range(0, classes).boxed().toList();
    page.open("figure", "class", "wide");
    page.open("figcaption").element("h3", "Class by class").open("p");
    page.element("span", "●", "class", "precision")
        .text(" precision: of what it called so, how much is so. ");
    page.element("span", "●", "class", "recall");
    page.text(
        " recall: of what is so, how much it found. The line runs from %s to 100\u00a0%%."
            .formatted(Format.percent(from, 0)));
    page.close().close();
    if (classes <= MOST_SHOWN) {
      table(all);
    } else {
      page.element("p", "The " + WORST + " classes with the lowest F1:", "class", "note");
      table(
          all.stream()
              .filter(c -> confusion.support(c) > 0)
              .sorted(Comparator.comparingDouble(confusion::f1))
              .limit(WORST)
              .toList());
      page.open("details").element("summary", "All " + classes + " classes");
      table(all);
      page.close();
    }
    page.close();
  }

  private void table(List<Integer> classes) {
    page.open("table", "class", "classes");
    page.open("thead").open("tr").element("th", "class", "scope", "col");
    page.element("th", "", "class", "plot");
    for (String head : List.of("precision", "recall", "examples")) {
      page.element("th", head, "scope", "col", "class", "number");
    }
    page.close().close().open("tbody");
    for (int c : classes) {
      String name = confusion.classNames().get(c);
      page.open("tr");
      page.element("th", Format.shortened(name, 28), "scope", "row", "title", name);
      page.open("td", "class", "plot");
      dots(c, name);
      page.close();
      page.element("td", Format.percent(confusion.precision(c), 1), "class", "number");
      page.element("td", Format.percent(confusion.recall(c), 1), "class", "number");
      page.element("td", Format.count(confusion.support(c)), "class", "number");
      page.close();
    }
    page.close().close();
  }

  private void dots(int c, String name) {
    Scale x = Scale.linear(from, 1, 6, WIDTH - 6);
    double precision = confusion.precision(c);
    double recall = confusion.recall(c);
    page.open(
        "svg",
        "viewBox",
        "0 0 120 16",
        "role",
        "img",
        "aria-label",
        "%s: precision %s, recall %s"
            .formatted(name, Format.percent(precision, 1), Format.percent(recall, 1)));
    page.leaf("line", "class", "grid", "x1", 6.0, "x2", WIDTH - 6, "y1", 8.0, "y2", 8.0);
    page.leaf(
        "line", "class", "link", "x1", x.at(precision), "x2", x.at(recall), "y1", 8.0, "y2", 8.0);
    dot(x.at(precision), "precision", "precision " + Format.percent(precision));
    dot(x.at(recall), "recall", "recall " + Format.percent(recall));
    page.close();
  }

  private void dot(double x, String style, String tooltip) {
    page.open("circle", "class", style, "cx", x, "cy", 8.0, "r", 4.2).tooltip(tooltip).close();
  }
}
