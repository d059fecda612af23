package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.training.TrainingDivergedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot be trained on: one clear error on the driver. */
class TrainingErrorsTest {

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
    return new PolymathClassifier().setHiddenLayers(4).setMaxIter(1);
  }

  private static Dataset<Row> table() {
    return Tables.of(spark, Tables.classes(60));
  }

  /** A table with one more row. */
  private static Dataset<Row> with(@Nullable Object features, @Nullable Object label) {
    List<Row> rows = new ArrayList<>(Tables.classes(60));
    rows.add(RowFactory.create(features, label, 1.0, false));
    return Tables.of(spark, rows);
  }

  private static String fails(PolymathClassifier classifier, Dataset<Row> rows) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> classifier.fit(rows));
    return String.valueOf(e.getMessage());
  }

  private static void says(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "expected \"" + part + "\" in: " + message);
    }
  }

  private static double[] features(int count, double value) {
    double[] features = new double[count];
    features[3] = value;
    return features;
  }

  @Test
  void rowsThatCannotBeTrainedOn() {
    Dataset<Row> nan = with(Vectors.dense(features(8, Double.NaN)), 1.0);
    says(
        fails(classifier(), nan), "column features: element 3", "NaN", "row ", "partition", "skip");
    Dataset<Row> wide = with(Vectors.dense(features(8, 1e300)), 1.0);
    says(fails(classifier(), wide), "column features: element 3", "1.0E300", "3.4e38");
    Dataset<Row> none = with(null, 1.0);
    says(fails(classifier(), none), "column features: is null");
    Dataset<Row> longer = with(Vectors.dense(features(9, 1)), 1.0);
    says(fails(classifier(), longer), "differ in size: from 8 to 9");
    Dataset<Row> noLabel = with(Vectors.dense(features(8, 1)), null);
    says(fails(classifier(), noLabel), "column label: is null");
    Dataset<Row> half = with(Vectors.dense(features(8, 1)), 1.5);
    says(fails(classifier(), half), "column label: is 1.5", "class number", "StringIndexer");
    says(fails(classifier(), with(Vectors.dense(features(8, 1)), -1.0)), "column label: is -1.0");
    says(
        fails(
            classifier().setWeightCol("weight"), table().withColumn("weight", functions.lit(-2.0))),
        "column weight: is -2.0");
  }

  @Test
  void rowsThatAreLeftOut() {
    Dataset<Row> nan = with(Vectors.dense(features(8, Double.NaN)), 1.0);
    String plain = Tables.hash(classifier().fit(table()).toBytes());
    assertEquals(plain, Tables.hash(classifier().setHandleInvalid("skip").fit(nan).toBytes()));
    TrainingSummary kept = classifier().setHandleInvalid("keep").fit(nan).summary();
    assertNotNull(kept);
    assertEquals(61, kept.rows());
    Dataset<Row> noLabel = with(Vectors.dense(features(8, 1)), null);
    TrainingSummary without = classifier().setHandleInvalid("keep").fit(noLabel).summary();
    assertNotNull(without);
    assertEquals(60, without.rows());
  }

  @Test
  void tablesThatCannotBeTrainedOn() {
    says(fails(classifier(), table().limit(0)), "has no rows");
    says(
        fails(classifier(), table().withColumn("label", functions.lit(2.0))),
        "column label",
        "at least two classes, found one",
        "2.0");
    says(
        fails(
            classifier().setValidationIndicatorCol("held"),
            table().withColumn("held", functions.lit(true))),
        "60 rows are held out");
  }

  @Test
  void columnsOfTheWrongType() {
    says(
        fails(classifier(), table().withColumn("features", functions.lit("a"))),
        "features",
        "string");
    says(fails(classifier(), table().withColumn("label", functions.lit("a"))), "label", "string");
    says(fails(classifier(), table().drop("label")), "label");
    says(fails(classifier().setWeightCol("held"), table()), "weightCol: column held", "boolean");
    says(
        fails(classifier().setValidationIndicatorCol("weight"), table()),
        "validationIndicatorCol: column weight",
        "double");
    says(fails(classifier().setWeightCol("w"), table()), "weightCol: expected a column w");
  }

  @Test
  void parametersThatDoNotFit() {
    says(fails(classifier().setPatience(3), table()), "patience", "validationIndicatorCol");
    says(fails(classifier().setHiddenLayers(4, 0), table()), "hiddenLayers", "[4, 0]");
    says(fails(classifier().setBackend("abacus"), table()), "abacus");
    assertThrows(IllegalArgumentException.class, () -> classifier().setOptimizer("lion"));
    assertThrows(IllegalArgumentException.class, () -> classifier().setActivation("softmax"));
    assertThrows(IllegalArgumentException.class, () -> classifier().setStepSize(0));
  }

  @Test
  void rowsThatCannotBeComputed() {
    MapFunction<Row, Row> broken =
        row -> {
          throw new IllegalStateException("the source is gone");
        };
    Dataset<Row> failing = table().map(broken, Encoders.row(Tables.SCHEMA));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> classifier().fit(failing));
    says(
        String.valueOf(e.getMessage()), "rows to train on can't be computed", "the source is gone");
  }

  @Test
  void aLossThatIsNotFinite() {
    TrainingDivergedException e =
        assertThrows(
            TrainingDivergedException.class,
            () ->
                classifier()
                    .setOptimizer("sgd")
                    .setStandardization(false)
                    .setStepSize(1e30)
                    .setMaxIter(20)
                    .fit(table()));
    says(String.valueOf(e.getMessage()), "shard ", "epoch ", "stepSize");
  }
}
