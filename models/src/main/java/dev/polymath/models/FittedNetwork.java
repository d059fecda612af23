package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.training.StreamTrainer;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Classifier}, {@link Regressor} and {@link MultiLabelClassifier} have in common: a
 * network, whatever else a prediction depends on, and how both are trained and kept.
 */
final class FittedNetwork {

  private final String kind;
  private final List<Network> members;
  private final Network network;
  private final Inference inference;
  private final ArgumentChecks checks;
  private final AtomicBoolean training = new AtomicBoolean();
  private ModelOutput output;
  private boolean named;
  private InputScaling scaling;
  private boolean trained;
  private Unseen heldOut = Unseen.NONE;
  private double temperature = 1;
  private ModelInput input;
  private Provenance provenance;

  /**
   * A network that is still to be trained.
   *
   * @param kind what messages call it: classifier or regressor
   * @param members networks of the same layers, whose outputs are averaged
   * @param output what its outputs mean; before the first training, targets have no scaling yet
   * @param named whether the names of the output are given, not those to be found in the data
   */
  FittedNetwork(
      String kind,
      List<Network> members,
      ModelOutput output,
      boolean named,
      Provenance provenance) {
    this.kind = kind;
    this.members = List.copyOf(members);
    this.network = members.get(0);
    this.output = output;
    this.named = named;
    this.inference = new Inference(this.members, () -> {});
    this.checks = new ArgumentChecks(network.inputs(), network.outputs());
    this.scaling = InputScaling.none(network.inputs());
    this.input = new ModelInput.Numbers(network.inputs());
    this.provenance = provenance;
  }

  /** The model that a file describes. */
  static FittedNetwork of(String kind, ModelFile model, Backend backend) {
    ModelDescription description = model.description();
    List<Network> members = new ArrayList<>();
    for (int m = 0; m < description.members(); m++) {
      Network network = Network.of(backend, description.layers());
      network.write(model.member(m).parameters());
      members.add(network);
    }
    FittedNetwork fitted =
        new FittedNetwork(kind, members, description.output(), true, description.provenance());
    fitted.scaling = description.scaling();
    fitted.trained = true;
    fitted.input = description.input();
    return fitted;
  }

  /** Requires a model of a task, and says which class reads those of the other. */
  static void requireTask(String kind, Task task, ModelFile model) {
    Task found = model.description().task();
    if (found != task) {
      throw new IllegalArgumentException(
          kind
              + ": expected a model "
              + kindOf(task)
              + ", found one "
              + kindOf(found)
              + " "
              + model.description().output().names()
              + ": "
              + switch (found) {
                case CLASSIFICATION -> "Classifier";
                case REGRESSION -> "Regressor";
                case LABELS -> "MultiLabelClassifier";
              }
              + " reads it");
    }
  }

  private static String kindOf(Task task) {
    return switch (task) {
      case CLASSIFICATION -> "with classes";
      case REGRESSION -> "of numeric targets";
      case LABELS -> "of several labels";
    };
  }

  /** The first member. */
  Network network() {
    return network;
  }

  List<Network> members() {
    return members;
  }

  Inference inference() {
    return inference;
  }

  ArgumentChecks checks() {
    return checks;
  }

  ModelOutput output() {
    return output;
  }

  void output(ModelOutput output) {
    this.output = output;
  }

  /**
   * Multiplies the weights and the bias of each member's last dense layer, which a softmax or a
   * sigmoid follows at once.
   *
   * @throws IllegalStateException if something else follows it
   */
  void scaleLogits(double factor) {
    List<LayerSpec> specs = network.specs();
    int last = specs.size() - 2;
    if (last < 0
        || !(specs.get(last) instanceof LayerSpec.Dense)
        || specs.get(last).activation() != Activation.IDENTITY) {
      throw new IllegalStateException(
          "calibrate: expected a linear dense layer before the last activation, found " + specs);
    }
    for (Network member : members) {
      Map<String, float[]> parameters = new LinkedHashMap<>(member.read());
      for (LayerSpec.ParameterSpec parameter : specs.get(last).parameters()) {
        float[] values = parameters.get(LayerSpec.parameterName(last, parameter.name()));
        for (int i = 0; values != null && i < values.length; i++) {
          values[i] = (float) (factor * values[i]);
        }
      }
      member.write(parameters);
    }
  }

  /** What the last training left it saying of the examples that were held out. */
  Unseen heldOut() {
    return heldOut;
  }

  /** By which the last training divided the logits; 1 if it did not. */
  double temperature() {
    return temperature;
  }

  InputScaling scaling() {
    return scaling;
  }

