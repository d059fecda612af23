package dev.polymath.models;

import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.metrics.LabelEvaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
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
public final class MultiLabelClassifier extends Model {

  private static final String KIND = "multi-label classifier";

  private MultiLabelClassifier(FittedNetwork fitted) {
    super(fitted);
  }

  /** Starts one whose parameters live in {@code backend}. */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** How many labels there are. */
  public int labels() {
    return network().outputs();
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

  /** Collects what a classifier of several labels is made of. */
  public static final class Builder extends Model.Builder<Builder> {

    private int labels;
    private @Nullable List<String> labelNames;

    private Builder(Backend backend) {
      super(backend);
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    void nameOutputs(DataSet data) {
      labelNames(data.targetNames());
    }

    /** How many labels there are, at least 1. Must be set, or {@link #labelNames(List)}. */
    public Builder labels(int labels) {
      NetworkPlan.atLeastOne("labels", labels);
      this.labels = labels;
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
