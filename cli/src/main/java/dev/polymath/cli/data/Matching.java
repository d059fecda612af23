package dev.polymath.cli.data;

import dev.polymath.models.Classifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where examples meet what a model takes: columns and classes by their names, and a table's numbers
 * as pixels where the model takes pictures.
 *
 * @param input what the model takes
 * @param classNames the model's classes
 * @param notes gets what a person should know of it, a sentence each
 */
record Matching(ModelInput input, List<String> classNames, Consumer<String> notes) {

  static Matching to(Classifier model, Consumer<String> notes) {
    return new Matching(model.input(), model.classNames(), notes);
  }

  /** To the examples that a model is trained on. */
  static Matching to(DataSet train, Consumer<String> notes) {
    return new Matching(train.input(), train.classNames(), notes);
  }

  /** The form in which the model takes pictures; empty where it takes none. */
  Optional<PictureForm> form() {
    return input instanceof ModelInput.Pictures pictures
        ? Optional.of(pictures.form())
        : Optional.empty();
  }

  /** Reads a table, its columns and classes those of the model. */
  DataSet table(Csv.Source table, Csv.Layout layout) throws IOException {
    return Csv.read(table, layout, input, classNames, notes);
  }

  /**
   * The examples with the model's features and classes.
   *
   * @param name of the examples, for messages
   */
  DataSet fitted(String name, DataSet examples) throws IOException {
    try {
      return examples.fittedTo(input).withClassNames(classNames);
    } catch (IllegalArgumentException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
  }
}
