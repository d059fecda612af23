package dev.polymath.cli.command;

import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.internal.AtomicFile;
import dev.polymath.models.metrics.CrossValidation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What a training with folds says of the examples that it held out. */
@Heading("Recipe options:")
final class FoldOptions {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--out-of-fold",
      paramLabel = "FILE",
      description =
          "With folds: writes what was predicted of each training example by the members that were"
              + " not trained on it, as CSV.")
  private @Nullable Path file;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  FoldOptions() {}

  /** The file that is going to be written; null if none is. */
  @Nullable Path file() {
    return file;
  }

  /** Finds that not every example will be held out. */
  void check(TrainingOptions options, int members) {
    if (file == null) {
      return;
    }
    if (options.folds() == 0) {
      throw new ParameterException(
          spec.commandLine(), "--out-of-fold: expected folds, such as by --folds 5");
    }
    if (members < options.folds()) {
      throw new ParameterException(
          spec.commandLine(),
          "--out-of-fold: expected at least as many members as folds, "
              + options.folds()
              + ", so that each example is held out, found "
              + members);
    }
  }

  /** The figures fold by fold; empty unless each example was held out by just one member. */
  static Optional<CrossValidation> figures(Model model, DataSet train, TrainingOptions options) {
    if (options.folds() == 0 || model.members().size() != options.folds()) {
      return Optional.empty();
    }
    int[] folds = train.folds(options.folds(), options.seed());
    if (model instanceof Classifier classifier) {
      return classifier.heldOut().map(heldOut -> CrossValidation.of(heldOut, folds));
    }
    return model instanceof Regressor regressor
        ? regressor.heldOut().map(heldOut -> CrossValidation.of(heldOut, folds))
        : ((MultiLabelClassifier) model)
            .heldOut()
            .map(heldOut -> CrossValidation.of(heldOut, folds));
  }

  /** Shows the mean and the spread of each figure, and keeps them in the log. */
  static void show(CrossValidation figures, PrintWriter print, RunLog log) {
    print.println();
    print.println(
        figures.folds()
            + " folds, each predicted by the member that was not trained on it (mean ± standard"
            + " deviation):");
    boolean several = figures.figures().stream().map(f -> f.target()).distinct().count() > 1;
    for (CrossValidation.Figure figure : figures.figures()) {
      print.println(
          "  " + (several ? figure.target() + ": " : "") + figure.name() + " " + text(figure));
    }
    log.event(
        "folds",
        json -> {
          json.writeNumberField("folds", figures.folds());
          json.writeArrayFieldStart("figures");
          for (CrossValidation.Figure figure : figures.figures()) {
            json.writeStartObject();
            json.writeStringField("figure", figure.name());
            if (!figure.target().isEmpty()) {
              json.writeStringField("target", figure.target());
            }
            RunLog.number(json, "mean", figure.mean());
            RunLog.number(json, "spread", figure.spread());
            json.writeArrayFieldStart("values");
            for (double value : figure.values()) {
              if (Double.isFinite(value)) {
                json.writeNumber(value);
              } else {
                json.writeNull();
              }
            }
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static String text(CrossValidation.Figure figure) {
    boolean percent = figure.name().equals("accuracy");
    return number(figure.mean(), percent)
        + " ± "
        + number(figure.spread(), percent)
        + figure.values().stream()
            .map(value -> number(value, percent))
            .collect(Collectors.joining(", ", "  (", ")"));
  }

  private static String number(double value, boolean percent) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return percent
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : String.format(Locale.ROOT, "%.4g", value);
  }

  /** Writes the predictions, a line for each training example. */
  void write(Path target, Model model) throws IOException {
    StringBuilder text = new StringBuilder();
    if (model instanceof Classifier classifier) {
      classes(classifier.heldOut().orElseThrow(), text);
    } else if (model instanceof Regressor regressor) {
      numbers(regressor.heldOut().orElseThrow(), text);
    } else {
      labels(((MultiLabelClassifier) model).heldOut().orElseThrow(), text);
    }
    AtomicFile.writeText(target, text.toString());
  }

  private static void classes(Predictions said, StringBuilder text) {
    List<String> names = said.classNames();
    List<String> head = new ArrayList<>(List.of("row", "target", "predicted"));
    names.forEach(name -> head.add("probability of " + name));
    line(head, text);
    for (int i = 0; i < said.size(); i++) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(i + 1));
      cells.add(names.get(said.label(i)));
      cells.add(names.get(said.predicted(i)));
      for (int c = 0; c < names.size(); c++) {
        cells.add(Float.toString(said.probability(i, c)));
      }
      line(cells, text);
    }
  }

  private static void labels(LabelPredictions said, StringBuilder text) {
    List<String> head = new ArrayList<>(List.of("row"));
    for (String name : said.names()) {
      head.add(name);
      head.add("predicted " + name);
      head.add("probability of " + name);
    }
    line(head, text);
    for (int i = 0; i < said.size(); i++) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(i + 1));
      for (int j = 0; j < said.labels(); j++) {
        cells.add(said.has(i, j) ? "1" : "0");
        cells.add(said.predicted(i, j) ? "1" : "0");
        cells.add(Float.toString(said.probability(i, j)));
      }
      line(cells, text);
    }
  }

  private static void numbers(RegressionPredictions said, StringBuilder text) {
    List<String> head = new ArrayList<>(List.of("row"));
    for (String name : said.names()) {
      head.add(said.targets() == 1 ? "target" : name);
      head.add(said.targets() == 1 ? "predicted" : "predicted " + name);
    }
    line(head, text);
    for (int i = 0; i < said.size(); i++) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(i + 1));
      for (int j = 0; j < said.targets(); j++) {
        cells.add(Double.toString(said.actual(i, j)));
        cells.add(Double.toString(said.predicted(i, j)));
      }
      line(cells, text);
    }
  }

  private static void line(List<String> cells, StringBuilder text) {
    text.append(cells.stream().map(FoldOptions::quoted).collect(Collectors.joining(",")));
    text.append('\n');
  }

  private static String quoted(String cell) {
    boolean plain =
        cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && cell.equals(cell.strip())
            && !cell.isEmpty();
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
