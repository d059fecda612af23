package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.TableOptions;
import dev.polymath.cli.data.TrainingData;
import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.OutputFiles;
import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.cli.terminal.Interruption;
import dev.polymath.cli.terminal.MemberProgress;
import dev.polymath.cli.terminal.StatusLine;
import dev.polymath.cli.terminal.TrainingProgress;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import dev.polymath.report.TrainingReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath train}: data in, a saved model and how it does on the test examples out. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a classifier, by default inputs -> 128 sigmoid -> 50 ReLU -> classes softmax, a"
            + " regressor or a classifier of several labels, reads the test examples once at the end, and saves the model.")
public final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "DATA", description = "The same as --data DATA.")
  private @Nullable String source;

  @Mixin private DataOptions data;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      converter = TaskName.class,
      completionCandidates = TaskName.class,
      description =
          "Of tables: classification, regression, which computes numbers, or labels, of which a row may"
              + " have several. Default: by the target; text and few whole numbers are classes, other"
              + " numbers a regression, several columns of yes and no labels.")
  private @Nullable Task task;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Trains a saved model further, on these data, at a tenth of the usual rate: its columns and"
              + " classes are matched by name, its network and its scaling stay.")
  private @Nullable Path from;

  @Mixin private TableOptions columns;

  @Mixin private NetworkOptions network;

  @Mixin private SessionOptions backend;

  @Mixin private Recipe recipe;

  @Mixin private FoldOptions outOfFold;

  @Mixin private DecisionOptions decision;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "polymath.safetensors",
      description = "Where the model is saved. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Keeps the run as JSON lines: samples of its layers, epochs, the verdict, the result last.")
  private @Nullable Path log;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Writes the run as one page of HTML that needs nothing else: curves, mistakes,"
              + " calibration, recipe.")
  private @Nullable Path report;

  /** Whether this is a training once more, whose model nobody asked for. */
  private boolean replay;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  TrainCommand() {}

  /** Runs without saying where the model is saved. */
  void replay() {
    replay = true;
  }

  @Override
  public Integer call() throws IOException {
    try {
      return train();
    } finally {
      data.close();
    }
  }

  private int train() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    // Mistakes in the command come before the data.
    if (from != null) {
      checkFurther();
      recipe.further();
    }
    recipe.options();
    network.crossValidated(recipe.foldsGiven());
    network.check();
    data.use(source);
    data.check();
    checkpoint.check();
    checkpoint
        .addTo(data.read(new OutputFiles(spec.commandLine())))
        .replaces("--out", out)
        .streams("--log", log)
        .replaces("--report", report)
        .replaces("--out-of-fold", outOfFold.file())
        .check();
    long start = System.nanoTime();
    backend.requireKnown();
    ModelFile saved = from == null ? null : SavedModel.read(from);
    TrainingData examples =
        saved == null
            ? data.forTraining(print, recipe.options(), columns, task)
            : data.forFurtherTraining(saved.description(), print);
    examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
    TrainingOptions options =
        decision.addTo(recipe.options(examples.train())).decidedFor(examples.train());
    requireLoss(options, examples.train().task());
    int positive = decision.check(examples.train(), options);
    try (Backend session = open(saved, examples.train(), options);
        RunLog runLog = new RunLog(log, checkpoint.resuming(), this::complain)) {
      Model model =
          saved == null
              ? network.build(session, examples.train(), recipe.initialization(), recipe.seed())
              : Model.of(saved, session);
      TrainingRecord record = TrainingRecord.of(spec.commandLine().getParseResult(), saved);
      outOfFold.check(options, model.members().size());
      int code = run(model, runLog, examples, options, positive, record, start);
      return code > 1 || runLog.complete() ? code : 1;
    }
  }

  /** Trains, saves and says how it went; 0 if all files are as they should be. */
  private int run(
      Model model,
      RunLog runLog,
      TrainingData examples,
      TrainingOptions options,
      int positive,
      TrainingRecord record,
      long start)
      throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    BackendInfo info = model.network().backend().info();
    describe(print, info, examples, model, options);
    int members = model.members().size();
    StatusLine line = StatusLine.on(print);
    TrainingListener progress =
        members == 1
            ? new TrainingProgress(line, options.epochs())
            : new MemberProgress(line, members);
    LossCurve curve = new LossCurve();
    TrainingMonitor monitor = new TrainingMonitor();
    Verdicts verdicts = new Verdicts(monitor, runLog, print);
    TrainingOptions watched =
        options.listener(progress).listener((TrainingHistory.Epoch e) -> RunText.log(runLog, e));
    if (report != null) {
      watched = watched.listener(curve);
    }
    watched = checkpoint.addTo(verdicts.addTo(watched), this::complain);
    Interruption interruption = Interruption.listen(() -> interrupted(line));
    try (interruption) {
      TrainingHistory history = fit(model, examples.train(), watched.listener(interruption));
      model.provenance(record.addedTo(model.provenance()));
      if (interruption.requested()) {
        complain("interrupted after the last step: saved untested as " + save(model));
        return interruption.exitCode();
      }
      FoldOptions.figures(model, examples.train(), options)
          .ifPresent(figures -> FoldOptions.show(figures, print, runLog));
      TestResult result = test(model, examples, options, positive);
      Path saved = save(model);
      double seconds = (System.nanoTime() - start) / 1e9;
      summarize(print, result, history, seconds, saved);
      result.conclude(verdicts);
      logResult(runLog, history, result, seconds, info);
      Path folds = outOfFold.file();
      boolean folded =
          folds == null
              || write("the out-of-fold predictions", folds, file -> outOfFold.write(file, model));
      boolean reported =
          report == null
              || interruption.requested()
              || write(
                  "the report",
                  report,
                  file ->
                      TrainingReport.builder(model, history, reported(examples))
                          .name(examples.shortName())
                          .curve(curve)
                          .monitor(monitor)
                          .positive(positive)
                          .command(CommandLineText.of(arguments()))
                          .build()
                          .write(file));
      if (interruption.requested()) {
        return interruption.exitCode();
      }
      return saved.equals(out) && reported && folded && isKept() ? 0 : 1;
    } catch (TrainingInterruptedException e) {
      complain(
          new InterruptedRun(out, checkpoint.kept() ? checkpoint.file() : null, arguments())
              .end(e));
      return interruption.exitCode();
    }
  }

  /** On a thread of the JVM's, while the training takes its step. */
  private void interrupted(StatusLine line) {
    line.end();
    complain("ending after this step; a second signal ends at once");
  }

  /** Whether the run is where it should be kept, if it should be. */
  private boolean isKept() {
    if (checkpoint.failed()) {
      complain("the last checkpoint could not be written; the model above is all of the run");
    }
    return !checkpoint.failed();
  }

  /** Of test examples on disk, as many as the test's own figures are of. */
  private static TrainTest reported(TrainingData examples) {
    return new TrainTest(examples.train(), examples.test().sample(TestResult.MOST_SCORED));
  }

  /** What the model has learned is saved even where the test fails. */
  private TestResult test(Model model, TrainingData examples, TrainingOptions options, int positive)
      throws IOException {
    try {
      if (model instanceof Classifier classifier) {
        PrintWriter print = spec.commandLine().getOut();
        decision.applyTo(classifier, positive, print);
      } else if (model instanceof MultiLabelClassifier labels) {
        decision.applyTo(labels, spec.commandLine().getOut());
      }
      TestResult result = TestResult.of(model, examples.test(), positive);
      model.provenance(result.recordedIn(model.provenance(), examples));
      return result;
    } catch (RuntimeException | OutOfMemoryError e) {
      complain("the model could not be tested; it is saved as " + save(model));
      throw e;
    }
  }

  /** Saves the model; returns where, which may be elsewhere. */
  private Path save(Model model) throws IOException {
    try {
      ModelOutput.to(out).save(model::save);
      return out;
    } catch (ModelOutput.ElsewhereException e) {
      complain(e.sentence());
      return e.place();
    } catch (IOException e) {
      if (checkpoint.kept()) {
        complain("the run is kept: --resume " + checkpoint.file() + " goes on from its end");
      }
      throw e;
    }
  }

  private interface Writing {
    void to(Path file) throws IOException;
  }

  /** Writes a file that must not cost the rest of the run; whether it could be written. */
  private boolean write(String what, Path file, Writing writing) {
    try {
      FileErrors.run(file.toString(), () -> writing.to(file));
      spec.commandLine().getOut().println(what.replaceFirst("^the ", "") + " in " + file);
      return true;
    } catch (IOException | RuntimeException e) {
      complain(what + " can't be written: " + ErrorText.sentence(e));
      return false;
    }
  }

  private void complain(String sentence) {
    spec.commandLine().getErr().println("polymath: " + sentence);
  }

  /**
   * A report is of a run that has ended; that there is none is said, for an old one may be there.
   */
  private TrainingHistory fit(Model model, DataSet train, TrainingOptions options) {
    try {
      return model.fit(train, options);
    } catch (TrainingDivergedException e) {
      if (report != null) {
        spec.commandLine().getOut().println("no report in " + report + ": the run did not end");
      }
      throw e;
    }
  }

  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  /** What is said of a new model means nothing for one that is there. */
  private void checkFurther() {
    String misplaced =
        network.given()
            ? "--hidden, --activation and --members"
            : recipe.initializationGiven()
                ? "--init"
                : columns.given()
                    ? "--numeric, --category, --date and --drop"
                    : task != null ? "--task" : null;
    if (misplaced != null) {
      throw new ParameterException(
          spec.commandLine(), misplaced + ": the model of --from has its own");
    }
  }

  private Backend open(@Nullable ModelFile saved, DataSet train, TrainingOptions options) {
    List<Integer> layers =
        saved == null ? network.layers(train) : SavedModel.widths(saved.description());
    return backend.open(layers, Math.min(options.batch(), train.size()));
  }

  private void requireLoss(TrainingOptions options, Task task) {
    try {
      options.loss().requireFor(task);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private void describe(
      PrintWriter print,
      BackendInfo info,
      TrainingData examples,
      Model model,
      TrainingOptions options) {
    print.printf(
        Locale.ROOT,
        "backend  %s, %s, %s%n",
        info.name(),
        info.threads() == 1 ? "1 thread" : info.threads() + " threads",
        info.runsOn());
    print.println("data     " + examples.description());
    String head = "columns  ";
    for (String column : examples.columns()) {
      print.println(head + column);
      head = " ".repeat(head.length());
    }
    print.println(
        "network  "
            + (model.members().size() == 1 ? "" : model.members().size() + " members, each ")
            + model.network().specs().stream()
                .map(LayerSpec::summary)
                .collect(Collectors.joining(", ")));
    print.println("recipe   " + RunText.recipe(options.decidedFor(examples.parts().train())));
    print.println();
  }

  private void logResult(
      RunLog log, TrainingHistory history, TestResult result, double seconds, BackendInfo info) {
    log.event(
        "result",
        json -> {
          result.write(json);
          json.writeNumberField("keptEpoch", history.kept());
          json.writeStringField("ending", history.ending().name().toLowerCase(Locale.ROOT));
          RunLog.number(json, "seconds", seconds);
          json.writeStringField("backend", info.name());
          json.writeNumberField("threads", info.threads());
          json.writeNumberField("seed", recipe.seed());
        });
  }

  private void summarize(
      PrintWriter print, TestResult result, TrainingHistory history, double seconds, Path saved) {
    print.println();
    RunText.kept(history).ifPresent(print::println);
    print.println("test: " + result.text());
    print.println();
    print.printf(
        Locale.ROOT,
        "%d steps in %.2f s, everything in %.2f s%n",
        history.steps(),
        history.seconds(),
        seconds);
    if (!replay) {
      print.println("saved as " + saved);
    }
  }
}
