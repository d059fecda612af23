package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.CsvOptions;
import dev.polymath.cli.data.PictureFormName;
import dev.polymath.cli.data.Place;
import dev.polymath.cli.data.PredictionInput;
import dev.polymath.cli.files.InputFile;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.cli.terminal.OutputLostException;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath predict}: what a saved model sees in pictures, IDX files and rows of tables. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows the three most probable classes, the computed numbers or the labels of each picture,"
            + " image of an IDX file or row of a CSV file. A file that can't be read does not keep the others from being shown; the"
            + " exit code is 1 then.")
public final class PredictCommand implements Callable<Integer> {

  private static final int SHOWN = 3;

  private static final int WIDEST_NAME = 24;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "PNG, JPEG, GIF or BMP: one example.",
        "IDX images, plain or gzipped: an example each.",
        "Anything else is read as CSV: an example per row, with or without a label.",
        "-: the standard input, any of these."
      })
  private List<String> inputs;

  @Option(names = "--json", description = "One JSON array of objects; docs/data.md has the fields.")
  private boolean json;

  @Option(
      names = "--pictures",
      paramLabel = "FORM",
      converter = PictureFormName.class,
      completionCandidates = PictureFormName.class,
      description =
          PictureFormName.DESCRIPTION
              + " Default: as the model was trained, mnist for any other of 28 x 28 pixels.")
  private @Nullable PictureForm pictures;

  @Mixin private CsvOptions csv;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  PredictCommand() {}

  @Override
  public Integer call() throws IOException {
    ModelFile saved = read();
    try (Backend session = backend.open(SavedModel.widths(saved.description()))) {
      Model model = Model.of(saved, session);
      PictureForm form = pictures == null ? PredictionInput.form(model) : pictures;
      if (form == PictureForm.MNIST && !takesMnist(model)) {
        throw new ParameterException(
            spec.commandLine(), "--pictures mnist: the model takes no images of 28 x 28 pixels");
      }
      PredictionInput reader =
          new PredictionInput(model.input(), model.outputNames(), form, csv.layout(), this::note);
      if (model instanceof Classifier classifier) {
        classifier
            .threshold()
            .ifPresent(t -> note("decides for " + DecisionOptions.text(t, model.outputNames())));
      }
      try (PredictionOutput out = output(model)) {
        int failures = 0;
        for (String input : inputs) {
          failures += predict(model, reader, input, out) ? 0 : 1;
        }
        return failures == 0 ? 0 : 1;
      }
    }
  }

  /**
   * Shows the predictions for one file. Its failure does not end the command: the next is tried.
   */
  private boolean predict(Model model, PredictionInput reader, String input, PredictionOutput out) {
    try (InputFile file = InputFile.open(input)) {
      reader.read(
          file,
          (place, features) -> {
            predict(model, place, features, out);
            if (spec.commandLine().getOut().checkError()) {
              throw new OutputLostException();
            }
          });
      return true;
    } catch (IOException | IllegalArgumentException | OutOfMemoryError e) {
      String why = ErrorText.sentence(e);
      String name = InputFile.name(input);
      out.failed(name, why);
      spec.commandLine()
          .getErr()
          .println("polymath: " + (why.contains(name) ? why : name + ": " + why));
      return false;
    }
  }

  private static boolean takesMnist(Model model) {
    return model.input() instanceof ModelInput.Pictures pictures
        && pictures.size().equals(ImageSize.MNIST);
  }

  private static void predict(Model model, Place place, float[] features, PredictionOutput out)
      throws IOException {
    try {
      if (model instanceof Regressor regressor) {
        out.predicted(place, regressor.targetNames(), regressor.predict(features));
      } else if (model instanceof Classifier classifier) {
        out.predicted(place, classifier.topK(features, Math.min(SHOWN, classifier.classes())));
      } else if (model instanceof MultiLabelClassifier labels) {
        float[] probabilities = new float[labels.labels()];
        labels.predictProbabilities(features, probabilities);
        out.labels(place, labels.labelNames(), probabilities, labels.thresholds());
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(place + ": " + e.getMessage(), e);
    }
  }

  private void note(String sentence) {
    spec.commandLine().getErr().println("note: " + sentence);
  }

  private ModelFile read() throws IOException {
    try {
      return SavedModel.read(file);
    } catch (SavedModel.NoModelException e) {
      for (String input : inputs) {
        if (isModel(input)) {
          throw new IOException(
              file + ": is no model, but " + input + " is one: the model comes first", e);
        }
      }
      throw e;
    }
  }

  private static boolean isModel(String file) {
    try {
      // A pipe can be read only once.
      Path path = Path.of(file);
      return Files.isRegularFile(path) && ModelFile.read(path) != null;
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  private PredictionOutput output(Model model) {
    PrintWriter print = spec.commandLine().getOut();
    if (json) {
      return new PredictionOutput.Json(print);
    }
    int places = inputs.stream().mapToInt(file -> InputFile.name(file).length()).max().orElse(0);
    int names = model.outputNames().stream().mapToInt(String::length).max().orElse(0);
    return new PredictionOutput.Lines(print, places, Math.min(WIDEST_NAME, names));
  }
}
