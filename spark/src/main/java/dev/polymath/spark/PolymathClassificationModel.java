package dev.polymath.spark;

import dev.polymath.models.Classifier;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelDescription;
import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
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
 * A classifier as a transformer. It holds a model file: that of {@link PolymathClassifier}, or one
 * that was trained elsewhere, such as by {@code polymath train}.
 *
 * <p>A model of plain numbers or of pixels reads the column {@code featuresCol}: vectors, dense or
 * sparse, or arrays of numbers. Pixels are those of a table, from 0 to 255 unless the model was
 * trained on 0 to 1; they may also be bytes. Without such a column, or for a model of a table,
 * columns are found by the names that they had in training, in any order among any others. {@code
 * inputCols} names them where they are called otherwise.
 *
 * <p>Appended are {@code rawPrediction} (ln p of each class), {@code probability} (p of each class)
 * and {@code prediction} (the number of the class, with the names of the classes in its metadata).
 * The class is the most probable one, or what {@code thresholds} or else the threshold in the model
 * file decides. All are the same bits that {@link Classifier} computes.
 *
 * <p>The model is sent to each executor once. A task computes with {@code spark.task.cpus} threads.
 */
public final class PolymathClassificationModel
    extends ProbabilisticClassificationModel<Vector, PolymathClassificationModel>
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
   * @throws IllegalArgumentException if it is no sound model file, or has no classes
   */
  public PolymathClassificationModel(String uid, byte[] model) {
    this(
        NextUid.of(uid),
        new ModelContent(model.clone(), Task.CLASSIFICATION, "PolymathRegressionModel"));
  }

  private PolymathClassificationModel(NextUid next, ModelContent content) {
    this.uid = next.uid();
    this.content = content;
    setDefault(handleInvalid(), "error");
  }

  /**
   * Reads a model file, such as {@code polymath train} writes, from any file system that Hadoop
   * knows.
   *
   * @throws IllegalArgumentException if it is no sound model file, or has no classes
   */
  public static PolymathClassificationModel fromFile(String path) {
    return new PolymathClassificationModel(
        Identifiable$.MODULE$.randomUID("polymathClassificationModel"),
        ModelStore.read(SparkSession.active(), path));
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<PolymathClassificationModel> read() {
    return new ModelStore.Reader<>(
        PolymathClassificationModel.class, PolymathClassificationModel::new);
  }

  /** Reads a folder that {@code save} wrote. */
  public static PolymathClassificationModel load(String path) {
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

  PolymathClassificationModel summary(TrainingSummary trained) {
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
  public PolymathClassificationModel setInputCols(String... columns) {
    set(inputCols(), columns);
    return this;
  }

  /**
   * Sets what becomes of a row with null, NaN or no number in its features: {@code error}, {@code
   * skip} (it is left out) or {@code keep} (its predictions are NaN).
   */
  public PolymathClassificationModel setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /** Sets the backend; {@code arrays-vector} or {@code arrays}, of the same bits, if not set. */
  public PolymathClassificationModel setBackend(String name) {
    set(backend(), name);
    return this;
  }

  @Override
  public int numClasses() {
    return content.description().outputs();
  }

  /** Features of an example; of a model of a table those that its columns become. */
  @Override
  public int numFeatures() {
    return content.description().inputs();
  }

  /** The names of the classes, in the order of their numbers. */
  public List<String> classNames() {
    return content.description().classNames();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    input(schema);
    return output().appendedTo(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    ClassColumns output = output();
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

  private ClassColumns output() {
    ModelDescription description = content.description();
    return new ClassColumns(
        getRawPredictionCol(),
        getProbabilityCol(),
        getPredictionCol(),
        description.classNames(),
        decision());
  }

  private ClassColumns.Decision decision() {
    double[] set = isDefined(thresholds()) ? getThresholds() : null;
    return ClassColumns.Decision.of(set, content.description().output());
  }

  /** ln p of each class, for the features of one row; computed in this JVM. */
  @Override
  public Vector predictRaw(Vector features) {
    double[] raw = probabilities(features);
    for (int i = 0; i < raw.length; i++) {
      raw[i] = ClassColumns.raw(raw[i]);
    }
    return new DenseVector(raw);
  }

  /** The probability of each class, for the features of one row; computed in this JVM. */
  @Override
  public Vector predictProbability(Vector features) {
    return new DenseVector(probabilities(features));
  }

  /** The number of the class, for the features of one row; computed in this JVM. */
  @Override
  public double predict(Vector features) {
    return decision().decide(probabilities(features));
  }

  private double[] probabilities(Vector features) {
    SharedModel shared = content.here(Models.backend(this));
    Classifier classifier = (Classifier) shared.take(1);
    float[] probabilities = new float[classifier.classes()];
    classifier.predictProbabilities(
        FeatureReader.features(classifier.input(), features), probabilities);
    double[] wide = new double[probabilities.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = probabilities[i];
    }
    return wide;
  }

  @Override
  public Vector raw2probabilityInPlace(Vector raw) {
    if (!(raw instanceof DenseVector dense)) {
      throw new IllegalArgumentException("rawPrediction: expected a dense vector, found " + raw);
    }
    double[] values = dense.values();
    for (int i = 0; i < values.length; i++) {
      values[i] = StrictMath.exp(values[i]);
    }
    return dense;
  }

  @Override
  public double probability2prediction(Vector probability) {
    return decision().decide(probability.toArray());
  }

  /** Of Spark's raw type, which javac would not infer. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public scala.Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }

  @Override
  public PolymathClassificationModel copy(ParamMap extra) {
    PolymathClassificationModel copy = new PolymathClassificationModel(NextUid.of(uid()), content);
    copy.summary = summary;
    copyValues(copy, extra);
    return copy.setParent(parent());
  }

  @Override
  public String toString() {
    return "PolymathClassificationModel: uid="
        + uid()
        + ", numClasses="
        + numClasses()
        + ", numFeatures="
        + numFeatures();
  }
}
