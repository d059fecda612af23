package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.TableOptions;
import dev.polymath.cli.data.TrainingData;
import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.OutputFiles;
import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.models.Model;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.optim.Optimizer;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingOptions;
import dev.polymath.report.RateReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath tune}: what a training could be told better, found by trying. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a new network for a few hundred steps while the learning rate grows from 1e-6 to 10,"
            + " and shows the loss at each rate. Saves nothing and reads no test example.")
public final class TuneCommand implements Callable<Integer> {

  private static final int STEPS = 560;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "DATA", description = "The same as --data DATA.")
  private @Nullable String source;

  @Option(
      names = "--learning-rate",
      required = true,
      description = "What to tune: the learning rate. The one thing so far.")
  private boolean learningRate;

  @Mixin private DataOptions data;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      converter = TaskName.class,
      completionCandidates = TaskName.class,
      description = "Of tables: classification, regression or labels. Default: by the target.")
  private @Nullable Task task;

  @Mixin private TableOptions columns;

  @Mixin private NetworkOptions network;

  @Mixin private SessionOptions backend;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      converter = RecipeNames.OptimizerName.class,
      completionCandidates = RecipeNames.OptimizerName.class,
      description = "The optimizer that the rate is for. Default: adamw.")
  private @Nullable Optimizer optimizer;

  @Option(names = "--batch", paramLabel = "N", description = "Examples per step. Default: 64.")
  private @Nullable Integer batch;

  @Option(names = "--seed", paramLabel = "N", description = "Of all that is random. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Draws the curve, as one page of HTML that needs nothing else.")
  private @Nullable Path report;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  TuneCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      return tune();
    } finally {
      data.close();
    }
  }

  private int tune() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    TrainingOptions options = options();
    network.check();
    network.single();
    data.use(source);
    data.check();
    data.read(new OutputFiles(spec.commandLine())).replaces("--report", report).check();
    backend.requireKnown();
    TrainingData examples = data.forTraining(print, options, columns, task);
    examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
    DataSet train = examples.train();
    int size = Math.min(options.batch(), train.size());
    int perEpoch = (train.size() + size - 1) / size;
    RateCurve curve = new RateCurve();
    TrainingOptions growing =
        options.epochs((STEPS - 1) / perEpoch + 1).decidedFor(train).listener(curve);
    try (Backend session = backend.open(network.layers(train), size)) {
      Model model = network.build(session, train, Initialization.DEFAULT, seed);
      try {
        model.fit(train, growing);
      } catch (TrainingDivergedException e) {
        // As expected: the curve goes as far as it came.
        if (curve.rows().isEmpty()) {
          throw e;
        }
      }
    }
    print(print, curve);
    if (report != null) {
      write(report, curve, examples.shortName());
    }
    return 0;
  }

  private void write(Path file, RateCurve curve, String name) throws IOException {
    RateReport page =
        new RateReport(
            name,
            curve.rows().stream().map(row -> new RateReport.Point(row.rate(), row.loss())).toList(),
            curve.suggested(),
            CommandLineText.of(spec.root().commandLine().getParseResult().originalArgs()));
    FileErrors.run(file.toString(), () -> page.write(file));
    spec.commandLine().getOut().println("report in " + file);
  }

  private TrainingOptions options() {
    try {
      TrainingOptions options =
          TrainingOptions.defaults()
              .seed(seed)
              .learningRate(RateCurve.LEAST)
              .schedule(new RateCurve.Growing());
      if (batch != null) {
        options = options.batch(batch);
      }
      return optimizer == null ? options : options.optimizer(optimizer);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void print(PrintWriter print, RateCurve curve) {
    print.println("    rate       loss");
    curve.lines().forEach(print::println);
    print.println();
    print.printf(
        Locale.ROOT,
        "The loss is lowest at a rate of %.1e. A peak of a tenth to a third of that is usual: try"
            + " --learning-rate %.1e.%n",
        curve.best(),
        curve.suggested());
  }
}
