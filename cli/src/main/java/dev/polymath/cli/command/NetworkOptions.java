package dev.polymath.cli.command;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.network.Initialization;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options of a new network: its hidden layers. */
@Heading("Network options:")
final class NetworkOptions {

  /** Of hidden layers, first to last; the last is meant for all that follow. */
  static final List<Activation> ACTIVATIONS = List.of(Activation.SIGMOID, Activation.RELU);

  private static final Widths DEFAULT = new Widths(List.of(128, 50));

  /** Of tables: those of {@link Classifier.Builder#table}. */
  private static final Widths TABLE = new Widths(List.of(128, 128));

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--hidden",
      paramLabel = "N,...|none",
      hideParamSyntax = true,
      converter = WidthsName.class,
      description =
          "The widths of the hidden layers, first to last. Default: 128,50; of tables 128,128.")
  private @Nullable Widths hidden;

  @Option(
      names = "--activation",
      split = ",",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      converter = ActivationName.class,
      completionCandidates = ActivationName.class,
      description =
          "Of the hidden layers: sigmoid, tanh, relu, leaky-relu, elu, selu or identity; the last for all that"
              + " follow. Default: sigmoid,relu; of tables relu.")
  private @Nullable List<Activation> activations;

  @Option(
      names = "--members",
      paramLabel = "N",
      description =
          "Train N networks and average what they say. Default: 1; of tables 8, or 4 for more than"
              + " 10,000 rows; with --folds as many as folds.")
  private @Nullable Integer members;

  private @Nullable Integer folds;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  NetworkOptions() {}

  /** The widths of some layers; a type of its own, for picocli takes lists apart. */
  record Widths(List<Integer> values) {}

  /** Makes as many members as folds, unless their number is given. */
  void crossValidated(int folds) {
    if (folds > 1) {
      this.folds = folds;
    }
  }

  private @Nullable Integer membersOrFolds() {
    return members == null ? folds : members;
  }

  /** Whether any is given. */
  boolean given() {
    return hidden != null || activations != null || members != null;
  }

  /** Finds mistakes that can be seen in the command alone. */
  void check() {
    if (members != null && members < 1) {
      throw new ParameterException(
          spec.commandLine(), "--members: expected at least 1, found " + members);
    }
    requireActivationsFor("--activation", activations, widths().size(), spec);
  }

  /** Throws where there are more activations than hidden layers. */
  static void requireActivationsFor(
      String option, @Nullable List<Activation> activations, int hidden, CommandSpec spec) {
    if (activations != null && activations.size() > hidden) {
      throw new ParameterException(
          spec.commandLine(),
          option
              + ": expected at most one for each hidden layer, found "
              + activations.size()
              + " for "
              + hidden);
    }
  }

  private List<Integer> widths() {
    return (hidden == null ? DEFAULT : hidden).values();
  }

  /** Whether data are a table's, for which another recipe is the default. */
  static boolean isTable(DataSet data) {
    return data.input() instanceof ModelInput.Columns;
  }

  /** All widths of the network for some data: inputs, hidden layers, outputs. */
  List<Integer> layers(DataSet data) {
    List<Integer> layers = new ArrayList<>();
    layers.add(data.features());
    layers.addAll(hidden == null && isTable(data) ? TABLE.values() : widths());
    layers.add(data.outputs());
    return layers;
  }

  /** Trains one network unless told otherwise: for what looks at a single run. */
  void single() {
    members = members == null ? Integer.valueOf(1) : members;
  }

  /** A new model for the examples, as their task has it. */
  Model build(Backend session, DataSet train, Initialization initialization, long seed) {
    return switch (train.task()) {
      case CLASSIFICATION ->
          applyTo(Classifier.builder(session), train)
              .initialization(initialization)
              .seed(seed)
              .build();
      case REGRESSION ->
          applyTo(Regressor.builder(session), train)
              .initialization(initialization)
              .seed(seed)
              .build();
      case LABELS ->
          applyTo(MultiLabelClassifier.builder(session), train)
              .initialization(initialization)
              .seed(seed)
              .build();
    };
  }

  /** The classifier of several labels for some data. */
  private MultiLabelClassifier.Builder applyTo(MultiLabelClassifier.Builder builder, DataSet data) {
    applyTo(
        data,
        builder::table,
        () -> builder.inputs(data.features()).labelNames(data.targetNames()),
        builder::members,
        builder::hidden,
        builder::activation);
    return builder;
  }

  /** The classifier for some data. */
  private Classifier.Builder applyTo(Classifier.Builder builder, DataSet data) {
    applyTo(
        data,
        builder::table,
        () -> builder.inputs(data.features()).classes(data.classes()).classNames(data.classNames()),
        builder::members,
        builder::hidden,
        builder::activation);
    return builder;
  }

  /** The regressor for some data. */
  private Regressor.Builder applyTo(Regressor.Builder builder, DataSet data) {
    applyTo(
        data,
        builder::table,
        () -> builder.inputs(data.features()).targetNames(data.targetNames()),
        builder::members,
        builder::hidden,
        builder::activation);
    return builder;
  }

  /** What the builders have in common: a table has a recipe of its own, which options change. */
  private void applyTo(
      DataSet data,
      Consumer<DataSet> ofTable,
      Runnable ofOthers,
      IntConsumer members,
      Consumer<int[]> hiddenWidths,
      Consumer<Activation[]> hiddenActivations) {
    boolean table = isTable(data);
    if (table) {
      ofTable.accept(data);
    } else {
      ofOthers.run();
    }
    Integer count = membersOrFolds();
    if (count != null) {
      members.accept(count);
    }
    if (!table || hidden != null) {
      hiddenWidths.accept(widths(widths()));
    }
    if (!table || activations != null) {
      hiddenActivations.accept(array(activations == null ? ACTIVATIONS : activations));
    }
  }

  private static int[] widths(List<Integer> widths) {
    return widths.stream().mapToInt(width -> width).toArray();
  }

  private static Activation[] array(List<Activation> activations) {
    return activations.toArray(Activation[]::new);
  }

  /** Widths on the command line. */
  static final class WidthsName implements ITypeConverter<Widths> {

    private static final String NONE = "none";

    @Override
    public Widths convert(String value) {
      if (value.equals(NONE)) {
        return new Widths(List.of());
      }
      List<Integer> widths = new ArrayList<>();
      for (String width : value.split(",", -1)) {
        int number;
        try {
          number = Integer.parseInt(width);
        } catch (NumberFormatException e) {
          number = 0;
        }
        if (number < 1) {
          throw new TypeConversionException(
              "expected widths of at least 1 such as 256,128, or none, found '" + value + "'");
        }
        widths.add(number);
      }
      return new Widths(widths);
    }
  }
}
