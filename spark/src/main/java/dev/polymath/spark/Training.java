package dev.polymath.spark;

import dev.polymath.models.data.ModelInput;
import dev.polymath.models.internal.Sha256;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.Initialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.PredictorParams;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A training from the DataFrame and the parameters of an estimator to a model file. */
final class Training {

  /** A shard should have rows for so many steps: fewer rows make fewer shards. */
  private static final long LEAST_STEPS = 16;

  private final PolymathParams params;
  private final PredictorParams columns;
  private final TrainingPlan.Recipe recipe;
  private final SparkTraining.Listener listener;

  /**
   * What a training has come to.
   *
   * @param model the content of a model file
   */
  record Trained(byte[] model, TrainingSummary summary) {}

  /**
   * @param classes whether labels are class numbers
   */
  <E extends PolymathParams & PredictorParams> Training(
      E estimator, boolean classes, SparkTraining.Listener listener) {
    this.params = estimator;
    this.columns = estimator;
    this.listener = listener;
    recipe =
        new TrainingPlan.Recipe(
            classes,
            widths(estimator.$(estimator.hiddenLayers())),
            estimator.$(estimator.activation()),
            estimator.$(estimator.optimizer()),
            (double) estimator.$(estimator.weightDecay()),
            (double) estimator.$(estimator.stepSize()),
            (int) estimator.$(estimator.maxIter()),
            (int) estimator.$(estimator.batchSize()),
            (int) estimator.$(estimator.localSteps()),
            (int) estimator.$(estimator.shards()),
            (boolean) estimator.$(estimator.standardization()),
            (double) estimator.$(estimator.tol()),
            (int) estimator.$(estimator.patience()),
            (long) estimator.$(estimator.seed()));
  }

  private static int[] widths(int[] widths) {
    for (int width : widths) {
      if (width < 1) {
        throw new IllegalArgumentException(
            "hiddenLayers: expected widths of at least 1, found " + Arrays.toString(widths));
      }
    }
    return widths;
  }

