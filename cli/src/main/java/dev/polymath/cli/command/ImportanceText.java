package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.cli.terminal.PlainWriter;
import dev.polymath.models.Importance;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.NumberText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The importance of columns as lines with bars, and as JSON.
 *
 * @param outputs how many classes, targets or labels the model has
 */
record ImportanceText(Importance importance, int outputs) {

  private static final int MOST_SHOWN = 40;
  private static final int WIDEST_NAME = 28;
  private static final int BAR = 20;

  private boolean classes() {
    return importance.task() != Task.REGRESSION;
  }

  private String errorName() {
    return classes() ? "log loss" : outputs == 1 ? "RMSE" : "RMSE / deviation";
  }

  private String scoreName() {
    return classes() ? "accuracy" : "R²";
  }

  /** For people: the figures, then a line for each column. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s %s, %s %s; with a column shuffled (%s):",
            errorName(),
            NumberText.text(importance.error()),
            scoreName(),
            classes()
                ? String.format(Locale.ROOT, "%.2f %%", 100 * importance.score())
                : NumberText.text(importance.score()),
            importance.repeats() == 1 ? "once" : "mean of " + importance.repeats() + " times"));
    lines.add("");
    List<Importance.Column> shown =
        importance.columns().subList(0, Math.min(MOST_SHOWN, importance.columns().size()));
    int width =
        Math.min(
            WIDEST_NAME,
            Math.max(6, shown.stream().mapToInt(c -> length(c.name())).max().orElse(0)));
    int errors =
        Math.max(
            errorName().length(), shown.stream().mapToInt(c -> error(c).length()).max().orElse(0));
    int scores =
        Math.max(
            scoreName().length(), shown.stream().mapToInt(c -> score(c).length()).max().orElse(0));
    lines.add(
        padded("column", width)
            + "  "
            + " ".repeat(errors - errorName().length())
            + errorName()
            + "  "
            + " ".repeat(scores - scoreName().length())
            + scoreName());
    double most = shown.get(0).errorRise();
    for (Importance.Column column : shown) {
      lines.add(
          (padded(shortened(column.name()), width)
                  + "  "
                  + " ".repeat(errors - error(column).length())
                  + error(column)
                  + "  "
                  + " ".repeat(scores - score(column).length())
                  + score(column)
                  + "  "
                  + bar(column.errorRise(), most))
              .stripTrailing());
    }
    int more = importance.columns().size() - shown.size();
    if (more > 0) {
      lines.add("and " + more + " more, none of them above the last; --json has all");
    }
    return lines;
  }

  /** {@code +0.213 ± 0.012}; the spread says nothing of one repeat. */
  private String error(Importance.Column column) {
    String rise = signed(column.errorRise(), NumberText.text(Math.abs(column.errorRise())));
    return importance.repeats() == 1 ? rise : rise + " ± " + NumberText.text(column.errorSpread());
  }

  /** What becomes of the score: it usually falls. */
  private String score(Importance.Column column) {
    double change = -column.scoreDrop();
    return classes()
        ? signed(change, String.format(Locale.ROOT, "%.2f %%", 100 * Math.abs(change)))
        : signed(change, String.format(Locale.ROOT, "%.3f", Math.abs(change)));
  }

  private static String signed(double value, String size) {
    return (value < 0 ? "-" : "+") + size;
  }

  private static String bar(double value, double most) {
    return most > 0 && value > 0 ? "█".repeat((int) Math.round(BAR * value / most)) : "";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String shortened(String text) {
    return length(text) <= WIDEST_NAME
        ? text
        : text.substring(0, text.offsetByCodePoints(0, WIDEST_NAME - 1)) + "…";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - length(text)));
  }

  /** For programs: one object. */
  void json(PrintWriter out, long seed) throws IOException {
    String error = classes() ? "logLoss" : outputs == 1 ? "rmse" : "relativeRmse";
    String score = classes() ? "accuracy" : "r2";
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("task", importance.task().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("examples", importance.examples());
      json.writeNumberField("repeats", importance.repeats());
      json.writeNumberField("seed", seed);
      RunLog.number(json, error, importance.error());
      RunLog.number(json, score, importance.score());
      json.writeArrayFieldStart("columns");
      for (Importance.Column column : importance.columns()) {
        json.writeStartObject();
        json.writeStringField("column", column.name());
        json.writeNumberField("features", column.features());
        RunLog.number(json, error + "Rise", column.errorRise());
        RunLog.number(json, error + "Spread", column.errorSpread());
        RunLog.number(json, score + "Drop", column.scoreDrop());
        RunLog.number(json, score + "Spread", column.scoreSpread());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    out.println(PlainWriter.escaped(text.toString()));
  }
}
