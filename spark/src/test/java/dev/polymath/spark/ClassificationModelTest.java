package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.ModelOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A classifier as a transformer")
class ClassificationModelTest {

  private static final StructType VECTORS =
      new StructType().add("id", DataTypes.IntegerType).add("features", SQLDataTypes.VectorType());

  private static final float[][] ROWS = TestModels.rows(500, 12);

  private static SparkSession session;
  private static byte[] file;
  private static double[][] expected;

  @BeforeAll
  static void start() throws IOException {
    session = SparkSessions.local();
    // Errors are expected here.
    session.sparkContext().setLogLevel("OFF");
    file = TestModels.classifier(12, 4);
    expected = TestModels.expected(file, ROWS);
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static PolymathClassificationModel model() {
    return new PolymathClassificationModel("model", file);
  }

  /** Every third vector is sparse. */
  static Dataset<Row> frame(SparkSession session, float[][] rows) {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      double[] values = new double[rows[i].length];
      for (int j = 0; j < values.length; j++) {
        values[j] = rows[i][j];
      }
      Vector dense = Vectors.dense(values);
      all.add(RowFactory.create(i, i % 3 == 0 ? dense.toSparse() : dense));
    }
    return session.createDataFrame(all, VECTORS).repartition(3);
  }

  private static Dataset<Row> oneRow(Object features) {
    return session.createDataFrame(List.of(RowFactory.create(0, features)), VECTORS);
  }

  private static double[] vector(Row row, String column) {
    return ((Vector) row.getAs(column)).toArray();
  }

  private static int argmax(double[] p) {
    int best = 0;
    for (int i = 1; i < p.length; i++) {
      best = p[i] > p[best] ? i : best;
    }
    return best;
  }

