package dev.polymath.models.report;

import dev.polymath.models.metrics.ConfusionMatrix;
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
    page.open("figure", "class", "wide");
    page.open("figcaption").element("h3", "Which was taken for which");
    page.element("p", caption()).close();
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
    page.open(
        "svg",
        "viewBox",
        "0 0 360 " + Markup.number(SIZE),
        "role",
        "img",
        "class",
        "matrix",
        "aria-label",
        "Confusion matrix of " + classes + " classes");
    labels();
    if (classes <= MOST_TOOLTIPS) {
      cells();
    } else {
      shades();
    }
    page.leaf(
        "rect",
        "class",
        "frame",
        "x",
        margin,
        "y",
        margin,
        "width",
        SIZE - margin - 0.5,
        "height",
        SIZE - margin - 0.5);
    page.close();
  }

  private void labels() {
    int every = Math.max(1, (int) Math.ceil(11 / cell));
    int room = Math.max(4, (int) (cell / 6));
    for (int c = 0; c < classes; c += every) {
      double middle = margin + (c + 0.5) * cell;
      String full = confusion.classNames().get(c);
      page.open("text", "class", "tick", "x", margin - 6, "y", middle + 3.5, "text-anchor", "end");
      page.tooltip(full).text(Format.shortened(full, 7)).close();
      boolean upright = full.length() <= 2 || cell > 40;
      if (upright) {
        page.open("text", "class", "tick", "x", middle, "y", margin - 7, "text-anchor", "middle");
      } else {
        page.open(
            "text",
            "class",
            "tick",
            "transform",
            "translate("
                + Markup.number(middle + 3.5)
                + " "
                + Markup.number(margin - 6)
                + ") rotate(-90)");
      }
      page.tooltip(full).text(Format.shortened(full, upright ? room : 7)).close();
    }
  }

  private void cells() {
    for (int a = 0; a < classes; a++) {
      for (int p = 0; p < classes; p++) {
        long count = confusion.count(a, p);
        if (count == 0 && a != p) {
          continue;
        }
        double strength = strength(a, p);
        double x = margin + p * cell;
        double y = margin + a * cell;
        page.open("g");
        page.tooltip(
            a == p
                ? "%s: %s of %s right".formatted(name(a), count, confusion.support(a))
                : "%s taken for %s: %s of %s"
                    .formatted(name(a), name(p), count, confusion.support(a)));
        page.leaf(
            "rect",
            "class",
            a == p ? "right" : "wrong",
            "x",
            x + 0.5,
            "y",
            y + 0.5,
            "width",
            cell - 1,
            "height",
            cell - 1,
            "fill-opacity",
            strength);
        if (classes <= MOST_COUNTED) {
          page.element(
              "text",
              count < 10_000 ? Long.toString(count) : Format.shortCount(count),
              "class",
              strength > 0.55 ? "on" : "over",
              "x",
              x + cell / 2,
              "y",
              y + cell / 2 + 3.5,
              "text-anchor",
              "middle");
        }
        page.close();
      }
    }
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
