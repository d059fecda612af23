package dev.polymath.models;

import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
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
public final class Regressor extends Model {

  private static final String KIND = "regressor";

  private Regressor(FittedNetwork fitted) {
    super(fitted);
  }

  /** Starts a regressor whose parameters live in {@code backend}. */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** How many targets there are. */
  public int outputs() {
    return network().outputs();
  }

  /** A name for each target. */
  public List<String> targetNames() {
    return fitted.output().names();
  }

  /** The targets with what is done to the network's outputs. */
  public ModelOutput.Targets targets() {
    return (ModelOutput.Targets) fitted.output();
  }

  /**
   * What the last {@link #fit} of this object left the model saying of the training examples that
   * were held out, in their order: for {@linkplain TrainingOptions#folds folds}, each example by
   * the members that were not trained on it. Empty if nothing was held out. No file keeps it.
   */
  public Optional<RegressionPredictions> heldOut() {
    return Optional.ofNullable(fitted.heldOut().numbers());
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

  /** Collects what a regressor is made of. */
  public static final class Builder extends Model.Builder<Builder> {

    private int outputs;
    private @Nullable List<String> targetNames;

    private Builder(Backend backend) {
      super(backend);
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    void nameOutputs(DataSet data) {
      targetNames(data.targetNames());
    }

    /** How many targets there are, at least 1; 1 if not set. */
    public Builder outputs(int outputs) {
      NetworkPlan.atLeastOne("outputs", outputs);
      this.outputs = outputs;
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
