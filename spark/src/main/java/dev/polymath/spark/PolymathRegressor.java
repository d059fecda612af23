package dev.polymath.spark;

import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model of a numeric target: dense layers, the last of them linear, on a column of vectors
 * and one of numbers. The target is brought to mean 0 and deviation 1 inside, and the squared error
 * is minimised.
 *
 * <p>It trains as {@link PolymathClassifier} does, and its model has the same bits in the same
 * cases.
 */
public final class PolymathRegressor
    extends Regressor<Vector, PolymathRegressor, PolymathRegressionModel>
    implements PolymathEstimator<PolymathRegressor>, DefaultParamsWritable {

  private static final long serialVersionUID = 1;

  private @Nullable String uid;
  private transient SparkTraining.@Nullable Listener listener;

  /** With a uid of its own. */
  public PolymathRegressor() {
    this(Identifiable$.MODULE$.randomUID("polymathRegressor"));
  }

  /** With a given uid. */
  public PolymathRegressor(String uid) {
    this(NextUid.of(uid));
  }

  private PolymathRegressor(NextUid next) {
    this.uid = next.uid();
    EstimatorDefaults.set(this);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<PolymathRegressor> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a folder that {@code save} wrote. */
  public static PolymathRegressor load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    // Asked for by the superclass's constructor already.
    String known = uid;
    if (known == null) {
      known = NextUid.now();
      uid = known;
    }
    return known;
  }

  @Override
  public MLWriter write() {
    return DefaultParamsWritable.super.write();
  }

  /** For tests: hears of the training between two rounds. */
  PolymathRegressor listener(SparkTraining.Listener heard) {
    listener = heard;
    return this;
  }

  @Override
  public PolymathRegressionModel train(Dataset<?> dataset) {
    SparkTraining.Listener heard = listener;
    Training.Trained trained =
        new Training(this, false, heard == null ? (epoch, round) -> {} : heard).fit(dataset);
    return new PolymathRegressionModel(uid(), trained.model()).summary(trained.summary());
  }

  @Override
  public PolymathRegressor copy(ParamMap extra) {
    PolymathRegressor copy = new PolymathRegressor(uid());
    copy.listener = listener;
    copyValues(copy, extra);
    return copy;
  }

  @Override
  public PolymathRegressor self() {
    return this;
  }
}
