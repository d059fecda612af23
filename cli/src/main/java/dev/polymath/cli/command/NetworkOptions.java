package dev.polymath.cli.command;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.Initialization;
import java.util.ArrayList;
import java.util.List;
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

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--hidden",
      paramLabel = "N,...|none",
      hideParamSyntax = true,
      converter = WidthsName.class,
      description = "The widths of the hidden layers, first to last. Default: 128,50.")
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
              + " follow. Default: sigmoid,relu.")
  private @Nullable List<Activation> activations;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  NetworkOptions() {}

  /** The widths of some layers; a type of its own, for picocli takes lists apart. */
  record Widths(List<Integer> values) {}

  /** Whether any is given. */
  boolean given() {
    return hidden != null || activations != null;
  }

  /** Finds mistakes that can be seen in the command alone. */
  void check() {
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

  /** All widths of the network: inputs, hidden layers, outputs. */
  List<Integer> layers(int inputs, int outputs) {
    List<Integer> layers = new ArrayList<>();
    layers.add(inputs);
    layers.addAll(widths());
    layers.add(outputs);
    return layers;
  }

  /** A new model for the examples: a regressor where they have numeric targets. */
  Model build(Backend session, DataSet train, Initialization initialization, long seed) {
    if (train.task() == Task.REGRESSION) {
      return applyTo(Regressor.builder(session))
          .inputs(train.features())
          .targetNames(train.targetNames())
          .initialization(initialization)
          .seed(seed)
          .build();
    }
    return applyTo(Classifier.builder(session))
        .inputs(train.features())
        .classes(train.classes())
        .classNames(train.classNames())
        .initialization(initialization)
        .seed(seed)
        .build();
  }

  /** The classifier with these hidden layers. */
  Classifier.Builder applyTo(Classifier.Builder builder) {
    List<Activation> chosen = activations == null ? ACTIVATIONS : activations;
    return builder
        .hidden(widths().stream().mapToInt(width -> width).toArray())
        .activation(chosen.toArray(Activation[]::new));
  }

  /** The regressor with these hidden layers. */
  Regressor.Builder applyTo(Regressor.Builder builder) {
    List<Activation> chosen = activations == null ? ACTIVATIONS : activations;
    return builder
        .hidden(widths().stream().mapToInt(width -> width).toArray())
        .activation(chosen.toArray(Activation[]::new));
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
