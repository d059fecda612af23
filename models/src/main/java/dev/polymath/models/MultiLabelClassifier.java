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
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
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
 * A classifier of several labels, of which an example may have none, one or more: a chain of dense
 * layers and a sigmoid for each label, with all that a prediction depends on. A label is predicted
 * from its threshold on, 0.5 unless {@linkplain #thresholds(double...) set}.
 *
 * <p>Features are given as a {@link DataSet} delivers them.
 *
 * <p>Any number of threads may predict at once. Each call borrows buffers from a pool that grows to
 * the peak of concurrent calls. Nobody may predict while {@link #fit} runs, and only one fit may
 * run at a time.
 */
public final class MultiLabelClassifier implements Model {

  private static final String KIND = "multi-label classifier";

  private final FittedNetwork fitted;

  private MultiLabelClassifier(FittedNetwork fitted) {
    this.fitted = fitted;
  }

  /** Starts one whose parameters live in {@code backend}. */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** {@link Task#LABELS}. */
  @Override
  public Task task() {
    return Task.LABELS;
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

  /** How many labels there are. */
  public int labels() {
    return network().outputs();
  }

  /** What the features mean, and how they are taken from a table's row or a picture. */
  @Override
  public ModelInput input() {
    return fitted.input();
  }

  /** A name for each label. */
  public List<String> labelNames() {
    return fitted.output().names();
  }

  /** From which probability on each label is predicted; a copy. */
  public double[] thresholds() {
    return output().thresholds();
  }

  /**
   * Predicts each label from a threshold on from now on; the model file keeps them. A further
   * training sets them to 0.5 again.
   *
   * @param thresholds one for each label, from 0 to 1, such as {@link
   *     dev.polymath.models.metrics.Aim#thresholds} chooses them
   */
  public void thresholds(double... thresholds) {
    if (thresholds.length != labels()) {
      throw new IllegalArgumentException(
          "thresholds: expected one for each of "
              + labels()
              + " labels, found "
              + thresholds.length);
    }
    fitted.output(
        new ModelOutput.Labels(
            IntStream.range(0, thresholds.length)
                .mapToObj(j -> new ModelOutput.Label(labelNames().get(j), thresholds[j]))
                .toList()));
  }

  private ModelOutput.Labels output() {
    return (ModelOutput.Labels) fitted.output();
  }

  /** The same as {@link #labelNames()}. */
  @Override
  public List<String> outputNames() {
    return labelNames();
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
  public Optional<LabelPredictions> heldOut() {
    return Optional.ofNullable(fitted.heldOut().labels());
  }

  /**
   * By what the last {@link #fit} of this object divided the logits to {@linkplain
   * TrainingOptions#calibrate calibrate} the probabilities, one number for all labels; 1 if it did
   * not.
   */
  public double temperature() {
    return fitted.temperature();
  }

  /** How the parameters came about: what a model file keeps of it. */
  @Override
  public Provenance provenance() {
    return fitted.provenance();
  }

  /** Replaces the provenance, to add what only the caller knows, such as the test accuracy. */
  @Override
  public void provenance(Provenance provenance) {
    fitted.provenance(provenance);
  }

  /**
   * Trains on a data set, from the parameters as they are. The first training sets the input and
   * its scaling, and the names of the labels where none were given; a further one, of a loaded
   * model too, keeps them: columns and labels of the data are then matched by name.
   *
   * <p>Either it succeeds, or the model stays as it was.
   *
   * @param data as many features as the model has; its labels
   * @param options the loss is the cross-entropy of sigmoids where none is set
   * @throws IllegalArgumentException if the data don't fit or have no labels, or are named so that
   *     no model file can hold the names, or the loss is another
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
   * @param validation its labels and, where they have names, its columns are matched by name
   */
  public TrainingHistory fit(DataSet data, DataSet validation, TrainingOptions options) {
    return fitted.fit(data, Objects.requireNonNull(validation, "validation"), options);
  }

  @Override
  public PartialFit partialFit(DataSet schema, TrainingOptions options) {
    return fitted.partialFit(schema, options);
  }

  /**
   * Writes the model to a file, whole or not at all: parameters, input, scaling, labels and
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
   * The model as it is now, on the host: what {@link #save(Path)} writes and {@link
   * dev.polymath.models.io.ExportFormat} turns into other formats.
   */
  @Override
  public ModelFile snapshot() {
    return fitted.snapshot();
  }

  /**
   * Reads a model, whatever backend it was trained on.
   *
   * @throws ModelFormatException if the file is no sound model file, or one of another kind, which
   *     {@link Model#load} reads
   */
  public static MultiLabelClassifier load(Path file, Backend backend) throws IOException {
    return of(file.toString(), ModelFile.read(file), backend);
  }

  /** Reads a model from a stream, to its end; the stream stays open. */
  public static MultiLabelClassifier load(InputStream in, Backend backend) throws IOException {
    return of("model", ModelFile.read(in), backend);
  }

  /** Reads a model from the content of a model file. */
  public static MultiLabelClassifier load(byte[] content, Backend backend) throws IOException {
    return of("model", ModelFile.read(content), backend);
  }

  private static MultiLabelClassifier of(String file, ModelFile model, Backend backend)
      throws ModelFormatException {
    try {
      return of(model, backend);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, "" + e.getMessage());
    }
  }

  /**
   * The model that a file describes: the way back from {@link #snapshot()}.
   *
   * @throws IllegalArgumentException if the file's model is of another kind, or its network does
   *     not end in a sigmoid
   */
  public static MultiLabelClassifier of(ModelFile model, Backend backend) {
    FittedNetwork.requireTask(KIND, Task.LABELS, model);
    return new MultiLabelClassifier(FittedNetwork.of(KIND, model, backend));
  }

  /**
   * How well the labels of a data set are predicted.
   *
   * @param data its labels and, where they have names, its columns are matched by name
   */
  public LabelEvaluation evaluate(DataSet data) {
    return LabelEvaluation.of(predictions("evaluate", data));
  }

  /** The probability of each label for every example of a data set, beside the labels it has. */
  public LabelPredictions predictAll(DataSet data) {
    return predictions("predictAll", data);
  }

  private LabelPredictions predictions(String operation, DataSet data) {
    DataSet fitting = fitted.fitted(operation, data);
    return fitted.inference().predictions(fitting, scaling(), output());
  }

  /**
   * The names of the labels of one example, in their order; none, some or all.
   *
   * @param features {@code [inputs]}, all finite; read
   */
  public List<String> predict(float[] features) {
    float[] probabilities = new float[labels()];
    predictProbabilities(features, probabilities);
    return output().predicted(probabilities);
  }

  /**
   * The probability of each label for one example. Allocates nothing once warm, on a backend that
   * allocates nothing.
   *
   * @param features {@code [inputs]}, all finite; read
   * @param target {@code [labels]}, overwritten
   */
  public void predictProbabilities(float[] features, float[] target) {
    predictProbabilities(features, 1, target);
  }

  /**
   * The probability of each label for each of some examples.
   *
   * @param features {@code [rows, inputs]} row by row, all finite; read
   * @param target {@code [rows, labels]} row by row, overwritten
   */
  public void predictProbabilities(float[] features, int rows, float[] target) {
    fitted.checks().features("predictProbabilities", features, rows);
    fitted.checks().target("predictProbabilities", target, rows);
    fitted.inference().outputs(features, rows, scaling(), target);
  }

  /** Its layers, labels and how far it is trained. */
  @Override
  public String toString() {
    return fitted.text("MultiLabelClassifier");
  }

  /** Collects what a classifier of several labels is made of. */
  public static final class Builder {

    private final NetworkPlan plan;
    private int labels;
    private @Nullable List<String> labelNames;

    private Builder(Backend backend) {
      plan = new NetworkPlan(backend);
    }

    /** How many features an example has. Must be set. */
    public Builder inputs(int inputs) {
      plan.inputs(inputs);
      return this;
    }

    /** How many labels there are, at least 1. Must be set, or {@link #labelNames(List)}. */
    public Builder labels(int labels) {
      NetworkPlan.atLeastOne("labels", labels);
      this.labels = labels;
      return this;
    }

    /**
     * The widths of the hidden layers, first to last. Must be set; no width at all makes a single
     * dense layer.
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
     * A name for each label, all different. If not set, the labels take the names of the first data
     * set that they are trained on.
     */
    public Builder labelNames(List<String> names) {
      this.labelNames = ModelOutput.Labels.named(names).names();
      return this;
    }

    /**
     * The networks of the recipe for tables, for the examples of a table: two hidden layers of 128
     * ReLU, and eight members, or four for more than 10,000 examples. Their training is {@link
     * TrainingOptions#tables}. What is set afterwards replaces it.
     *
     * @param data its features and labels are those of the model
     */
    public Builder table(DataSet data) {
      plan.table(data);
      return labelNames(data.targetNames());
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

    /** The model, its weights drawn. */
    public MultiLabelClassifier build() {
      List<String> names = labelNames;
      if (names == null) {
        if (labels == 0) {
          throw new IllegalStateException("labels: not set");
        }
        names = IntStream.range(0, labels).mapToObj(i -> "label " + i).toList();
      } else if (labels != 0 && names.size() != labels) {
        throw new IllegalStateException(
            "labelNames: expected " + labels + " names, found " + names.size());
      }
      return new MultiLabelClassifier(
          plan.build(KIND, ModelOutput.Labels.named(names), labelNames != null));
    }
  }
}
