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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * A search for a recipe as one page of HTML that needs nothing but itself: what each trial reached
 * on the examples held out, round by round.
 *
 * @param name what the data set is called
 * @param figure what the losses are, such as {@code log loss}
 * @param epochs of each round, rising; at least one
 * @param trials the first is the default recipe; at least one
 * @param winner the place of the best trial in {@code trials}
 * @param sentences what was done and what it says, a paragraph each
 * @param training the command line that trains the best; empty if there is none
 * @param command the command line that repeats the search; empty if there is none
 */
public record SearchReport(
    String name,
    String figure,
    List<Integer> epochs,
    List<Trial> trials,
    int winner,
    List<String> sentences,
    String training,
    String command) {

  private static final Plot.Frame FRAME = new Plot.Frame(264, 46, 322, 12, 220);

  /** Times the default's first loss, or the median: what is above is cut off. */
  private static final double HIGH = 2;

  /**
   * One recipe.
   *
   * @param options what is different in it, in words
   * @param losses one for each round that it came to; NaN where its training failed
   */
  public record Trial(String options, List<Double> losses) {

    /** A trial. */
    public Trial {
      losses = List.copyOf(losses);
    }
  }

  /** A page of trials. */
  public SearchReport {
    Objects.requireNonNull(figure, "figure");
    epochs = List.copyOf(epochs);
    trials = List.copyOf(trials);
    sentences = List.copyOf(sentences);
    if (epochs.isEmpty() || trials.isEmpty()) {
      throw new IllegalArgumentException("search: expected rounds and trials, found none");
    }
    Objects.checkIndex(winner, trials.size());
    int rounds = epochs.size();
    if (trials.stream().anyMatch(trial -> trial.losses().size() > rounds)) {
      throw new IllegalArgumentException("search: expected at most " + rounds + " losses a trial");
    }
  }

  /** Writes the page to a file in UTF-8, whole or not at all. */
  public void write(Path file) throws IOException {
    AtomicFile.writeText(file, html());
  }

  /** The page. */
  public String html() {
    Markup page = Page.open("Recipes for " + name, Page.styles(TrainingReport.class, "report.css"));
    page.open("header").element("p", "Polymath recipe search", "class", "kicker");
    page.element("h1", Format.shortened(name, 80)).close();
    page.open("section").element("h2", "What was found");
    sentences.forEach(sentence -> page.element("p", sentence, "class", "result"));
    page.close();
    page.open("section").element("h2", "Trials");
    if (losses().findAny().isPresent()) {
      chart(page);
    }
    table(page);
    page.close();
    code(page, "To train the best", training);
    code(page, "To repeat the search", command);
    return Page.close(page);
  }

  private static void code(Markup page, String head, String line) {
    if (!line.isEmpty()) {
      page.open("section").element("h2", head);
      page.open("pre").element("code", line).close().close();
    }
  }

  private DoubleStream losses() {
    return trials.stream()
        .flatMap(trial -> trial.losses().stream())
        .mapToDouble(loss -> loss)
        .filter(Double::isFinite);
  }

  /** The loss above which the chart is cut. */
  private double limit() {
    double[] all = losses().sorted().toArray();
    double middle = all[all.length / 2];
    double usual =
        trials.get(0).losses().stream()
            .mapToDouble(loss -> loss)
            .filter(Double::isFinite)
            .max()
            .orElse(middle);
    return Math.min(all[all.length - 1], Math.max(usual, HIGH * middle));
  }

  private void chart(Markup page) {
    double limit = limit();
    boolean cut = losses().anyMatch(loss -> loss > limit);
    String caption =
        "The "
            + figure
            + " on the examples held out, after each round of training. Lower is better."
            + (cut ? " What is higher than the chart is drawn at its edge." : "");
    page.figure("Round by round", caption, "class", "wide");
    int last = epochs.get(epochs.size() - 1);
    Scale x = Scale.logarithmic(epochs.get(0), last, FRAME.left(), FRAME.right());
    Scale y = Scale.around(losses().min().orElse(0), limit, FRAME.bottom(), FRAME.top());
    Plot plot = new Plot(page, caption, FRAME, x, y).axes(epochs, "epochs");
    for (int i = 0; i < trials.size(); i++) {
      if (i != 0 && i != winner) {
        draw(plot, i, "held", y);
      }
    }
    draw(plot, 0, "train", y);
    if (winner != 0) {
      draw(plot, winner, "test", y);
      label(plot, winner, "best", "test", y);
    }
    label(plot, 0, winner == 0 ? "default, best" : "default", "train", y);
    plot.close();
    page.close();
  }

  private void draw(Plot plot, int trial, String colour, Scale y) {
    List<Plot.Point> points = points(trial, y);
    plot.line(points, colour.equals("held") ? "thin held" : colour);
    List<Double> losses = trials.get(trial).losses();
    for (Plot.Point point : points) {
      int round = epochs.indexOf((int) point.x());
      plot.dot(
          point,
          colour.equals("held") ? 2.4 : 3.4,
          colour,
          "trial "
              + (trial + 1)
              + ", "
              + Format.count(epochs.get(round), "epoch", "epochs")
              + ": "
              + value(losses.get(round)));
    }
  }

  private List<Plot.Point> points(int trial, Scale y) {
    List<Double> losses = trials.get(trial).losses();
    List<Plot.Point> points = new ArrayList<>();
    for (int round = 0; round < losses.size(); round++) {
      double loss = losses.get(round);
      if (Double.isFinite(loss)) {
        points.add(new Plot.Point(epochs.get(round), Math.min(loss, y.to())));
      }
    }
    return points;
  }

  private void label(Plot plot, int trial, String text, String colour, Scale y) {
    List<Plot.Point> points = points(trial, y);
    if (!points.isEmpty()) {
      double loss = points.get(points.size() - 1).y();
      plot.label(loss, text, value(loss), colour);
    }
  }

  private void table(Markup page) {
    Table table = new Table(page, "trials", "Trials");
    table.column("trial");
    table.numbers(epochs.stream().map(n -> Format.count(n, "epoch", "epochs")).toList());
    table.column("recipe").body();
    for (int i = 0; i < trials.size(); i++) {
      Trial trial = trials.get(i);
      table.row(Integer.toString(i + 1), 20);
      for (int round = 0; round < epochs.size(); round++) {
        List<Double> losses = trial.losses();
        table.number(round < losses.size() ? value(losses.get(round)) : "");
      }
      page.open("td").element("code", trial.options());
      page.text(i == winner ? " best" : "").close();
      table.end();
    }
    table.close();
  }

  private static String value(double loss) {
    double size = Math.abs(loss);
    return !Double.isFinite(loss)
        ? "diverged"
        : size >= 0.001 && size < 1000 ? Format.decimals(loss, 4) : Format.value(loss);
  }
}
