package dev.polymath.report;

import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Drawing.Anchor;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which class was taken for which: a heat map, and the commonest mix-ups in words. */
final class ConfusionChart {

  /** Beyond it a cell is smaller than a pixel of a phone. */
  private static final int MOST_CLASSES = 180;

  /** Up to here a cell has room for its count, and a tooltip. */
  private static final int MOST_COUNTED = 14;

  private static final int MOST_TOOLTIPS = 40;
  private static final int SHADES = 8;
  private static final double SIZE = 360;
  private static final int MIX_UPS = 6;

  private record MixUp(int actual, int predicted, long count) {}

  private final Markup page;
  private final ConfusionMatrix confusion;
  private final int classes;
  private final double margin;
  private final double cell;
  private final long mostWrong;

  ConfusionChart(Markup page, ConfusionMatrix confusion) {
    this.page = page;
    this.confusion = confusion;
    this.classes = confusion.classes();
    boolean brief = confusion.classNames().stream().allMatch(name -> name.length() <= 2);
    this.margin = brief ? 24 : 46;
    this.cell = (SIZE - margin) / classes;
    this.mostWrong = mixUps(1).stream().mapToLong(MixUp::count).max().orElse(1);
  }

  void write() {
    page.figure("Which was taken for which", caption(), "class", "wide matrix");
    if (classes <= MOST_CLASSES) {
      chart();
    }
    page.close();
  }

  private String caption() {
    List<MixUp> worst = mixUps(MIX_UPS);
    if (worst.isEmpty()) {
      return "No example of any class was taken for another.";
    }
    StringBuilder text = new StringBuilder("Most often: ");
    for (int i = 0; i < worst.size(); i++) {
      MixUp m = worst.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(name(m.actual))
          .append(" taken for ")
          .append(name(m.predicted))
          .append(" (")
          .append(Format.count(m.count))
          .append(")");
    }
    text.append(". Rows are what an example is, columns what it was taken for.");
    if (classes > MOST_CLASSES) {
      text.append(" With ").append(classes).append(" classes the matrix itself is left out.");
    }
    return text.toString();
  }

  private List<MixUp> mixUps(int most) {
    List<MixUp> all = new ArrayList<>();
    for (int a = 0; a < classes; a++) {
      for (int p = 0; p < classes; p++) {
        if (a != p && confusion.count(a, p) > 0) {
          all.add(new MixUp(a, p, confusion.count(a, p)));
        }
      }
    }
    all.sort(Comparator.comparingLong(MixUp::count).reversed());
    return all.subList(0, Math.min(most, all.size()));
  }

  private String name(int c) {
    return Format.shortened(confusion.classNames().get(c), 24);
  }

  private void chart() {
    String summary = "Confusion matrix of " + classes + " classes";
    Drawing drawing = new Drawing(page, SIZE, SIZE, summary);
    labels();
    if (classes <= MOST_TOOLTIPS) {
      cells(drawing);
    } else {
      shades();
    }
    drawing.box("frame", margin, margin, SIZE - margin - 0.5, SIZE - margin - 0.5);
    drawing.close();
  }

  private void labels() {
    int every = Math.max(1, (int) Math.ceil(11 / cell));
    int room = Math.max(4, (int) (cell / 6));
    for (int c = 0; c < classes; c += every) {
      double middle = margin + (c + 0.5) * cell;
      String full = confusion.classNames().get(c);
      boolean upright = full.length() <= 2 || cell > 40;
      label(full, 7, "end", margin - 6, middle + 3.5, 0);
      if (upright) {
        label(full, room, "middle", middle, margin - 7, 0);
      } else {
        label(full, 7, "start", middle + 3.5, margin - 6, -90);
      }
    }
  }

  private void label(String name, int most, String anchor, double x, double y, int turned) {
    String place = "translate(" + Markup.number(x) + " " + Markup.number(y) + ")";
    String transform = place + (turned == 0 ? "" : " rotate(" + turned + ")");
    page.open("text", "class", "tick", "transform", transform, "text-anchor", anchor);
    page.tooltip(name).text(Format.shortened(name, most)).close();
  }

  private void cells(Drawing drawing) {
    for (int a = 0; a < classes; a++) {
      for (int p = 0; p < classes; p++) {
        if (confusion.count(a, p) > 0 || a == p) {
          cell(drawing, a, p);
        }
      }
    }
  }

  private void cell(Drawing drawing, int a, int p) {
    long count = confusion.count(a, p);
    double strength = strength(a, p);
    double x = margin + p * cell;
    double y = margin + a * cell;
    drawing.group(
        a == p
            ? String.format(Locale.ROOT, "%s: %s of %s right", name(a), count, confusion.support(a))
            : String.format(
                Locale.ROOT,
                "%s taken for %s: %s of %s",
                name(a),
                name(p),
                count,
                confusion.support(a)));
    drawing.shade(a == p ? "right" : "wrong", x + 0.5, y + 0.5, cell - 1, cell - 1, strength);
    if (classes <= MOST_COUNTED) {
      String text = count < 10_000 ? Long.toString(count) : Format.shortCount(count);
      String style = strength > 0.55 ? "on" : "over";
      drawing.text(style, text, x + cell / 2, y + cell / 2 + 3.5, Anchor.MIDDLE);
    }
    drawing.close();
  }

  /** One path for all cells of a shade: a cell is then ten characters, not a hundred. */
  private void shades() {
    StringBuilder[] paths = new StringBuilder[2 * SHADES];
    for (int a = 0; a < classes; a++) {
      for (int p = 0; p < classes; p++) {
        if (confusion.count(a, p) > 0) {
          int shade = (int) Math.min(SHADES - 1, strength(a, p) * SHADES);
          int at = a == p ? shade : SHADES + shade;
          if (paths[at] == null) {
            paths[at] = new StringBuilder();
          }
          paths[at].append("M").append(p).append(' ').append(a).append("h1v1h-1z");
        }
      }
    }
    page.open(
        "g",
        "transform",
        "translate("
            + margin
            + " "
            + margin
            + ") scale("
            + String.format(Locale.ROOT, "%.4f", cell)
            + ")");
    for (int i = 0; i < paths.length; i++) {
      if (paths[i] != null) {
        page.leaf(
            "path",
            "class",
            i < SHADES ? "right" : "wrong",
            "fill-opacity",
            (i % SHADES + 1.0) / SHADES,
            "d",
            paths[i]);
      }
    }
    page.close();
  }

  /** On the diagonal the recall; off it the count beside the largest, so that rare ones show. */
  private double strength(int a, int p) {
    if (a == p) {
      return 0.08 + 0.82 * confusion.recall(a);
    }
    return 0.12 + 0.83 * Math.sqrt((double) confusion.count(a, p) / mostWrong);
  }
}
