package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataChoice;
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
        "Loads a saved model, on any backend, and judges it on the test examples of a data set; on"
            + " all of them where it has no test part that the training left out.")
public final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Mixin private DataChoice data;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  EvaluateCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    try (Backend session = backend.open()) {
      Classifier model = Classifier.load(file, session);
      DataChoice.Judged judged = data.loadFor(model, print);
      print.println("data  " + data.name() + ": " + judged.part());
      print.println();
      print.println(model.evaluate(judged.examples()));
    }
    return 0;
  }
}
