package dev.polymath.report;

import dev.polymath.models.Importance;
import dev.polymath.models.Model;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.report.chart.Drawing;
import dev.polymath.report.chart.Drawing.Anchor;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Scale;
import dev.polymath.report.chart.Table;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** How much worse a table's model predicts with each column shuffled, as bars and as a table. */
final class ImportanceChart {

  private static final int REPEATS = 5;
  private static final long SEED = 1;
  private static final int MOST_EXAMPLES = 2000;
  private static final int FEWEST_EXAMPLES = 100;

  /** Multiplications that may be spent: a few seconds on one core. */
  private static final double BUDGET = 4e10;

  private static final int MOST_SHOWN = 20;
  private static final int LONGEST_NAME = 20;
  private static final double LEFT = 118;
  private static final double RIGHT = 312;
  private static final double TOP = 8;
  private static final double ROW = 20;

  private final Markup page;
  private final Importance importance;
  private final int outputs;

  private ImportanceChart(Markup page, Importance importance, int outputs) {
    this.page = page;
    this.importance = importance;
    this.outputs = outputs;
  }

  /** Whether a model has columns to show. */
  static boolean suits(Model model) {
    return model.input() instanceof ModelInput.Columns;
  }

  /** Measures the columns, and writes them; of a very wide table it says why it doesn't. */
  static void write(Markup page, Model model, DataSet test) {
    Optional<Importance> measured = measure(model, test);
    if (measured.isEmpty()) {
      page.element(
          "p",
          String.format(
              Locale.ROOT,
              "Not measured here, with %s and %s. The command ‘polymath explain’ does it.",
              Format.count(Importance.columns(model.input()), "column", "columns"),
              Format.count(test.size(), "test example", "test examples")),
          "class",
          "note");
      return;
    }
    new ImportanceChart(page, measured.get(), model.outputNames().size()).write();
  }

  private static Optional<Importance> measure(Model model, DataSet test) {
    double weights =
        model.network().specs().stream()
            .filter(LayerSpec.Dense.class::isInstance)
            .mapToDouble(layer -> (double) layer.inputs() * layer.outputs())
            .sum();
    double each = weights * model.members().size() * REPEATS * Importance.columns(model.input());
    int affordable = (int) Math.min(MOST_EXAMPLES, BUDGET / each);
    int used = Math.min(affordable, test.size());
    if (used < 2 || used < Math.min(FEWEST_EXAMPLES, test.size())) {
      return Optional.empty();
    }
    // From everywhere: the rows may be in an order.
    int[] some = IntStream.range(0, used).map(i -> (int) ((long) i * test.size() / used)).toArray();
    return Optional.of(
        Importance.of(model, used == test.size() ? test : test.subset(some), REPEATS, SEED));
  }

  private boolean classes() {
    return importance.task() != Task.REGRESSION;
  }

  private String error() {
    return classes() ? "log loss" : outputs == 1 ? "RMSE" : "RMSE / deviation";
  }

  private void write() {
    page.open("div", "class", "pair");
    page.figure("Column by column", caption(), "class", "wide");
    chart();
    page.close();
    table();
    page.close();
  }

  private String caption() {
    return String.format(
        Locale.ROOT,
        "By how much the %s rises from %s if a column’s values are shuffled among %s: the mean of"
            + " %d times, and their standard deviation. Columns that say the same share their"
            + " importance, or both have little. It is about this model, not about causes.",
        error(),
        Format.value(importance.error()),
        Format.count(importance.examples(), "test example", "test examples"),
        importance.repeats());
  }

  private List<Importance.Column> shown() {
    return importance.columns().subList(0, Math.min(MOST_SHOWN, importance.columns().size()));
  }

  private void chart() {
    double low = 0;
    double high = 0;
    for (Importance.Column column : shown()) {
      low = Math.min(low, column.errorRise() - column.errorSpread());
      high = Math.max(high, column.errorRise() + column.errorSpread());
    }
    Scale x = Scale.linear(low, high > low ? high : low + 1, LEFT, RIGHT);
    double bottom = TOP + ROW * shown().size();
    Drawing drawing =
        new Drawing(
            page,
            Drawing.WIDTH,
            bottom + 8,
            "Importance of columns; the table beside it has the numbers");
    double y = TOP;
    for (Importance.Column column : shown()) {
      bar(drawing, column, x, y + ROW / 2);
      y += ROW;
    }
    drawing.line("axis", x.at(0), TOP, x.at(0), bottom);
    drawing.close();
    int more = importance.columns().size() - shown().size();
    if (more > 0) {
      page.element(
          "p", Format.count(more, "column", "columns") + " more, none above.", "class", "note");
    }
  }

  private void bar(Drawing drawing, Importance.Column column, Scale x, double y) {
    double rise = column.errorRise();
    String value = signed(rise);
    drawing.group(column.name() + ": " + value + " ± " + Format.value(column.errorSpread()));
    String name = Format.shortened(column.name(), LONGEST_NAME);
    drawing.text("over", name, LEFT - 8, y + 3.5, Anchor.END);
    double from = Math.min(x.at(0), x.at(rise));
    double width = Math.max(0.5, Math.abs(x.at(rise) - x.at(0)));
    drawing.box("bar held", from, y - 6, width, 12);
    double end = x.at(rise + column.errorSpread());
    drawing.line("range", x.at(rise - column.errorSpread()), y, end, y);
    drawing.text("value", value, Math.max(x.at(0), end) + 5, y + 3.5, Anchor.START);
    drawing.close();
  }

  private static String signed(double value) {
    return (value > 0 ? "+" : value < 0 ? "−" : "") + Format.value(Math.abs(value));
  }

  private void table() {
    Table table = new Table(page, "importance", "How much each column matters");
    table.column("column");
    table.numbers(List.of(error(), "±", classes() ? "accuracy" : "R²")).body();
    for (Importance.Column column : shown()) {
      table.row(column.name(), 28);
      table.number(signed(column.errorRise()));
      table.number(Format.value(column.errorSpread()));
      table.number(change(-column.scoreDrop())).end();
    }
    table.close();
  }

  private String change(double value) {
    if (!Double.isFinite(value)) {
      return Format.NONE;
    }
    String size = classes() ? Format.percent(Math.abs(value)) : Format.decimals(Math.abs(value), 3);
    return (value > 0 ? "+" : value < 0 ? "−" : "") + size;
  }
}
