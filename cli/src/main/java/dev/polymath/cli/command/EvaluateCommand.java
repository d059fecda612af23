package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.EvaluationData;
import dev.polymath.models.Classifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Parameters(paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Mixin private DataOptions data;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  EvaluateCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    try (Backend session = backend.open()) {
      Classifier model = Classifier.load(file, session);
      EvaluationData examples = data.forModel(model, print);
      examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
      print.println("data  " + examples.description());
      print.println();
      print.println(model.evaluate(examples.examples()));
    }
    return 0;
  }
}
