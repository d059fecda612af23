package dev.polymath.report;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Png;
import dev.polymath.report.chart.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The test examples it got most wrong: images where there are some, a table elsewhere. */
final class Mistakes {

  private static final int MOST_IMAGES = 24;
  private static final int MOST_ROWS = 15;

  /** A larger image is shown smaller: it is thrice as fine as it is drawn already. */
  private static final int MOST_PIXELS = 112;

  /** A border darker than this, on average, is the empty ground of a drawing. */
  private static final double EMPTY = 0.1;

  private final Markup page;
  private final DataSet test;
  private final Predictions predictions;

  Mistakes(Markup page, DataSet test, Predictions predictions) {
    this.page = page;
    this.test = test;
    this.predictions = predictions;
  }

  void write() {
    int[] worst = predictions.mostWrong(test.imageSize().isPresent() ? MOST_IMAGES : MOST_ROWS);
    if (worst.length == 0) {
      page.element("p", "It got none of the test examples wrong.", "class", "lead");
      return;
    }
    page.element(
        "p",
        "What they are, and what it took them for, with the probability it gave to each; worst"
            + " first.",
        "class",
        "lead");
    if (test.imageSize().isPresent()) {
      gallery(worst, test.imageSize().get());
    } else {
      table(worst);
    }
  }

  private void gallery(int[] worst, ImageSize size) {
    float[][] images = new float[worst.length][size.pixels()];
    for (int i = 0; i < worst.length; i++) {
      test.copyFeatures(worst[i], images[i], 0);
    }
    boolean ink = emptyBorders(images, size);
    page.open("ul", "class", ink ? "gallery ink" : "gallery");
    for (int i = 0; i < worst.length; i++) {
      card(worst[i], images[i], size, ink);
    }
    page.close();
  }

  private void card(int example, float[] image, ImageSize size, boolean ink) {
    int label = predictions.label(example);
    int said = predictions.predicted(example);
    int step = Math.max(1, Math.max(size.height(), size.width()) / MOST_PIXELS);
    String alt =
        String.format(
            Locale.ROOT, "example %s: %s, taken for %s", example, name(label), name(said));
    page.open("li", "title", "test example " + example + ": " + topThree(example));
    page.leaf("img", "src", image(image, size, step, ink), "alt", alt, "width", 84, "height", 84);
    page.open("dl");
    guess("is", label, example, "is");
    guess("said", said, example, "said");
    page.close().close();
  }

  private void guess(String word, int c, int example, String style) {
    float p = predictions.probability(example, c);
    page.open("div", "class", style).element("dt", word);
    page.open("dd").element("b", Format.shortened(name(c), 12)).text(" ");
    page.element("span", Format.probability(p)).close();
    page.leaf("progress", "max", 1, "value", String.format(Locale.ROOT, "%.4f", p));
    page.close();
  }

  private String name(int c) {
    return predictions.classNames().get(c);
  }

  private String topThree(int example) {
    List<String> top =
        IntStream.range(0, predictions.classes())
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(c -> -predictions.probability(example, c)))
            .limit(3)
            .map(c -> name(c) + " " + Format.probability(predictions.probability(example, c)))
            .toList();
    return String.join(", ", top);
  }

  /** Every {@code step}th pixel is the mean of the square it stands for. */
  private static String image(float[] pixels, ImageSize size, int step, boolean ink) {
    if (step == 1) {
      return Png.dataUri(pixels, size.height(), size.width(), ink);
    }
    int height = Math.max(1, size.height() / step);
    int width = Math.max(1, size.width() / step);
    float[] smaller = new float[height * width];
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        float sum = 0;
        int count = 0;
        for (int y = r * step; y < Math.min(size.height(), (r + 1) * step); y++) {
          for (int x = c * step; x < Math.min(size.width(), (c + 1) * step); x++) {
            sum += pixels[y * size.width() + x];
            count++;
          }
        }
        smaller[r * width + c] = sum / count;
      }
    }
    return Png.dataUri(smaller, height, width, ink);
  }

  private static boolean emptyBorders(float[][] images, ImageSize size) {
    double sum = 0;
    long count = 0;
    for (float[] image : images) {
      for (int r = 0; r < size.height(); r++) {
        boolean edge = r == 0 || r == size.height() - 1;
        for (int c = 0; c < size.width(); c += edge ? 1 : Math.max(1, size.width() - 1)) {
          sum += image[r * size.width() + c];
          count++;
        }
      }
    }
    return sum / count < EMPTY;
  }

  private void table(int[] worst) {
    Unusual unusual = new Unusual(test);
    Table table = new Table(page, "mistakes", "The examples it got most wrong");
    for (String head : List.of("example", "is", "", "said", "", unusual.head())) {
      table.column(head);
    }
    table.body();
    for (int example : worst) {
      int label = predictions.label(example);
      int said = predictions.predicted(example);
      table.row().number(Format.count(example));
      page.element("td", Format.shortened(name(label), 28), "title", name(label));
      table.number(Format.probability(predictions.probability(example, label)));
      page.open("td").element("b", Format.shortened(name(said), 28), "title", name(said)).close();
      table.number(Format.probability(predictions.probability(example, said)));
      page.element("td", unusual.of(example));
      table.end();
    }
    table.close();
    page.element("p", unusual.legend(), "class", "note");
  }
}
