package dev.polymath.cli.data;

import dev.polymath.models.Model;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelDescription;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where examples meet what a model takes: columns and classes by their names, and a table's numbers
 * as pixels where the model takes pictures.
 *
 * @param input what the model takes
 * @param task what the model tells
 * @param names the model's classes, targets or labels
 * @param notes gets what a person should know of it, a sentence each
 */
record Matching(ModelInput input, Task task, List<String> names, Consumer<String> notes) {

  static Matching to(Model model, Consumer<String> notes) {
    return new Matching(model.input(), model.task(), model.outputNames(), notes);
  }

  static Matching to(ModelDescription model, Consumer<String> notes) {
    return new Matching(model.input(), model.task(), model.output().names(), notes);
  }

  /** To the examples that a model is trained on. */
  static Matching to(DataSet train, Consumer<String> notes) {
    return new Matching(train.input(), train.task(), train.outputNames(), notes);
  }

  /** The form in which the model takes pictures; empty where it takes none. */
  Optional<PictureForm> form() {
    return input instanceof ModelInput.Pictures pictures
        ? Optional.of(pictures.form())
        : Optional.empty();
  }

  /** Reads a table, its columns and classes, or target, those of the model. */
  DataSet table(Csv.Source table, Csv.Layout layout) throws IOException {
    if (task == Task.CLASSIFICATION) {
      return Csv.read(table, layout, input, names, notes);
    }
    if (names.size() > 1 || task == Task.LABELS) {
      if (input instanceof ModelInput.Columns columns) {
        Table.Target trained = new Table.Target(0, task, names);
        TableEncoder encoder = columns.encoder();
        Table whole = Table.read(table, layout, encoder, notes);
        return LaterTable.encoded(whole, layout, encoder, trained, t -> t, notes);
      }
      throw new IOException(
          table
              + ": a table has one target, but the model has "
              + names.size()
              + " and was not trained on a table: "
              + names);
    }
    return Csv.readTarget(table, layout, input, names.get(0), notes);
  }

  /**
   * The examples with the model's features and classes.
   *
   * @param name of the examples, for messages
   */
  DataSet fitted(String name, DataSet examples) throws IOException {
    try {
      if (examples.task() != task) {
        throw new IllegalArgumentException(
            "has "
                + switch (examples.task()) {
                  case CLASSIFICATION -> "classes";
                  case REGRESSION -> "numeric targets";
                  case LABELS -> "several labels";
                }
                + ", but the model "
                + switch (task) {
                  case CLASSIFICATION -> "names classes";
                  case REGRESSION -> "computes numbers: " + names;
                  case LABELS -> "tells labels: " + names;
                });
      }
      DataSet fitted = examples.fittedTo(input);
      return task == Task.CLASSIFICATION
          ? fitted.withClassNames(names)
          : fitted.withTargetNames(names);
    } catch (IllegalArgumentException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
  }
}
