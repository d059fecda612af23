package dev.polymath.report;

import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Scale;
import dev.polymath.report.chart.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
        String.format(
            Locale.ROOT,
            " recall: of what is so, how much it found. The line runs from %s to 100\u00a0%%.",
            Format.percent(from, 0)));
    page.close().close();
    if (classes <= MOST_SHOWN) {
      table("Class by class", all);
    } else {
      page.element("p", "The " + WORST + " classes with the lowest F1:", "class", "note");
      table(
          "The classes with the lowest F1",
          all.stream()
              .filter(c -> confusion.support(c) > 0)
              .sorted(Comparator.comparingDouble(confusion::f1))
              .limit(WORST)
              .toList());
      page.open("details").element("summary", "All " + classes + " classes");
      table("All classes", all);
      page.close();
    }
    page.close();
  }

  private void table(String name, List<Integer> classes) {
    Table table = new Table(page, "classes", name);
    table.column("class").column("");
    table.numbers(List.of("precision", "recall", "examples")).body();
    for (int c : classes) {
      String full = confusion.classNames().get(c);
      table.row(full, 28);
      page.open("td", "class", "plot");
      dots(c, full);
      page.close();
      table.number(Format.percent(confusion.precision(c), 1));
      table.number(Format.percent(confusion.recall(c), 1));
      table.number(Format.count(confusion.support(c))).end();
    }
    table.close();
  }

  private void dots(int c, String name) {
    Scale x = Scale.linear(from, 1, 6, WIDTH - 6);
    double precision = confusion.precision(c);
    double recall = confusion.recall(c);
    String summary =
        String.format(
            Locale.ROOT,
            "%s: precision %s, recall %s",
            name,
            Format.percent(precision, 1),
            Format.percent(recall, 1));
    Drawing drawing = new Drawing(page, WIDTH, 16, summary);
    drawing.line("grid", 6, 8, WIDTH - 6, 8);
    drawing.line("link", x.at(precision), 8, x.at(recall), 8);
    dot(drawing, x.at(precision), "precision", "precision " + Format.percent(precision));
    dot(drawing, x.at(recall), "recall", "recall " + Format.percent(recall));
    drawing.close();
  }

  private static void dot(Drawing drawing, double x, String style, String tooltip) {
    drawing.group(tooltip).disc(style, x, 8, 4.2).close();
  }
}