  ModelInput input() {
    return input;
  }

  Provenance provenance() {
    return provenance;
  }

  void provenance(Provenance provenance) {
    this.provenance = Objects.requireNonNull(provenance, "provenance");
  }

  /** See {@link Classifier#fit}. */
  TrainingHistory fit(DataSet data, @Nullable DataSet validation, TrainingOptions options) {
    if (!training.compareAndSet(false, true)) {
      throw new IllegalStateException("fit: another training of this " + kind + " is running");
    }
    try {
      return train(data, validation, options);
    } finally {
      training.set(false);
    }
  }

  private TrainingHistory train(
      DataSet data, @Nullable DataSet validation, TrainingOptions options) {
    DataSet fitting = fitted("fit", data);
    ModelInput input = trained ? this.input : fitting.input();
    DataSet held =
        validation == null
            ? null
            : matched("fit: validation", validation, fitting.outputNames(), input);
    ModelFile.requireStorable(
        new ModelDescription(
            network.specs(),
            scaling,
            ModelOutput.of(fitting),
            input,
            members.size(),
            Provenance.UNKNOWN));
    List<Map<String, float[]>> before = members.stream().map(Network::read).toList();
    try {
      MemberTraining training =
          new MemberTraining(
              members, fitting, held, options, trained ? scaling : null, trained ? output : null);
      Outcome outcome = run(training, fitting, input, options);
      TrainingHistory history = outcome.history();
      Unseen unseen = outcome.unseen();
      heldOut = unseen;
      temperature = outcome.temperature();
      provenance = TrainedProvenance.after(provenance, network.backend().info(), history, fitting);
      if (members.size() > 1) {
        provenance = TrainedProvenance.together(provenance, unseen);
      }
      scaling = training.scaling();
      output = withoutThreshold(training.output());
      this.input = input;
      named = true;
      trained = true;
      return history;
    } catch (Throwable e) {
      restore(before);
      throw e;
    }
  }

  private void restore(List<Map<String, float[]>> parameters) {
    for (int m = 0; m < parameters.size(); m++) {
      members.get(m).write(parameters.get(m));
    }
  }

  /** What a training was, with what is said of the examples held out from it. */
  private record Outcome(TrainingHistory history, Unseen unseen, double temperature) {}

  /** Where the training is interrupted, the exception has what the model would be by then. */
  private Outcome run(
      MemberTraining training, DataSet fitting, ModelInput input, TrainingOptions options) {
    try {
      TrainingHistory history = training.run();
      if (!training.holdsOut()) {
        return new Outcome(history, Unseen.NONE, 1);
      }
      Unseen unseen = training.heldOut();
      return options.calibrate() && output.task() != Task.REGRESSION
          ? calibrated(training, history, unseen, options)
          : new Outcome(history, unseen, 1);
    } catch (TrainingInterruptedException e) {
      List<Network> some = training.soFar().stream().map(members::get).toList();
      if (some.isEmpty()) {
        throw e;
      }
      Provenance soFar =
          TrainedProvenance.interrupted(
              provenance, network.backend().info(), options.decidedFor(fitting), e, fitting);
      ModelOutput meaning = withoutThreshold(training.output());
      throw e.with(snapshot(some, training.scaling(), meaning, input, soFar));
    }
  }

  private Outcome calibrated(
      MemberTraining training, TrainingHistory history, Unseen unseen, TrainingOptions options) {
    Predictions before = unseen.probabilities();
    double fitted = training.temperature(before);
    List<Map<String, float[]>> uncalibrated = members.stream().map(Network::read).toList();
    scaleLogits(1 / fitted);
    Unseen after;
    try {
      after = training.heldOut();
    } catch (TrainingInterruptedException e) {
      restore(uncalibrated);
      throw e;
    }
    for (TrainingListener listener : options.listeners()) {
      listener.calibrated(fitted, before, after.probabilities());
    }
    return new Outcome(history, after, fitted);
  }

  /** A threshold was chosen for other parameters. */
  private static ModelOutput withoutThreshold(ModelOutput output) {
    return switch (output.task()) {
      case CLASSIFICATION -> new ModelOutput.Classes(output.names());
      case REGRESSION -> output;
      case LABELS -> ModelOutput.Labels.named(output.names());
    };
  }

