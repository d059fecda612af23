package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.EvaluationData;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath evaluate}: what a saved model does on a data set. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Loads a saved model, on any backend, and evaluates it on the test examples of a data set; on"
            + " all examples where the data have no test examples and the training left none out.")
public final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "The same as --data DATA.")
  private @Nullable String source;

  @Mixin private DataOptions data;

  @Mixin private PositiveOption positive;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  EvaluateCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      return evaluate();
    } finally {
      data.close();
    }
  }

  private int evaluate() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    data.use(source);
    data.check();
    ModelFile saved = SavedModel.read(file);
    requireData(saved.description());
    try (Backend session = backend.open(SavedModel.widths(saved.description()))) {
      Model model = Model.of(saved, session);
      int found =
          model instanceof Classifier classifier ? positive.among(classifier.classNames(), -1) : -1;
      EvaluationData examples = data.forModel(model, print);
      examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
      print.println("data  " + examples.description());
      print.println();
      print.println(TestResult.of(model, examples.examples(), found).text());
    }
    return 0;
  }

  /** The drawn digits, which are the default, are for the models that learned from them. */
  private void requireData(ModelDescription model) {
    String learned = model.provenance().dataSet();
    if (!data.given() && !DataOptions.DEFAULT.equals(learned)) {
      throw new ParameterException(
          spec.commandLine(),
          "expected the data to evaluate on, --data FILE: the model was trained on "
              + (learned == null ? "data that its file does not name" : learned));
    }
  }
}
