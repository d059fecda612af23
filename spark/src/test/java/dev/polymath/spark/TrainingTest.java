package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training comes to, in this JVM. */
class TrainingTest {

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SparkSessions.local();
  }

  @AfterAll
  static void stop() throws IOException {
    spark.close();
  }

  private static PolymathClassifier classifier() {
    return new PolymathClassifier()
        .setHiddenLayers(16)
        .setBatchSize(16)
        .setLocalSteps(5)
        .setMaxIter(4)
        .setStepSize(0.01)
        .setSeed(3);
  }

  private static String hash(PolymathClassifier classifier, Dataset<Row> rows) {
    return Tables.hash(classifier.fit(rows).toBytes());
  }

  @Test
  void tellsClassesApart() {
    Dataset<Row> rows = Tables.of(spark, Tables.classes(2000));
    PolymathClassificationModel model = classifier().fit(rows);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(rows));
    assertTrue(accuracy > 0.9, () -> "accuracy " + accuracy);
    TrainingSummary summary = model.summary();
    assertNotNull(summary);
    assertEquals(4, summary.totalIterations());
    assertEquals(4, summary.shards());
    assertEquals(2000, summary.rows());
    assertTrue(summary.objectiveHistory()[3] < summary.objectiveHistory()[0]);
    assertEquals(TrainingSummary.Ending.COMPLETE, summary.ending());
  }

  @Test
  void hasTheSameBitsHoweverTheRowsArePartitionedAndOrdered() {
    List<Row> rows = Tables.classes(1200);
    Dataset<Row> table = Tables.of(spark, rows);
    String hash = hash(classifier(), table);
    assertEquals(hash, hash(classifier(), table.repartition(3)));
    assertEquals(hash, hash(classifier(), table.repartition(7)));
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(4));
    assertEquals(hash, hash(classifier(), Tables.of(spark, shuffled)));
    assertNotEquals(hash, hash(classifier().setSeed(4), table));
    assertNotEquals(hash, hash(classifier().setShards(2), table));
    assertNotEquals(hash, hash(classifier(), Tables.of(spark, rows.subList(0, 1199))));
  }

  @Test
  void sparseAndDenseVectorsAreTheSameRows() {
    List<Row> dense = new ArrayList<>();
    List<Row> sparse = new ArrayList<>();
    for (Row row : Tables.classes(600)) {
      double[] values = ((Vector) row.get(0)).toArray();
      values[1] = 0;
      Vector vector = org.apache.spark.ml.linalg.Vectors.dense(values);
      dense.add(RowFactory.create(vector, row.get(1), row.get(2), row.get(3)));
      sparse.add(RowFactory.create(vector.toSparse(), row.get(1), row.get(2), row.get(3)));
    }
    assertEquals(
        hash(classifier(), Tables.of(spark, dense)), hash(classifier(), Tables.of(spark, sparse)));
  }

  @Test
  void keepsTheBestEpochOfTheRowsHeldOut() {
    PolymathClassificationModel model =
        classifier()
            .setValidationIndicatorCol("held")
            .setPatience(2)
            .setMaxIter(40)
            .setStepSize(0.1)
            .fit(Tables.of(spark, Tables.classes(1000)));
    TrainingSummary summary = model.summary();
    assertNotNull(summary);
    assertEquals(TrainingSummary.Ending.PATIENCE, summary.ending());
    assertEquals(summary.kept() + 2, summary.totalIterations());
    double best = summary.epochs().get(summary.kept() - 1).validationLoss();
    assertTrue(summary.epochs().stream().allMatch(e -> e.validationLoss() >= best));
    assertTrue(summary.epochs().get(summary.kept() - 1).validationScore() > 0.8);
    assertEquals(1000, summary.rows() + summary.validationRows());
  }

  @Test
  void endsWhereTheLossNoLongerFalls() {
    PolymathClassificationModel model =
        classifier().setMaxIter(30).setTol(0.2).fit(Tables.of(spark, Tables.classes(1000)));
    assertNotNull(model.summary());
    assertEquals(TrainingSummary.Ending.TOLERANCE, model.summary().ending());
    assertTrue(model.summary().totalIterations() < 30);
  }

  @Test
  void countsRowsByTheirWeight() {
    Dataset<Row> rows = Tables.of(spark, Tables.classes(600));
    String plain = hash(classifier(), rows);
    assertNotEquals(plain, hash(classifier().setWeightCol("weight"), rows));
    // Weights count beside each other.
    Dataset<Row> doubled = rows.withColumn("weight", org.apache.spark.sql.functions.lit(2.0));
    PolymathClassificationModel model = classifier().setWeightCol("weight").fit(doubled);
    assertNotNull(model.summary());
    assertTrue(model.summary().epochs().get(3).loss() < 0.6);
  }

  @Test
  void computesNumbersInTheirUnit() {
    Dataset<Row> rows = Tables.of(spark, Tables.numbers(3000));
    PolymathRegressor regressor =
        new PolymathRegressor()
            .setHiddenLayers(32, 32)
            .setMaxIter(30)
            .setStepSize(0.01)
            .setBatchSize(16)
            .setWeightDecay(0)
            .setValidationIndicatorCol("held");
    PolymathRegressionModel model = regressor.fit(rows);
    TrainingSummary summary = model.summary();
    assertNotNull(summary);
    double error = summary.epochs().get(summary.kept() - 1).validationScore();
    assertTrue(error < 6, () -> "root mean square error " + error);
    assertEquals(
        Tables.hash(model.toBytes()), Tables.hash(regressor.fit(rows.repartition(5)).toBytes()));
  }

  @Test
  void everyOptimizerTrains() {
    Dataset<Row> rows = Tables.of(spark, Tables.classes(400));
    for (String optimizer : List.of("sgd", "momentum", "rmsprop", "adagrad", "adamw")) {
      PolymathClassifier classifier = classifier().setOptimizer(optimizer).setMaxIter(2);
      TrainingSummary summary = classifier.fit(rows).summary();
      assertNotNull(summary);
      double[] losses = summary.objectiveHistory();
      assertTrue(losses[1] < losses[0], optimizer);
    }
  }

  /** Stands for the end of a driver. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void goesOnFromACheckpointInTheSameBits(@TempDir Path folder) {
    Dataset<Row> rows = Tables.of(spark, Tables.classes(1000));
    PolymathClassifier whole =
        classifier().setValidationIndicatorCol("held").setPatience(10).setLocalSteps(2);
    String hash = hash(whole, rows);
    PolymathClassifier ended =
        classifier()
            .setValidationIndicatorCol("held")
            .setPatience(10)
            .setLocalSteps(2)
            .setCheckpointDir(folder.toUri().toString())
            .listener(
                (epoch, round) -> {
                  if (epoch == 2) {
                    throw new Ended();
                  }
                });
    assertThrows(Ended.class, () -> ended.fit(rows));
    PolymathClassificationModel resumed =
        ended.listener((epoch, round) -> assertTrue(epoch >= 2)).fit(rows.repartition(3));
    assertEquals(hash, Tables.hash(resumed.toBytes()));
    assertNotNull(resumed.summary());
    assertEquals(4, resumed.summary().totalIterations());
    assertTrue(resumed.summary().resumedAfter() > 0);
    // Of other rows nothing is kept.
    PolymathClassifier other = ended.copy(new org.apache.spark.ml.param.ParamMap());
    TrainingSummary anew =
        other.listener((e, r) -> {}).fit(Tables.of(spark, Tables.classes(900))).summary();
    assertNotNull(anew);
    assertEquals(0, anew.resumedAfter());
  }

  @Test
  void isStoredAndReadBack(@TempDir Path folder) throws IOException {
    PolymathClassifier classifier = classifier().setHiddenLayers(7, 5).setOptimizer("momentum");
    classifier.write().overwrite().save(folder.resolve("estimator").toString());
    PolymathClassifier read = PolymathClassifier.load(folder.resolve("estimator").toString());
    assertEquals(classifier.uid(), read.uid());
    assertArrayEquals(new int[] {7, 5}, read.$(read.hiddenLayers()));
    assertEquals("momentum", read.$(read.optimizer()));
    Dataset<Row> rows = Tables.of(spark, Tables.classes(300));
    assertEquals(hash(classifier, rows), hash(read, rows));
  }

  @Test
  void worksInPipelinesAndCrossValidation() {
    List<Row> rows = new ArrayList<>();
    for (Row row : Tables.classes(300)) {
      double[] x = ((Vector) row.get(0)).toArray();
      rows.add(
          RowFactory.create(
              x[0], x[1], x[2], List.of("oak", "elm", "ash").get((int) row.getDouble(1))));
    }
    StructType schema =
        new StructType()
            .add("height", DataTypes.DoubleType)
            .add("leaf", DataTypes.DoubleType)
            .add("width", DataTypes.DoubleType)
            .add("kind", DataTypes.StringType);
    Dataset<Row> trees = spark.createDataFrame(rows, schema);
    PolymathClassifier network = classifier().setMaxIter(8);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("kind").setOutputCol("label"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"height", "leaf", "width"})
                      .setOutputCol("features"),
                  network
                });
    CrossValidatorModel validated =
        new CrossValidator()
            .setEstimator(pipeline)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(network.stepSize(), new double[] {1e-6, 0.02})
                    .build())
            .setNumFolds(2)
            .fit(trees);
    assertTrue(validated.avgMetrics()[1] > validated.avgMetrics()[0]);
    PipelineModel best = (PipelineModel) validated.bestModel();
    PolymathClassificationModel model = (PolymathClassificationModel) best.stages()[2];
    assertEquals(0.02, (double) model.$(model.stepSize()));
    assertEquals(List.of("ash", "elm", "oak"), model.classNames().stream().sorted().toList());
    assertNotNull(model.parent());
  }
}