  /** Trains. */
  Trained fit(Dataset<?> dataset) {
    String weight = name(params.weightCol());
    String held = name(params.validationIndicatorCol());
    if (recipe.patience() > 0 && held == null) {
      throw new IllegalArgumentException(
          "patience: expected rows to validate on: set validationIndicatorCol");
    }
    StructType schema = dataset.schema();
    require(schema, weight, held);
    BackendDemand demand = BackendDemand.here(Models.backend(params));
    RowReader reader =
        new RowReader(
            new @Nullable String[] {columns.getFeaturesCol(), columns.getLabelCol(), weight, held},
            recipe.classes(),
            params.$(params.handleInvalid()),
            recipe.seed());
    Dataset<Row> selected =
        dataset.select(
            functions.col(quoted(columns.getFeaturesCol())),
            functions.col(quoted(columns.getLabelCol())).cast(DataTypes.DoubleType),
            weight == null
                ? functions.lit(1.0)
                : functions.col(quoted(weight)).cast(DataTypes.DoubleType),
            held == null ? functions.lit(false) : functions.col(quoted(held)));
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    long start = System.nanoTime();
    spark.setJobDescription("polymath: dealing the rows to " + recipe.shards() + " shards");
    try (DealtRows rows =
        DealtRows.of(
            selected.toJavaRDD().mapPartitionsWithIndex(reader, false),
            recipe.shards(),
            recipe.batch() * LEAST_STEPS,
            held != null)) {
      double dealt = (System.nanoTime() - start) * 1e-9;
      TrainingPlan plan = plan(rows, schema, demand);
      SparkTraining training =
          new SparkTraining(spark, rows, plan, checkpoints(spark, rows, plan), listener);
      Map<String, float[]> parameters = training.run();
      TrainingSummary summary = training.summary(dealt);
      return new Trained(file(plan, schema, rows, parameters, summary), summary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      spark.setJobDescription(null);
    }
  }

  private @Nullable String name(org.apache.spark.ml.param.Param<String> column) {
    String name = params.isDefined(column) ? params.$(column) : "";
    return name.isEmpty() ? null : name;
  }

  private static String quoted(String column) {
    return '`' + column.replace("`", "``") + '`';
  }

  private static void require(StructType schema, @Nullable String weight, @Nullable String held) {
    if (weight != null) {
      require(schema, "weightCol", weight, DataTypes.DoubleType);
    }
    if (held != null) {
      require(schema, "validationIndicatorCol", held, DataTypes.BooleanType);
    }
  }

  private static void require(StructType schema, String param, String column, DataType wanted) {
    List<String> names = List.of(schema.fieldNames());
    if (!names.contains(column)) {
      throw new IllegalArgumentException(
          param + ": expected a column " + column + ", found " + names);
    }
    DataType type = schema.apply(column).dataType();
    boolean fits =
        wanted.equals(DataTypes.DoubleType) ? type instanceof NumericType : type.equals(wanted);
    if (!fits) {
      throw new IllegalArgumentException(
          param
              + ": column "
              + column
              + ": expected "
              + (wanted.equals(DataTypes.DoubleType) ? "numbers" : "true or false")
              + ", found "
              + type.simpleString());
    }
  }

  private TrainingPlan plan(DealtRows rows, StructType schema, BackendDemand demand) {
    ShardFigures figures = rows.trained();
    int features = figures.mostWidth;
    float[] shift = new float[features];
    float[] scale = new float[features];
    for (int j = 0; j < features; j++) {
      double deviation = recipe.standardize() ? figures.deviation(j) : 1;
      shift[j] = recipe.standardize() ? (float) figures.means[j] : 0;
      scale[j] = deviation == 0 ? 0 : (float) Math.min(1 / deviation, Float.MAX_VALUE);
    }
    boolean varies = figures.leastLabel < figures.mostLabel;
    return new TrainingPlan(
        recipe,
        recipe.classes()
            ? Labels.names(schema, columns.getLabelCol(), rows)
            : List.of(columns.getLabelCol()),
        shift,
        scale,
        varies ? figures.means[features] : figures.leastLabel,
        varies ? figures.deviation(features) : 0,
        figures.weighed || rows.heldOut().weighed,
        figures.weights / figures.rows,
        rows.shardRows(),
        demand);
  }

  private @Nullable Checkpoints checkpoints(
      JavaSparkContext spark, DealtRows rows, TrainingPlan plan) throws IOException {
    String folder = name(params.checkpointDir());
    if (folder == null) {
      return null;
    }
    Map<String, String> identity = new TreeMap<>(plan.recipe().options().toMap());
    identity.put("layers", plan.layers().toString());
    identity.put("outputs", plan.outputs().toString());
    identity.put("rows", fingerprint(rows));
    identity.put("shardRows", Arrays.toString(plan.shardRows()));
    identity.put("roundsPerEpoch", Integer.toString(plan.roundsPerEpoch()));
    identity.put("tol", Double.toString(recipe.tol()));
    identity.put("demand", demandText(plan));
    identity.put(
        "scaling", Sha256.hex(Arrays.toString(plan.shift()) + Arrays.toString(plan.scale())));
    return new Checkpoints(folder, identity.toString(), spark.hadoopConfiguration());
  }

  /** Both of the backends with the same bits are one. */
  private static String demandText(TrainingPlan plan) {
    return plan.demand().version() + plan.demand().machine();
  }

  /** Of all rows, in any order. */
  private static String fingerprint(DealtRows rows) {
    return Long.toHexString(rows.trained().fingerprint)
        + "-"
        + rows.trained().rows
        + "-"
        + Long.toHexString(rows.heldOut().fingerprint)
        + "-"
        + rows.heldOut().rows;
  }

  private byte[] file(
      TrainingPlan plan,
      StructType schema,
      DealtRows rows,
      Map<String, float[]> parameters,
      TrainingSummary summary)
      throws IOException {
    Map<String, String> told = new LinkedHashMap<>(plan.recipe().options().toMap());
    told.put("shards", Integer.toString(plan.shardRows().length));
    told.put("localSteps", Integer.toString(plan.firstStep(1)));
    TrainingSummary.Epoch kept = summary.epochs().get(summary.kept() - 1);
    Provenance provenance =
        Provenance.UNKNOWN
            .withWeights(Initialization.DEFAULT.name(), recipe.seed())
            .withSoftware(
                Training.class.getPackage().getImplementationVersion(),
                plan.demand().name().isEmpty() ? "arrays" : plan.demand().name(),
                plan.demand().version())
            .withDataSet(null, fingerprint(rows))
            .withTraining(summary.kept(), told);
    if (!Double.isNaN(kept.validationScore())) {
      provenance =
          recipe.classes()
              ? provenance.withValidationAccuracy(kept.validationScore())
              : provenance.withRmse(kept.validationScore(), null);
    }
    List<String> names = Labels.featureNames(schema, columns.getFeaturesCol(), plan.features());
    ModelInput input =
        names.isEmpty()
            ? new ModelInput.Numbers(plan.features())
            : new ModelInput.Table(plan.features(), names, null, ModelInput.Table.UNKNOWN);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ModelFile(
            new ModelDescription(
                plan.layers(), plan.scaling(), plan.output(), input, 1, provenance),
            parameters)
        .write(bytes);
    return bytes.toByteArray();
  }
}
