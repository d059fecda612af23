package dev.polymath.spark;

import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * Trains a classifier: dense layers and a softmax, on a column of vectors and one of class numbers
 * 0, 1, 2 and so on, such as StringIndexer makes.
 *
 * <p>Rows are dealt to logical shards by their content. In each round every shard takes some steps
 * by itself, and the mean of what they have come to goes on. The model has the same bits on any
 * number of executors and partitions, after an executor was lost, and with speculation. It depends
 * on the rows and the parameters alone, {@code shards} among them.
 *
 * <p>What goes wrong is one exception of the driver: {@link IllegalArgumentException} for what is
 * wrong with columns or rows, {@link IllegalStateException} for rows that cannot be computed,
 * {@link dev.polymath.models.training.TrainingDivergedException} for a loss that is not finite.
 */
public final class PolymathClassifier
    extends ProbabilisticClassifier<Vector, PolymathClassifier, PolymathClassificationModel>
    implements PolymathEstimator<PolymathClassifier>, DefaultParamsWritable {

  private static final long serialVersionUID = 1;

  private @Nullable String uid;
  private transient SparkTraining.@Nullable Listener listener;

  /** With a uid of its own. */
  public PolymathClassifier() {
    this(Identifiable$.MODULE$.randomUID("polymathClassifier"));
  }

  /** With a given uid. */
  public PolymathClassifier(String uid) {
    this(NextUid.of(uid));
  }

  private PolymathClassifier(NextUid next) {
    this.uid = next.uid();
    EstimatorDefaults.set(this);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<PolymathClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a folder that {@code save} wrote. */
  public static PolymathClassifier load(String path) {
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
  PolymathClassifier listener(SparkTraining.Listener heard) {
    listener = heard;
    return this;
  }

  @Override
  public PolymathClassificationModel train(Dataset<?> dataset) {
    SparkTraining.Listener heard = listener;
    Training.Trained trained =
        new Training(this, true, heard == null ? (epoch, round) -> {} : heard).fit(dataset);
    return new PolymathClassificationModel(uid(), trained.model()).summary(trained.summary());
  }

  @Override
  public PolymathClassifier copy(ParamMap extra) {
    PolymathClassifier copy = new PolymathClassifier(uid());
    copy.listener = listener;
    copyValues(copy, extra);
    return copy;
  }

  @Override
  public PolymathClassifier self() {
    return this;
  }
}
