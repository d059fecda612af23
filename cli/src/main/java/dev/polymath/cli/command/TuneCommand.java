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
import java.util.Objects;
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
        "Finds by trying what a training could be told: a learning rate (--learning-rate), or a whole"
            + " recipe (--trials N). Saves no model and uses no test example.")
public final class TuneCommand implements Callable<Integer> {

  private static final int STEPS = 560;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "DATA", description = "The same as --data DATA.")
  private @Nullable String source;

  @Option(
      names = "--learning-rate",
      description =
          "Trains a new network for a few hundred steps while the learning rate grows from 1e-6 to"
              + " 10, and shows the loss at each rate.")
  private boolean learningRate;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description =
          "Tries the default recipe and N - 1 others drawn at random around it: all with few epochs,"
              + " the best with more. They are judged on a fifth of the training examples.")
  private @Nullable Integer trials;

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
      description = "The optimizer, for the rate or of all trials. Default: adamw.")
  private @Nullable Optimizer optimizer;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples per step. Default: 64 for the rate; of trials drawn.")
  private @Nullable Integer batch;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Of the last round of trials. Default: as many as train has.")
  private @Nullable Integer epochs;

  @Option(names = "--seed", paramLabel = "N", description = "Of all that is random. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Draws what was tried, as one page of HTML that needs nothing else.")
  private @Nullable Path report;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  TuneCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      check();
      return trials == null ? tune() : search();
    } finally {
      data.close();
    }
  }

  /** Finds mistakes that can be seen in the command alone. */
  private void check() throws IOException {
    if (learningRate == (trials != null)) {
      throw mistake(
          "expected --learning-rate or --trials N, found " + (learningRate ? "both" : "neither"));
    }
    if (trials != null && trials < 1) {
      throw mistake("--trials: expected at least 1, found " + trials);
    }
    if (learningRate && epochs != null) {
      throw mistake("--epochs is for --trials; --learning-rate takes about " + STEPS + " steps");
    }
    network.check();
    data.use(source);
    data.check();
    data.read(new OutputFiles(spec.commandLine())).replaces("--report", report).check();
    backend.requireKnown();
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private TrainingData read(TrainingOptions options) throws IOException {
    TrainingData examples = data.forTraining(spec.commandLine().getOut(), options, columns, task);
    examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
    return examples;
  }

  private int search() throws IOException {
    RecipeTrials search =
        new RecipeTrials(spec.commandLine(), Objects.requireNonNull(trials), report);
    return search.run(read(search.usual()), backend);
  }

  private int tune() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    TrainingOptions options = options();
    network.single();
    TrainingData examples = read(options);
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
