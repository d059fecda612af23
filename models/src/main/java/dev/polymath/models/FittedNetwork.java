package dev.polymath.models;

import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.training.StreamTrainer;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Classifier} and a {@link Regressor} have in common: a network, whatever else a
 * prediction depends on, and how both are trained and kept.
 */
final class FittedNetwork {

  private final String kind;
  private final Network network;
  private final Inference inference;
  private final ArgumentChecks checks;
  private final AtomicBoolean training = new AtomicBoolean();
  private ModelOutput output;
  private boolean named;
  private InputScaling scaling;
  private boolean trained;
  private ModelInput input;
  private Provenance provenance;

  /**
   * A network that is still to be trained.
   *
   * @param kind what messages call it: classifier or regressor
   * @param output what its outputs mean; before the first training, targets have no scaling yet
   * @param named whether the names of the output are given, not those to be found in the data
   */
  FittedNetwork(
      String kind, Network network, ModelOutput output, boolean named, Provenance provenance) {
    this.kind = kind;
    this.network = network;
    this.output = output;
    this.named = named;
    this.inference = new Inference(network);
    this.checks = new ArgumentChecks(network.inputs(), network.outputs());
    this.scaling = InputScaling.none(network.inputs());
    this.input = new ModelInput.Numbers(network.inputs());
    this.provenance = provenance;
  }

  /** The model that a file describes. */
  static FittedNetwork of(String kind, ModelFile model, Backend backend) {
    ModelDescription description = model.description();
    Network network = Network.of(backend, description.layers());
    network.write(model.parameters());
    FittedNetwork fitted =
        new FittedNetwork(kind, network, description.output(), true, description.provenance());
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
              + (task == Task.CLASSIFICATION
                  ? ": expected a model with classes, found one of numeric targets "
                      + model.description().output().names()
                      + ": Regressor reads it"
                  : ": expected a model of numeric targets, found one with classes: Classifier reads"
                      + " it"));
    }
  }

  Network network() {
    return network;
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
            network.specs(), scaling, ModelOutput.of(fitting), input, Provenance.UNKNOWN));
    Map<String, float[]> before = network.read();
    try (Trainer trainer =
        new Trainer(
            network, fitting, held, options, trained ? scaling : null, trained ? output : null)) {
      TrainingHistory history = trainer.run();
      provenance = TrainedProvenance.after(provenance, network.backend().info(), history, fitting);
      scaling = trainer.scaling();
      output = trainer.output();
      this.input = input;
      named = true;
      trained = true;
      return history;
    } catch (Throwable e) {
      network.write(before);
      throw e;
    }
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

    private final StreamTrainer trainer;
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
              network.specs(), scaling, partsOutput, partsInput, Provenance.UNKNOWN));
      trainer =
          new StreamTrainer(
              network, fitting, options, trained ? scaling : null, trained ? output : null);
    }

    @Override
    public double fit(DataSet data) {
      DataSet arrived = matched("partialFit", data, partsOutput.names(), partsInput);
      double loss = trainer.train(arrived);
      dataSets++;
      examples += arrived.size();
      provenance =
          TrainedProvenance.afterParts(
              start, network.backend().info(), trainer.options(), dataSets, examples);
      scaling = trainer.scaling();
      output = trainer.output();
      input = partsInput;
      named = true;
      trained = true;
      return loss;
    }

    @Override
    public long steps() {
      return trainer.steps();
    }

    @Override
    public void close() {
      trainer.close();
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
    requireFit(operation, data, names == null, input);
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

  private void requireFit(
      String operation, DataSet data, boolean byNumber, @Nullable ModelInput input) {
    if (data.task() != output.task()) {
      throw new IllegalArgumentException(
          operation
              + ": the "
              + kind
              + (output.task() == Task.CLASSIFICATION
                  ? " names classes, the data set has numeric targets "
                  : " computes numbers, the data set has classes ")
              + data.outputNames());
    }
    boolean byName =
        input != null && !input.table().names().isEmpty() && !data.featureNames().isEmpty();
    if (!byName && data.features() != network.inputs()
        || byNumber && data.outputs() != network.outputs()) {
      String outputs = output.task() == Task.CLASSIFICATION ? " classes" : " targets";
      throw new IllegalArgumentException(
          operation
              + ": the "
              + kind
              + " has "
              + network.inputs()
              + " inputs and "
              + network.outputs()
              + outputs
              + ", the data set "
              + data.features()
              + " features and "
              + data.outputs()
              + outputs);
    }
  }

  /** The model as it is now, on the host. */
  ModelFile snapshot() {
    return new ModelFile(
        new ModelDescription(network.specs(), scaling, output, input, provenance), network.read());
  }

  /** Its layers, and how far it is trained. */
  String text(String name) {
    List<LayerSpec> specs = network.specs();
    return specs.stream().map(LayerSpec::summary).collect(Collectors.joining(", ", name + "[", ""))
        + (trained ? ", " + provenance.epochs() + " epochs]" : ", not trained]");
  }
}
