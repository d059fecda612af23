package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A regressor: a chain of dense layers, the last of them linear, that computes one or more numbers,
 * with all that a prediction depends on.
 *
 * <p>Features are given as a {@link DataSet} delivers them; targets and predictions are in the
 * targets' own units. The network itself computes each target with mean 0 and standard deviation 1
 * over its training examples: {@link #targets()} has both figures.
 *
 * <p>Any number of threads may predict at once. Each call borrows buffers from a pool that grows to
 * the peak of concurrent calls. Nobody may predict while {@link #fit} runs, and only one fit may
 * run at a time.
 */
public final class Regressor implements Model {

  private static final String KIND = "regressor";

  private final FittedNetwork fitted;

  private Regressor(FittedNetwork fitted) {
    this.fitted = fitted;
  }

  /** Starts a regressor whose parameters live in {@code backend}. */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** {@link Task#REGRESSION}. */
  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  /** The layers and their parameters; of several members the first. */
  @Override
  public Network network() {
    return fitted.network();
  }

  /** The networks whose outputs are averaged; most models have one. */
  @Override
  public List<Network> members() {
    return fitted.members();
  }

  /** How many features an example has. */
  @Override
  public int inputs() {
    return network().inputs();
  }

  /** How many targets there are. */
  public int outputs() {
    return network().outputs();
  }

  /** What the features mean, and how they are taken from a table's row or a picture. */
  @Override
  public ModelInput input() {
    return fitted.input();
  }

  /** A name for each target. */
  public List<String> targetNames() {
    return fitted.output().names();
  }

  /** The targets with what is done to the network's outputs. */
  public ModelOutput.Targets targets() {
    return (ModelOutput.Targets) fitted.output();
  }

  /** The same as {@link #targetNames()}. */
  @Override
  public List<String> outputNames() {
    return targetNames();
  }

  /** What is done to the features before the first layer. */
  @Override
  public InputScaling scaling() {
    return fitted.scaling();
  }

  /**
   * What the last {@link #fit} of this object left the model saying of the training examples that
   * were held out, in their order: for {@linkplain TrainingOptions#folds folds}, each example by
   * the members that were not trained on it. Empty if nothing was held out. No file keeps it.
   */
  public Optional<RegressionPredictions> heldOut() {
    return Optional.ofNullable(fitted.heldOut().numbers());
  }

  /** How the parameters came about: what a model file keeps of it. */
  @Override
  public Provenance provenance() {
    return fitted.provenance();
  }

  /** Replaces the provenance, to add what only the caller knows, such as the test error. */
  @Override
  public void provenance(Provenance provenance) {
    fitted.provenance(provenance);
  }

  /**
   * Trains on a data set, from the parameters as they are. The first training sets the input and
   * its scaling, that of the targets, and their names where none were given; a further one, of a
   * loaded regressor too, keeps them: columns and targets of the data are then matched by name.
   *
   * <p>Either it succeeds, or the regressor stays as it was.
   *
   * @param data as many features as the regressor has; its targets
   * @param options the loss is the squared error where none is set
   * @throws IllegalArgumentException if the data don't fit or have classes, or are named so that no
   *     model file can hold the names, or the loss is the cross-entropy
   * @throws IllegalStateException if another fit is running
   * @throws TrainingDivergedException if the loss or a parameter is not finite
   */
  @Override
  public TrainingHistory fit(DataSet data, TrainingOptions options) {
    return fitted.fit(data, null, options);
  }

  /**
   * The same with validation examples of their own, evaluated after each epoch. {@link
   * TrainingOptions#validation()} must be 0 then.
   *
   * @param validation its targets and, where they have names, its columns are matched by name
   */
  public TrainingHistory fit(DataSet data, DataSet validation, TrainingOptions options) {
    return fitted.fit(data, Objects.requireNonNull(validation, "validation"), options);
  }

  @Override
  public PartialFit partialFit(DataSet schema, TrainingOptions options) {
    return fitted.partialFit(schema, options);
  }

  /**
   * Writes the regressor to a file, whole or not at all: parameters, input, scaling, targets and
   * provenance.
   */
  @Override
  public void save(Path file) throws IOException {
    snapshot().write(file);
  }

  /** Writes what {@link #save(Path)} writes to a stream, which stays open. */
  @Override
  public void save(OutputStream out) throws IOException {
    snapshot().write(out);
  }

  /**
   * The regressor as it is now, on the host: what {@link #save(Path)} writes and {@link
   * dev.polymath.models.io.ExportFormat} turns into other formats.
   */
  @Override
  public ModelFile snapshot() {
    return fitted.snapshot();
  }

  /**
   * Reads a regressor, whatever backend it was trained on.
   *
   * @throws ModelFormatException if the file is no sound model file, or one with classes, which
   *     {@link Classifier} reads
   */
  public static Regressor load(Path file, Backend backend) throws IOException {
    return of(file.toString(), ModelFile.read(file), backend);
  }

  /** Reads a regressor from a stream, to its end; the stream stays open. */
  public static Regressor load(InputStream in, Backend backend) throws IOException {
    return of("model", ModelFile.read(in), backend);
  }

  /** Reads a regressor from the content of a model file. */
  public static Regressor load(byte[] content, Backend backend) throws IOException {
    return of("model", ModelFile.read(content), backend);
  }

  private static Regressor of(String file, ModelFile model, Backend backend)
      throws ModelFormatException {
    try {
      return of(model, backend);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, "" + e.getMessage());
    }
  }

  /**
   * The regressor that a model describes: the way back from {@link #snapshot()}.
   *
   * @throws IllegalArgumentException if the model has classes
   */
  public static Regressor of(ModelFile model, Backend backend) {
    FittedNetwork.requireTask(KIND, Task.REGRESSION, model);
    return new Regressor(FittedNetwork.of(KIND, model, backend));
  }

  /**
   * How far the predictions are from the targets of a data set.
   *
   * @param data its targets and, where they have names, its columns are matched by name
   */
  public RegressionEvaluation evaluate(DataSet data) {
    return RegressionEvaluation.of(predictions("evaluate", data));
  }

  /** The prediction for every example of a data set, beside its targets. */
  public RegressionPredictions predictAll(DataSet data) {
    return predictions("predictAll", data);
  }

  private RegressionPredictions predictions(String operation, DataSet data) {
    DataSet fitting = fitted.fitted(operation, data);
    return fitted.inference().predictions(fitting, scaling(), targets());
  }

  /**
   * The targets of one example.
   *
   * @param features {@code [inputs]}, all finite; read
   * @return {@code [outputs]}, in the targets' units
   */
  public double[] predict(float[] features) {
    double[] target = new double[outputs()];
    predict(features, target);
    return target;
  }

  /**
   * The targets of one example. Allocates nothing once warm, on a backend that allocates nothing.
   *
   * @param features {@code [inputs]}, all finite; read
   * @param target {@code [outputs]} in the targets' units, overwritten
   */
  public void predict(float[] features, double[] target) {
    predict(features, 1, target);
  }

  /**
   * The targets of each of some examples.
   *
   * @param features {@code [rows, inputs]} row by row, all finite; read
   * @param target {@code [rows, outputs]} row by row in the targets' units, overwritten
   */
  public void predict(float[] features, int rows, double[] target) {
    fitted.checks().features("predict", features, rows);
    fitted.checks().room("predict", target.length, rows);
    fitted.inference().numbers(features, rows, scaling(), targets(), target);
  }

  /** Its layers, targets and how far it is trained. */
  @Override
  public String toString() {
    return fitted.text("Regressor");
  }

  /** Collects what a regressor is made of. */
  public static final class Builder {

    private final NetworkPlan plan;
    private int outputs;
    private @Nullable List<String> targetNames;

    private Builder(Backend backend) {
      plan = new NetworkPlan(backend);
    }

    /** How many features an example has. Must be set. */
    public Builder inputs(int inputs) {
      plan.inputs(inputs);
      return this;
    }

    /** How many targets there are, at least 1; 1 if not set. */
    public Builder outputs(int outputs) {
      NetworkPlan.atLeastOne("outputs", outputs);
      this.outputs = outputs;
      return this;
    }

    /**
     * The widths of the hidden layers, first to last. Must be set; no width at all makes a linear
     * regression.
     */
    public Builder hidden(int... widths) {
      plan.hidden(widths);
      return this;
    }

    /**
     * The activations of the hidden layers, the last for all that follow; ReLU if not set.
     *
     * @param activations at least one, any but softmax
     */
    public Builder activation(Activation... activations) {
      plan.activation(activations);
      return this;
    }

    /** How weights are drawn; {@link Initialization#DEFAULT} if not set. */
    public Builder initialization(Initialization initialization) {
      plan.initialization(initialization);
      return this;
    }

    /**
     * A name for each target, all different. If not set, the targets take the names of the first
     * data set that they are trained on.
     */
    public Builder targetNames(List<String> names) {
      this.targetNames = ModelOutput.Targets.named(names).names();
      return this;
    }

    /**
     * The networks of the recipe for tables, for the examples of a table: two hidden layers of 128
     * ReLU, and eight members, or four for more than 10,000 examples. Their training is {@link
     * TrainingOptions#tables}. What is set afterwards replaces it.
     *
     * @param data its features and targets are those of the regressor
     */
    public Builder table(DataSet data) {
      plan.table(data);
      return targetNames(data.targetNames());
    }

    /**
     * How many networks are trained, each from weights and with a seed of its own; their outputs
     * are averaged. 1 if not set.
     */
    public Builder members(int members) {
      plan.members(members);
      return this;
    }

    /** The seed of the weights, any; 1 if not set. */
    public Builder seed(long seed) {
      plan.seed(seed);
      return this;
    }

    /** The regressor, its weights drawn. */
    public Regressor build() {
      List<String> names = targetNames;
      int count = outputs == 0 ? (names == null ? 1 : names.size()) : outputs;
      if (names == null) {
        names = IntStream.range(0, count).mapToObj(i -> "target " + i).toList();
      } else if (names.size() != count) {
        throw new IllegalStateException(
            "targetNames: expected " + count + " names, found " + names.size());
      }
      return new Regressor(plan.build(KIND, ModelOutput.Targets.named(names), targetNames != null));
    }
  }
}
