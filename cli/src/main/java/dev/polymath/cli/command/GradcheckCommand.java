package dev.polymath.cli.command;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.data.DataOptions;
import dev.polymath.cli.data.EvaluationData;
import dev.polymath.cli.data.TableOptions;
import dev.polymath.models.Model;
import dev.polymath.models.check.GradientCheck;
import dev.polymath.models.choice.BackendChoice;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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

/** {@code polymath gradcheck}: a backend's gradients against double precision. */
@Command(
    name = "gradcheck",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Computes the gradients of a network on a backend and in double precision, and says for"
            + " each parameter whether they agree within the rounding of float32. Fails where one"
            + " does not.")
public final class GradcheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A file saved by 'polymath train'; without it, a new network.")
  private @Nullable Path file;

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "N",
      description = "The widths of a new network, input first. Default: 784,128,50,10.")
  private @Nullable List<Integer> layers;

  @Option(
      names = "--activations",
      split = ",",
      paramLabel = "NAME",
      converter = ActivationName.class,
      completionCandidates = ActivationName.class,
      description =
          "Of the hidden layers of a new network: sigmoid, tanh, relu, leaky-relu, elu, selu or identity; the"
              + " last for all that follow. Default: sigmoid,relu.")
  private @Nullable List<Activation> activations;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      converter = LossName.class,
      completionCandidates = LossName.class,
      description =
          LossName.DESCRIPTION + " Default: cross-entropy, or squared-error for a regression.")
  private @Nullable LossFunction loss;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      converter = TaskName.class,
      completionCandidates = TaskName.class,
      description =
          "Of a new network: classification (the default) ends in a softmax, regression in a linear"
              + " layer.")
  private @Nullable Task task;

  @Option(names = "--batch", paramLabel = "N", description = "Examples. Default: 64.")
  private int batch = 64;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of a new network's parameters, and of the batch. Default: 1.")
  private long seed = 1;

  @Mixin private DataOptions data;

  @Mixin private TableOptions columns;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  GradcheckCommand() {}

  @Override
  public Integer call() throws IOException {
    try {
      return run();
    } finally {
      data.close();
    }
  }

  private int run() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    List<LayerSpec> specs = specs();
    if (batch < 1) {
      throw mistake("batch: expected at least 1, found " + batch);
    }
    data.check();
    ModelFile saved = file == null ? null : SavedModel.read(file);
    // For --backend auto, which is measured for the very network that is checked.
    List<LayerSpec> checked = saved == null ? specs : saved.description().layers();
    try (Backend session = backend.open(SavedModel.widths(checked), batch)) {
      Task checkedTask = saved == null ? task() : saved.description().task();
      LossFunction chosen = loss(checkedTask);
      GradientCheck check =
          saved == null ? check(session, specs, chosen) : check(Model.of(saved, session), chosen);
      report(print, session.info(), chosen, check);
      return check.passed() ? 0 : 1;
    }
  }

  /** The option has a default, but a batch of random numbers checks more than one of images. */
  private GradientCheck check(Model model, LossFunction loss) throws IOException {
    if (!data.given()) {
      return GradientCheck.run(model.network(), loss, batch, seed);
    }
    EvaluationData examples = data.forModel(model, spec.commandLine().getOut());
    examples.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
    return GradientCheck.run(
        model.network(), model.scaling(), loss, examples.examples(), batch, seed);
  }

  private GradientCheck check(Backend session, List<LayerSpec> specs, LossFunction loss)
      throws IOException {
    if (!data.given()) {
      return GradientCheck.run(session, specs, loss, batch, seed);
    }
    PrintWriter print = spec.commandLine().getOut();
    DataSet examples = data.forTraining(print, TrainingOptions.defaults(), columns, task()).train();
    Network network = GradientCheck.network(session, specs, seed);
    InputScaling scaling = InputScaling.none(examples.features());
    return GradientCheck.run(network, scaling, loss, examples, batch, seed);
  }

  private Task task() {
    return task == null ? Task.CLASSIFICATION : task;
  }

  private LossFunction loss(Task task) {
    if (loss == null) {
      return switch (task) {
        case CLASSIFICATION -> LossFunction.CROSS_ENTROPY;
        case REGRESSION -> LossFunction.SQUARED_ERROR;
        case LABELS -> LossFunction.SIGMOID_CROSS_ENTROPY;
      };
    }
    try {
      loss.requireFor(task);
      return loss;
    } catch (IllegalArgumentException e) {
      throw mistake("--" + e.getMessage());
    }
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<LayerSpec> specs() {
    if (file != null && (layers != null || activations != null || task != null)) {
      throw mistake(
          "MODEL has its own layers: --layers, --activations and --task are for a new network");
    }
    List<Integer> widths = layers == null ? BackendChoice.Workload.CLASSIFIER : layers;
    if (widths.size() < 2) {
      throw mistake("--layers: expected at least 2 widths, found " + widths.size());
    }
    int last = widths.size() - 1;
    NetworkOptions.requireActivationsFor("--activations", activations, last - 1, spec);
    try {
      int[] hidden = widths.subList(1, last).stream().mapToInt(width -> width).toArray();
      List<Activation> chosen = activations == null ? NetworkOptions.ACTIVATIONS : activations;
      int inputs = widths.get(0);
      int outputs = widths.get(last);
      return switch (task()) {
        case CLASSIFICATION -> LayerSpec.classifier(inputs, hidden, chosen, outputs);
        case REGRESSION -> LayerSpec.regressor(inputs, hidden, chosen, outputs);
        case LABELS -> LayerSpec.multiLabel(inputs, hidden, chosen, outputs);
      };
    } catch (IllegalArgumentException e) {
      throw mistake("--layers: " + e.getMessage());
    }
  }

  private void report(PrintWriter print, BackendInfo info, LossFunction loss, GradientCheck check) {
    print.printf(
        Locale.ROOT,
        "%s, %s, a batch of %d, seed %d%n%n",
        info.name(),
        LossName.word(loss),
        check.rows(),
        seed);
    print.printf(
        Locale.ROOT,
        "%-18s %-13s %-14s %-14s %-13s %s%n",
        "gradient of",
        "worst at",
        "expected",
        "found",
        "of its bound",
        "verdict");
    for (GradientCheck.Result result : check.parameters()) {
      print.printf(
          Locale.ROOT,
          "%-18s %-13s %-14.6g %-14.6g %-13s %s%n",
          result.name(),
          "[" + result.row() + ", " + result.col() + "]",
          result.expected(),
          result.found(),
          String.format(Locale.ROOT, "%.3g", result.share()),
          result.passed() ? "ok" : "WRONG");
    }
    print.println();
    long wrong = check.parameters().stream().filter(result -> !result.passed()).count();
    print.printf(
        Locale.ROOT,
        "%s; loss %.6f, in double precision %.6f%s%n",
        wrong == 0
            ? "all gradients agree within the rounding of float32"
            : wrong + " of " + check.parameters().size() + " gradients are wrong",
        check.loss(),
        check.expectedLoss(),
        check.kinks() == 0 ? "" : "; values within rounding of a kink: " + check.kinks());
  }
}