  /** See {@link Model#partialFit}. */
  Model.PartialFit partialFit(DataSet schema, TrainingOptions options) {
    if (!training.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "partialFit: another training of this " + kind + " is running");
    }
    try {
      return new Parts(schema, options);
    } catch (Throwable e) {
      training.set(false);
      throw e;
    }
  }

  private final class Parts implements Model.PartialFit {

    private final List<StreamTrainer> trainers = new ArrayList<>();
    private final ModelInput partsInput;
    private final ModelOutput partsOutput;
    private final Provenance start = provenance;
    private int dataSets;
    private long examples;
    private boolean closed;

    Parts(DataSet schema, TrainingOptions options) {
      DataSet fitting = fitted("partialFit", schema);
      partsInput = trained ? input : fitting.input();
      partsOutput = ModelOutput.of(fitting);
      ModelFile.requireStorable(
          new ModelDescription(
              network.specs(),
              scaling,
              partsOutput,
              partsInput,
              members.size(),
              Provenance.UNKNOWN));
      try {
        for (int m = 0; m < members.size(); m++) {
          trainers.add(
              new StreamTrainer(
                  members.get(m),
                  fitting,
                  options.seed(Randomness.memberSeed(options.seed(), m)),
                  trained ? scaling : null,
                  trained ? output : null));
        }
      } catch (Throwable e) {
        trainers.forEach(StreamTrainer::close);
        throw e;
      }
    }

    @Override
    public double fit(DataSet data) {
      DataSet arrived = matched("partialFit", data, partsOutput.names(), partsInput);
      double loss = trainAll(arrived);
      StreamTrainer trainer = trainers.get(0);
      dataSets++;
      examples += arrived.size();
      provenance =
          TrainedProvenance.afterParts(
              start, network.backend().info(), trainer.options(), dataSets, examples);
      scaling = trainer.scaling();
      output = withoutThreshold(trainer.output());
      heldOut = Unseen.NONE;
      temperature = 1;
      input = partsInput;
      named = true;
      trained = true;
      return loss;
    }

    /** A trainer takes back what it did when it fails; what the members before it did is here. */
    private double trainAll(DataSet arrived) {
      List<Map<String, float[]>> before =
          members.size() == 1 ? List.of() : members.stream().map(Network::read).toList();
      try {
        double loss = 0;
        for (StreamTrainer trainer : trainers) {
          loss += trainer.train(arrived) / trainers.size();
        }
        return loss;
      } catch (Throwable e) {
        for (int m = 0; m < before.size(); m++) {
          members.get(m).write(before.get(m));
        }
        trainers.forEach(StreamTrainer::close);
        throw e;
      }
    }

    @Override
    public long steps() {
      return trainers.stream().mapToLong(StreamTrainer::steps).sum();
    }

    @Override
    public void close() {
      trainers.forEach(StreamTrainer::close);
      if (!closed) {
        closed = true;
        training.set(false);
      }
    }
  }

  /** The data with the outputs and features of this model, as far as it has any yet. */
  DataSet fitted(String operation, DataSet data) {
    return matched(operation, data, named ? output.names() : null, trained ? input : null);
  }

  /**
   * @param names of the outputs; null where they have none yet
   * @param input what the features mean; null where that is not known yet
   */
  private DataSet matched(
      String operation, DataSet data, @Nullable List<String> names, @Nullable ModelInput input) {
    new DataFit(kind, network, output.task()).require(operation, data, names == null, input);
    try {
      DataSet matched = data;
      if (names != null) {
        matched =
            data.task() == Task.CLASSIFICATION
                ? data.withClassNames(names)
                : data.withTargetNames(names);
      }
      return input == null ? matched : matched.fittedTo(input);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(operation + ": " + e.getMessage(), e);
    }
  }

  /** The model as it is now, on the host. */
  ModelFile snapshot() {
    return snapshot(members, scaling, output, input, provenance);
  }

  private static ModelFile snapshot(
      List<Network> members,
      InputScaling scaling,
      ModelOutput output,
      ModelInput input,
      Provenance provenance) {
    ModelDescription description =
        new ModelDescription(
            members.get(0).specs(), scaling, output, input, members.size(), provenance);
    Map<String, float[]> parameters = new LinkedHashMap<>();
    for (int m = 0; m < members.size(); m++) {
      String prefix = description.prefix(m);
      members.get(m).read().forEach((name, values) -> parameters.put(prefix + name, values));
    }
    return new ModelFile(description, parameters);
  }

  /** Its layers, and how far it is trained. */
  String text(String name) {
    List<LayerSpec> specs = network.specs();
    String start = name + "[" + (members.size() == 1 ? "" : members.size() + " members, ");
    return specs.stream().map(LayerSpec::summary).collect(Collectors.joining(", ", start, ""))
        + (trained ? ", " + provenance.epochs() + " epochs]" : ", not trained]");
  }
}