  private static String message(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      all.append(t.getMessage()).append('\n');
    }
    return all.toString();
  }

  static void assertSameBits(Dataset<Row> scored, double[][] expected) {
    List<Row> rows = scored.collectAsList();
    assertEquals(expected.length, rows.size());
    for (Row row : rows) {
      double[] p = expected[(int) row.getAs("id")];
      assertArrayEquals(p, vector(row, "probability"));
      assertEquals(argmax(p), row.getAs("prediction"), 0.0);
      double[] raw = vector(row, "rawPrediction");
      for (int i = 0; i < p.length; i++) {
        assertEquals(StrictMath.log(p[i]), raw[i]);
      }
    }
  }

  @Test
  @DisplayName("has the bits of the library, for dense and sparse vectors")
  void bits() {
    Dataset<Row> scored = model().transform(frame(session, ROWS));
    assertEquals(
        List.of("id", "features", "rawPrediction", "probability", "prediction"),
        List.of(scored.columns()));
    assertSameBits(scored, expected);
    PolymathClassificationModel model = model();
    Vector dense = Vectors.dense(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertEquals(model.predictProbability(dense), model.predictProbability(dense.toSparse()));
    assertEquals(
        model.predict(dense), model.raw2prediction(model.predictRaw(dense)), "by ln p or by p");
  }

  @Test
  @DisplayName("takes arrays of numbers as vectors")
  void arrays() {
    Dataset<Row> arrays =
        frame(session, ROWS)
            .selectExpr("id", "features AS v")
            .withColumn(
                "features",
                org.apache.spark.ml.functions.vector_to_array(
                    org.apache.spark.sql.functions.col("v"), "float32"))
            .drop("v");
    assertEquals("array<float>", arrays.schema().apply("features").dataType().simpleString());
    assertSameBits(model().transform(arrays), expected);
  }

  @Test
  @DisplayName("takes a column for each feature by inputCols")
  void inputCols() {
    StructType schema = new StructType().add("id", DataTypes.IntegerType);
    String[] names = new String[12];
    for (int i = 0; i < names.length; i++) {
      names[i] = "x" + i;
      schema = schema.add(names[i], i % 2 == 0 ? DataTypes.FloatType : DataTypes.DoubleType);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS.length; i++) {
      Object[] cells = new Object[13];
      cells[0] = i;
      for (int j = 0; j < 12; j++) {
        cells[1 + j] = j % 2 == 0 ? (Object) ROWS[i][j] : (Object) (double) ROWS[i][j];
      }
      rows.add(RowFactory.create(cells));
    }
    Dataset<Row> frame = session.createDataFrame(rows, schema);
    assertSameBits(model().setInputCols(names).transform(frame), expected);
    assertEquals(
        "inputCols: expected 12 columns, found 1",
        assertThrows(
                IllegalArgumentException.class, () -> model().setInputCols("x1").transform(frame))
            .getMessage());
    assertEquals(
        "expected a column features with the features, found " + Arrays.toString(frame.columns()),
        assertThrows(IllegalArgumentException.class, () -> model().transform(frame)).getMessage());
  }

  @Test
  @DisplayName("decides by thresholds, or else by the threshold in the file")
  void thresholds() throws IOException {
    double[] t = {0.9, 0.1, 0.5, 0.5};
    PolymathClassificationModel model = model();
    model.setThresholds(t);
    for (Row row : model.transform(frame(session, ROWS)).collectAsList()) {
      double[] p = vector(row, "probability").clone();
      for (int i = 0; i < p.length; i++) {
        p[i] /= t[i];
      }
      assertEquals(argmax(p), row.getAs("prediction"), 0.0);
    }
    byte[] own;
    try (Backend backend = TestModels.backend()) {
      Classifier classifier =
          Classifier.builder(backend).inputs(12).classes(2).hidden(5).seed(2).build();
      classifier.threshold(new ModelOutput.Threshold(1, 0.7));
      own = TestModels.bytes(classifier);
      int[] predicted = new int[ROWS.length];
      for (int i = 0; i < ROWS.length; i++) {
        predicted[i] = classifier.predict(ROWS[i]);
      }
      var transformer = new PolymathClassificationModel("own", own);
      for (Row row : transformer.transform(frame(session, ROWS)).collectAsList()) {
        assertEquals(predicted[(int) row.getAs("id")], row.getAs("prediction"), 0.0);
        assertEquals(
            (double) row.getAs("prediction"), transformer.predict(row.<Vector>getAs("features")));
      }
    }
  }

  @Test
  @DisplayName("leaves out columns without a name, and refuses names that are taken")
  void columns() {
    PolymathClassificationModel model = model();
    model.setRawPredictionCol("");
    model.setProbabilityCol("p");
    model.setPredictionCol("class");
    Dataset<Row> frame = frame(session, ROWS);
    assertEquals(
        List.of("id", "features", "p", "class"), List.of(model.transform(frame).columns()));
    assertEquals(model.transformSchema(frame.schema()), model.transform(frame).schema());
    model.setPredictionCol("id");
    assertEquals(
        "column id: there is one already; give the model's column another name",
        assertThrows(IllegalArgumentException.class, () -> model.transform(frame)).getMessage());
  }

  @Test
  @DisplayName("names its classes to IndexToString, and keeps the metadata of other columns")
  void metadata() throws IOException {
    byte[] named;
    try (Backend backend = TestModels.backend()) {
      named =
          TestModels.bytes(
              Classifier.builder(backend)
                  .inputs(12)
                  .classNames(List.of("no", "yes"))
                  .hidden(5)
                  .build());
    }
    Attribute[] attributes = new Attribute[12];
    for (int i = 0; i < 12; i++) {
      attributes[i] =
          org.apache.spark.ml.attribute.NumericAttribute.defaultAttr().withName("a" + i);
    }
    AttributeGroup group = new AttributeGroup("features", attributes);
    Dataset<Row> frame = frame(session, ROWS);
    frame = frame.withColumn("features", frame.col("features").as("features", group.toMetadata()));
    var model = new PolymathClassificationModel("named", named);
    assertEquals(List.of("no", "yes"), model.classNames());
    Dataset<Row> scored = model.transform(frame);
    assertEquals(group.toMetadata(), scored.schema().apply("features").metadata());
    Dataset<Row> words =
        new IndexToString().setInputCol("prediction").setOutputCol("word").transform(scored);
    for (Row row : words.collectAsList()) {
      String word = (double) row.getAs("prediction") == 1 ? "yes" : "no";
      assertEquals(word, row.getAs("word"));
    }
  }

  @Test
  @DisplayName("says column and row of what is invalid, or leaves it out, or keeps it with NaN")
  void invalid() {
    double[] nan = new double[12];
    nan[7] = Double.NaN;
    List<Row> rows =
        List.of(
            RowFactory.create(0, Vectors.dense(new double[12])),
            RowFactory.create(1, Vectors.dense(nan)),
            RowFactory.create(2, null),
            RowFactory.create(3, Vectors.dense(new double[12])));
    Dataset<Row> frame = session.createDataFrame(rows, VECTORS).coalesce(1);
    String found =
        message(assertThrows(Exception.class, () -> model().transform(frame).collectAsList()));
    assertTrue(
        found.contains(
            "column features: element 7 (from 0): is NaN, expected a finite number (row 1 of"
                + " partition 0: id=1); set handleInvalid to skip or keep"),
        found);
    List<Row> skipped = model().setHandleInvalid("skip").transform(frame).collectAsList();
    assertEquals(List.of(0, 3), skipped.stream().map(row -> row.getInt(0)).toList());
    List<Row> kept = model().setHandleInvalid("keep").transform(frame).collectAsList();
    assertEquals(4, kept.size());
    assertEquals(skipped.get(1), kept.get(3));
    for (Row row : kept.subList(1, 3)) {
      assertTrue(Double.isNaN(row.<Double>getAs("prediction")));
      assertTrue(Double.isNaN(vector(row, "probability")[0]));
    }
    assertThrows(Exception.class, () -> model().setHandleInvalid("drop"));
  }

  @Test
  @DisplayName("refuses on the driver what the schema tells")
  void schema() {
    Dataset<Row> text = frame(session, ROWS).selectExpr("id", "'a' AS features");
    assertEquals(
        "column features: expected vectors or arrays of numbers, found string",
        assertThrows(IllegalArgumentException.class, () -> model().transform(text)).getMessage());
    Dataset<Row> frame = frame(session, ROWS);
    Dataset<Row> narrow =
        frame.withColumn(
            "features",
            frame.col("features").as("features", new AttributeGroup("features", 5).toMetadata()));
    assertEquals(
        "column features: expected vectors of 12 numbers, as the model was trained on, found 5",
        assertThrows(IllegalArgumentException.class, () -> model().transform(narrow)).getMessage());
    String found =
        message(
            assertThrows(
                Exception.class,
                () -> model().transform(oneRow(Vectors.dense(1, 2))).collectAsList()));
    assertTrue(
        found.contains(
            "column features: expected 12 numbers, as the model was trained on, found 2"),
        found);
    PolymathClassificationModel three = model();
    assertThrows(
        IllegalArgumentException.class, () -> three.setThresholds(new double[] {0.1, 0.2}));
  }

  @Test
  @DisplayName("refuses files that are no classifier")
  void files() throws IOException {
    byte[] numbers = TestModels.regressor(3, 1);
    assertEquals(
        "model: expected one with classes, found one of numeric targets: PolymathRegressionModel"
            + " takes it",
        assertThrows(
                IllegalArgumentException.class, () -> new PolymathClassificationModel("m", numbers))
            .getMessage());
    byte[] labels = TestModels.labels(3, 2);
    assertEquals(
        "model: expected one with classes, found one of several labels, which Spark has no kind of"
            + " model for",
        assertThrows(
                IllegalArgumentException.class, () -> new PolymathClassificationModel("m", labels))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new PolymathClassificationModel("m", new byte[] {1, 2, 3}));
  }

  @Test
  @DisplayName("copies with its parameters, and explains them")
  void params() {
    PolymathClassificationModel model = model().setHandleInvalid("skip");
    model.setPredictionCol("class");
    PolymathClassificationModel copy = model.copy(ParamMap.empty());
    assertEquals(model.uid(), copy.uid());
    assertEquals("class", copy.getPredictionCol());
    assertEquals("skip", copy.$(copy.handleInvalid()));
    assertEquals(
        "other",
        model.copy(ParamMap.empty().put(model.predictionCol(), "other")).getPredictionCol());
    String text = model.explainParams();
    assertTrue(text.contains("handleInvalid: "), text);
    assertTrue(text.contains("inputCols: "), text);
    assertTrue(text.contains("thresholds: "), text);
    assertEquals(
        "PolymathClassificationModel: uid=model, numClasses=4, numFeatures=12", model.toString());
    assertFalse(model.isDefined(model.thresholds()));
  }

  @Test
  @DisplayName("is sent once, however often it is applied")
  void broadcast() throws IOException {
    ModelContent content = new ModelContent(file, dev.polymath.models.data.Task.CLASSIFICATION, "");
    var first = content.broadcast(session.sparkContext(), "");
    assertSame(first, content.broadcast(session.sparkContext(), ""));
    assertEquals("arrays", content.here("arrays").take(1).network().backend().info().name());
  }
}
