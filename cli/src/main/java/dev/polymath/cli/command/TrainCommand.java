package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.TrainingData;
import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.cli.terminal.StatusLine;
import dev.polymath.cli.terminal.TrainingProgress;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.training.EpochResult;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import dev.polymath.report.TrainingReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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
import picocli.CommandLine.Spec;

/** {@code polymath train}: data in, a saved classifier and its test accuracy out. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a classifier, by default inputs -> 128 sigmoid -> 50 ReLU -> classes softmax, reads the"
            + " test examples once at the end, and saves the model.")
public final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private DataOptions data;

  @Mixin private NetworkOptions network;

  @Mixin private SessionOptions backend;

  @Mixin private Recipe recipe;

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

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  TrainCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    // Mistakes in the command come before the data.
    recipe.options();
    network.check();
    data.check();
    checkFolder("--out", out);
    checkFolder("--log", log);
    checkFolder("--report", report);
    checkRegular("--out", out);
    checkRegular("--report", report);
    checkDifferent("--out", out, "--report", report);
    checkDifferent("--log", log, "--report", report);
    checkDifferent("--out", out, "--log", log);
    long start = System.nanoTime();
    backend.requireKnown();
    TrainingData examples = data.forTraining(print);
    examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
    TrainingOptions options = recipe.options(examples.train().size());
    try (Backend session = open(examples.train(), options)) {
      try (RunLog runLog = new RunLog(log)) {
        BackendInfo info = session.info();
        Classifier model = classifier(session, examples.train());
        describe(print, info, examples, model, options);
        TrainingProgress progress = new TrainingProgress(StatusLine.on(print), options.epochs());
        TrainingOptions heard =
            options.listener(progress).listener((EpochResult e) -> logEpoch(runLog, e));
        LossCurve curve = new LossCurve();
        if (report != null) {
          heard = heard.listener(curve);
        }
        TrainingMonitor monitor = new TrainingMonitor();
        Watch watch = new Watch(monitor, runLog, print);
        TrainingHistory history = fit(model, examples.train(), watch.heardBy(heard));
        Evaluation evaluation = model.evaluate(examples.test());
        model.provenance(examples.recordedIn(model.provenance(), evaluation.accuracy()));
        model.save(out);
        double seconds = (System.nanoTime() - start) / 1e9;
        summarize(print, evaluation, history, seconds);
        watch.conclude(evaluation);
        logResult(runLog, evaluation, seconds, info);
        if (report != null) {
          TrainingReport.builder(model, history, examples.parts())
              .name(examples.shortName())
              .curve(curve)
              .monitor(monitor)
              .command(CommandLineText.of(arguments()))
              .build()
              .write(report);
          print.println("report in " + report);
        }
      }
    }
    return 0;
  }

  /**
   * A report is of a run that has ended; that there is none is said, for an old one may be there.
   */
  private TrainingHistory fit(Classifier model, DataSet train, TrainingOptions options) {
    try {
      return model.fit(train, options);
    } catch (TrainingDivergedException e) {
      if (report != null) {
        spec.commandLine().getOut().println("no report in " + report + ": the run did not end");
      }
      throw e;
    }
  }

  /** Before the training, not after it. */
  private static void checkFolder(String option, @Nullable Path file) throws IOException {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(option + " " + file + ": there is no folder " + folder);
    }
    if (Files.isDirectory(file)) {
      throw new IOException(option + " " + file + ": is a folder, expected a file");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(option + " " + file + ": the folder " + folder + " is not writable");
    }
  }

  /** A file that is replaced whole can be no device. */
  private static void checkRegular(String option, @Nullable Path file) throws IOException {
    if (file != null && Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(
          option + " " + file + ": expected a regular file, found a device or pipe");
    }
  }

  private void checkDifferent(String one, @Nullable Path a, String other, @Nullable Path b) {
    if (a != null
        && b != null
        && a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())) {
      throw new ParameterException(
          spec.commandLine(), one + " and " + other + ": expected different files, found " + a);
    }
  }

  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  private Backend open(DataSet train, TrainingOptions options) {
    List<Integer> layers = network.layers(train.features(), Math.max(2, train.classes()));
    return backend.open(layers, Math.min(options.batch(), train.size()));
  }

  private Classifier classifier(Backend session, DataSet train) {
    return network
        .applyTo(Classifier.builder(session))
        .inputs(train.features())
        .classes(train.classes())
        .classNames(train.classNames())
        .initialization(recipe.initialization())
        .seed(recipe.seed())
        .build();
  }

  private void describe(
      PrintWriter print,
      BackendInfo info,
      TrainingData examples,
      Classifier model,
      TrainingOptions options) {
    print.printf(
        Locale.ROOT,
        "backend  %s, %s, %s%n",
        info.name(),
        info.threads() == 1 ? "1 thread" : info.threads() + " threads",
        info.runsOn());
    print.println("data     " + examples.description());
    print.println("network  " + model);
    print.println("recipe   " + recipe(options.decidedFor(examples.parts().train())));
    print.println();
  }

  /** Two lines, the second from the learning rate on. */
  private static String recipe(TrainingOptions options) {
    return options.toMap().entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(", "))
        .replace(", learningRate=", ",\n         learningRate=");
  }

  private static void logEpoch(RunLog log, EpochResult e) {
    log.event(
        "epoch",
        json -> {
          json.writeNumberField("epoch", e.epoch());
          RunLog.number(json, "loss", e.loss());
          RunLog.number(json, "trainAccuracy", e.trainAccuracy());
          RunLog.number(json, "validationLoss", e.validationLoss());
          RunLog.number(json, "validationAccuracy", e.validationAccuracy());
          RunLog.number(json, "samplesPerSecond", e.samplesPerSecond());
          RunLog.number(json, "seconds", e.seconds());
        });
  }

  private void logResult(RunLog log, Evaluation evaluation, double seconds, BackendInfo info) {
    log.event(
        "result",
        json -> {
          RunLog.number(json, "testLoss", evaluation.loss());
          RunLog.number(json, "testAccuracy", evaluation.accuracy());
          RunLog.number(json, "seconds", seconds);
          json.writeStringField("backend", info.name());
          json.writeNumberField("threads", info.threads());
          json.writeNumberField("seed", recipe.seed());
        });
  }

  private void summarize(
      PrintWriter print, Evaluation evaluation, TrainingHistory history, double seconds) {
    print.println();
    print.println("test: " + evaluation);
    print.println();
    print.printf(
        Locale.ROOT,
        "%d steps in %.2f s, everything in %.2f s%n",
        history.steps(),
        history.seconds(),
        seconds);
    print.println("saved as " + out);
  }
}
