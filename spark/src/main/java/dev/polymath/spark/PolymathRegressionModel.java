package dev.polymath.spark;

import dev.polymath.models.Regressor;
import dev.polymath.models.data.Task;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A model of numeric targets as a transformer. It holds a model file: that of {@link
 * PolymathRegressor}, or one that was trained elsewhere, such as by {@code polymath train}.
 *
 * <p>It reads columns as {@link PolymathClassificationModel} does, and appends {@code prediction}:
 * a number in the target's units, or a vector of one for each target where there are several. They
 * are the same bits that {@link Regressor} computes.
 *
 * <p>The model is sent to each executor once. A task computes with {@code spark.task.cpus} threads.
 */
public final class PolymathRegressionModel extends RegressionModel<Vector, PolymathRegressionModel>
    implements PolymathParams, MLWritable {

  private static final long serialVersionUID = 1;

  private @Nullable String uid;
  private final ModelContent content;
  private transient @Nullable TrainingSummary summary;

  /**
   * A transformer of a model file.
   *
   * @param uid of the transformer
   * @param model the content of a model file; copied
   * @throws IllegalArgumentException if it is no sound model file, or has no numeric targets
   */
  public PolymathRegressionModel(String uid, byte[] model) {
    this(
        NextUid.of(uid),
        new ModelContent(model.clone(), Task.REGRESSION, "PolymathClassificationModel"));
  }

  private PolymathRegressionModel(NextUid next, ModelContent content) {
    this.uid = next.uid();
    this.content = content;
    setDefault(handleInvalid(), "error");
  }

  /**
   * Reads a model file, such as {@code polymath train} writes, from any file system that Hadoop
   * knows.
   *
   * @throws IllegalArgumentException if it is no sound model file, or has no numeric targets
   */
  public static PolymathRegressionModel fromFile(String path) {
    return new PolymathRegressionModel(
        Identifiable$.MODULE$.randomUID("polymathRegressionModel"),
        ModelStore.read(SparkSession.active(), path));
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<PolymathRegressionModel> read() {
    return new ModelStore.Reader<>(PolymathRegressionModel.class, PolymathRegressionModel::new);
  }

  /** Reads a folder that {@code save} wrote. */
  public static PolymathRegressionModel load(String path) {
    return read().load(path);
  }

  /** Writes a folder with the parameters and the model file {@code model.safetensors}. */
  @Override
  public MLWriter write() {
    return new ModelStore.Writer(this, content.toBytes());
  }

  /** The content of the model file; a copy. */
  public byte[] toBytes() {
    return content.toBytes();
  }

  /** How the training went; null for a model that was read, and not trained here. */
  public @Nullable TrainingSummary summary() {
    return summary;
  }

  PolymathRegressionModel summary(TrainingSummary trained) {
    summary = trained;
    return this;
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

  /** The columns that a model of columns reads. */
  public StringArrayParam inputCols() {
    return new StringArrayParam(
        this,
        "inputCols",
        "columns with a feature each, or those of the model's table, in its order; by the names"
            + " that they had in training if not set");
  }

  /** Sets {@code inputCols}. */
  public PolymathRegressionModel setInputCols(String... columns) {
    set(inputCols(), columns);
    return this;
  }

  /**
   * Sets what becomes of a row with null, NaN or no number in its features: {@code error}, {@code
   * skip} (it is left out) or {@code keep} (its predictions are NaN).
   */
  public PolymathRegressionModel setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /** Sets the backend; {@code arrays-vector} or {@code arrays}, of the same bits, if not set. */
  public PolymathRegressionModel setBackend(String name) {
    set(backend(), name);
    return this;
  }

  /** Features of an example; of a model of a table those that its columns become. */
  @Override
  public int numFeatures() {
    return content.description().inputs();
  }

  /** The names of the targets, in their order. */
  public List<String> targetNames() {
    return content.description().targets().names();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    input(schema);
    return output().appendedTo(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    NumberColumns output = output();
    InputColumns input = input(dataset.schema());
    output.appendedTo(dataset.schema());
    return Scoring.of(
        dataset,
        content.broadcast(dataset.sparkSession().sparkContext(), Models.backend(this)),
        input,
        output,
        Models.invalid(this));
  }

  private InputColumns input(StructType schema) {
    return InputColumns.of(
        content.description().input(),
        schema,
        getFeaturesCol(),
        Models.inputCols(this, inputCols()));
  }

  private NumberColumns output() {
    return new NumberColumns(getPredictionCol(), targetNames().toArray(String[]::new));
  }

  /**
   * The target's number, for the features of one row; computed in this JVM.
   *
   * @throws IllegalArgumentException if there are several targets
   */
  @Override
  public double predict(Vector features) {
    Regressor regressor = (Regressor) content.here(Models.backend(this)).take(1);
    if (regressor.outputs() != 1) {
      throw new IllegalArgumentException(
          "predict: there are "
              + regressor.outputs()
              + " targets, expected transform with a DataFrame");
    }
    return regressor.predict(FeatureReader.features(regressor.input(), features))[0];
  }

  @Override
  public PolymathRegressionModel copy(ParamMap extra) {
    PolymathRegressionModel copy = new PolymathRegressionModel(NextUid.of(uid()), content);
    copy.summary = summary;
    copyValues(copy, extra);
    return copy.setParent(parent());
  }

  @Override
  public String toString() {
    return "PolymathRegressionModel: uid=" + uid() + ", numFeatures=" + numFeatures();
  }
}
