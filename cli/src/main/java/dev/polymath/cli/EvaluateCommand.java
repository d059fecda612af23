package dev.polymath.cli;

import dev.polymath.Backend;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath evaluate}: what a saved model does on the test part of a data set. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Loads a saved model, on any backend, and judges it on the test examples of a data set.")
final class EvaluateCommand implements Callable<Integer> {

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
      ThreeLayerClassifier model = ThreeLayerClassifier.load(file, session);
      TrainTest examples = data.load(print);
      print.println(model.evaluate(examples.test()));
    }
    return 0;
  }
}
