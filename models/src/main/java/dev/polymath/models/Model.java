package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A model of any kind: a chain of dense layers, with all that a prediction depends on.
 *
 * <p>Features are given as a {@link DataSet} delivers them, an image's pixels in [0, 1]; whatever
 * scaling was learned in training is applied inside.
 *
 * <p>Any number of threads may predict at once. Each call borrows buffers from a pool that grows to
 * the peak of concurrent calls. Nobody may predict while {@link #fit} runs, and only one fit may
 * run at a time.
 */
public abstract sealed class Model permits Classifier, MultiLabelClassifier, Regressor {

  final FittedNetwork fitted;

  Model(FittedNetwork fitted) {
    this.fitted = fitted;
  }

  /** Whether it names a class, computes numbers or tells which labels apply. */
  public final Task task() {
    return fitted.output().task();
  }

  /** The layers and their parameters; of several members the first. */
  public final Network network() {
    return fitted.network();
  }

  /** The networks whose outputs are averaged; most models have one. */
  public final List<Network> members() {
    return fitted.members();
  }

  /** How many features an example has. */
  public final int inputs() {
    return network().inputs();
  }

  /** The names of the classes, targets or labels, one for each output of the network. */
  public final List<String> outputNames() {
    return fitted.output().names();
  }

  /** What the features mean, and how they are taken from a table's row or a picture. */
  public final ModelInput input() {
    return fitted.input();
  }

  /** What is done to the features before the first layer. */
  public final InputScaling scaling() {
    return fitted.scaling();
  }

  /** How the parameters came about: what a model file keeps of it. */
  public final Provenance provenance() {
    return fitted.provenance();
  }

  /** Replaces the provenance, to add what only the caller knows, such as the test accuracy. */
  public final void provenance(Provenance provenance) {
    fitted.provenance(provenance);
  }

  /**
   * Trains on a data set, from the parameters as they are. The first training sets the input and
   * its scaling, and the names of the outputs where none were given; a further one, of a loaded
   * model too, keeps them: columns and outputs of the data are then matched by name.
   *
   * <p>Either it succeeds, or the model stays as it was.
   *
   * @param data as many features as the model has; its classes, targets or labels
   * @param options where no loss is set, it is the cross-entropy for classes and labels and the
   *     squared error for numbers
   * @throws IllegalArgumentException if the data don't fit, or are named so that no model file can
   *     hold the names, or the loss is for another kind of model
   * @throws IllegalStateException if another fit is running
   * @throws TrainingDivergedException if the loss or a parameter is not finite
   */
  public final TrainingHistory fit(DataSet data, TrainingOptions options) {
    return fitted.fit(data, null, options);
  }

  /**
   * The same with validation examples of their own, evaluated after each epoch. {@link
   * TrainingOptions#validation()} must be 0 then.
   *
   * @param validation its outputs and, where they have names, its columns are matched by name
   */
  public final TrainingHistory fit(DataSet data, DataSet validation, TrainingOptions options) {
    return fitted.fit(data, Objects.requireNonNull(validation, "validation"), options);
  }

  /**
   * Starts a training on data that arrive one by one:
   *
   * <pre>{@code
   * try (Model.PartialFit training = model.partialFit(first, options)) {
   *   training.fit(first);
   *   training.fit(second);
   * }
   * }</pre>
   *
   * <p>The optimizer remembers from one to the next. The rate stays at {@link
   * TrainingOptions#learningRate()}: a schedule needs an end. Epochs and listeners are not used,
   * and validation is refused. Between two calls the model may predict and be saved. No other
   * training of it may run until this one is closed.
   *
   * @param schema what the data will be like, such as the first of them: it gives a new model its
   *     input, the scaling of it and the names of its outputs, and is not trained on
   * @throws IllegalArgumentException if the schema does not fit
   * @throws IllegalStateException if another training is running
   */
  public final PartialFit partialFit(DataSet schema, TrainingOptions options) {
    return fitted.partialFit(schema, options);
  }

  /** A training on data that arrive one by one: see {@link Model#partialFit}. */
  public interface PartialFit extends AutoCloseable {

    /**
     * Trains on each example once, in batches and a new order.
     *
     * @param data of any size; matched by name like those of any further training
     * @return the mean loss, each batch before its update
     * @throws IllegalArgumentException if the data don't fit; nothing has changed then
     * @throws dev.polymath.models.training.TrainingDivergedException if the loss or a parameter is
     *     not finite; the model is as before these data, and this training is over
     */
    double fit(DataSet data);

    /** How many updates were made. */
    long steps();

    /** Ends the training, and gives its buffers back. Closing again does nothing. */
    @Override
    void close();
  }

  /**
   * The model as it is now, on the host: what {@link #save(Path)} writes and {@link
   * dev.polymath.models.io.ExportFormat} turns into other formats.
   */
  public final ModelFile snapshot() {
    return fitted.snapshot();
  }

  /**
   * Writes the model to a file, whole or not at all: parameters, input, scaling, names of the
   * outputs and provenance.
   */
  public final void save(Path file) throws IOException {
    snapshot().write(file);
  }

  /** Writes what {@link #save(Path)} writes to a stream, which stays open. */
  public final void save(OutputStream out) throws IOException {
    snapshot().write(out);
  }

  /** The model of its kind that a model file describes. */
  public static Model of(ModelFile model, Backend backend) {
    return switch (model.description().task()) {
      case CLASSIFICATION -> Classifier.of(model, backend);
      case REGRESSION -> Regressor.of(model, backend);
      case LABELS -> MultiLabelClassifier.of(model, backend);
    };
  }

  /** Reads a model of any kind, whatever backend it was trained on. */
  public static Model load(Path file, Backend backend) throws IOException {
    return of(ModelFile.read(file), backend);
  }

  /** Its kind, its layers and how far it is trained. */
  @Override
  public final String toString() {
    return fitted.text(getClass().getSimpleName());
  }

  /**
   * Collects what a model is made of, whatever its kind.
   *
   * @param <B> the builder of a kind
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits Classifier.Builder, MultiLabelClassifier.Builder, Regressor.Builder {

    final NetworkPlan plan;

    Builder(Backend backend) {
      plan = new NetworkPlan(backend);
    }

    /** This builder, as what it is. */
    abstract B self();

    /** Names the outputs as the data do. */
    abstract void nameOutputs(DataSet data);

    /** How many features an example has. Must be set. */
    public final B inputs(int inputs) {
      plan.inputs(inputs);
      return self();
    }

    /**
     * The widths of the hidden layers, first to last. Must be set; no width at all makes a single
     * dense layer.
     */
    public final B hidden(int... widths) {
      plan.hidden(widths);
      return self();
    }

    /**
     * The activations of the hidden layers, the last for all that follow; ReLU if not set.
     *
     * @param activations at least one, any but softmax
     */
    public final B activation(Activation... activations) {
      plan.activation(activations);
      return self();
    }

    /** How weights are drawn; {@link Initialization#DEFAULT} if not set. */
    public final B initialization(Initialization initialization) {
      plan.initialization(initialization);
      return self();
    }

    /**
     * The networks of the recipe for tables, for the examples of a table: two hidden layers of 128
     * ReLU, and eight members, or four for more than 10,000 examples, or one from a million on.
     * Their training is {@link TrainingOptions#tables}. What is set afterwards replaces it.
     *
     * @param data its features and outputs are those of the model
     */
    public final B table(DataSet data) {
      plan.table(data);
      nameOutputs(data);
      return self();
    }

    /**
     * How many networks are trained, each from weights and with a seed of its own; their outputs
     * are averaged. 1 if not set.
     */
    public final B members(int members) {
      plan.members(members);
      return self();
    }

    /** The seed of the weights, any; 1 if not set. */
    public final B seed(long seed) {
      plan.seed(seed);
      return self();
    }
  }
}
