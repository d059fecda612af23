package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.models.Classifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
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
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Models of tables, pictures and numeric targets as transformers")
class TableModelTest {

  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    session = SparkSessions.local();
    // Errors are expected here.
    session.sparkContext().setLogLevel("OFF");
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  /** What the library says of the rows of a file. */
  private static List<float[]> library(byte[] model, String table) throws IOException {
    List<float[]> found = new ArrayList<>();
    try (Backend backend = TestModels.backend()) {
      Classifier classifier = Classifier.load(model, backend);
      Csv.readFeatures(
          TestModels.source(table),
          Csv.Layout.DETECTED,
          classifier.input(),
          note -> {},
          (line, row) -> {
            float[] p = new float[classifier.classes()];
            classifier.predictProbabilities(row, p);
            found.add(p);
          });
    }
    return found;
  }

  private Dataset<Row> csv(boolean typed) throws IOException {
    Path file = folder.resolve("t.csv");
    Files.writeString(file, TestModels.TABLE);
    return session
        .read()
        .option("header", "true")
        .option("inferSchema", String.valueOf(typed))
        .csv(file.toString())
        .coalesce(1);
  }

  @Test
  @DisplayName("a table's columns are found by name and encoded as in the file")
  void table() throws IOException {
    byte[] file = TestModels.ofTable();
    Path stored = folder.resolve("table.safetensors");
    Files.write(stored, file);
    List<float[]> expected = library(file, TestModels.TABLE);
    for (boolean typed : new boolean[] {true, false}) {
      Dataset<Row> frame = csv(typed).select("joined", "member", "label", "city", "age");
      assertEquals(
          typed ? "timestamp" : "string", frame.schema().apply("joined").dataType().typeName());
      var model = PolymathClassificationModel.fromFile(stored.toString());
      assertEquals(List.of("old", "young"), model.classNames());
      List<Row> rows = model.transform(frame).collectAsList();
      assertEquals(expected.size(), rows.size());
      for (int i = 0; i < rows.size(); i++) {
        double[] p = rows.get(i).<Vector>getAs("probability").toArray();
        for (int c = 0; c < p.length; c++) {
          assertEquals(expected.get(i)[c], p[c], "row " + i);
        }
      }
    }
    assertEquals(
        "predict: the model takes the columns of a table, expected transform with a DataFrame",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new PolymathClassificationModel("m", file)
                        .predict(
                            Vectors.zeros(
                                new PolymathClassificationModel("m", file).numFeatures())))
            .getMessage());
  }

  @Test
  @DisplayName("a table's columns that are not there, or hold something else, are named")
  void badTable() throws IOException {
    var model = new PolymathClassificationModel("m", TestModels.ofTable());
    assertEquals(
        "expected columns age, city as in training; found member, joined, label",
        assertThrows(
                IllegalArgumentException.class,
                () -> model.transform(csv(true).drop("age", "city")))
            .getMessage());
    assertEquals(
        "column city: expected numbers, text, dates or booleans, found array<string>",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    model.transform(
                        csv(true).withColumn("city", org.apache.spark.sql.functions.array("city"))))
            .getMessage());
    Dataset<Row> text = csv(true).selectExpr("'x' AS age", "city", "member", "joined");
    Throwable e = assertThrows(Exception.class, () -> model.transform(text).collectAsList());
    String found = e.getMessage() + (e.getCause() == null ? "" : e.getCause().getMessage());
    assertTrue(
        found.contains(
            "column age: expected a number as in training, found \"x\" (row 0 of partition 0:"
                + " age=x, city=Rome, member=true, joined="),
        found);
    assertEquals(
        0,
        model
            .copy(org.apache.spark.ml.param.ParamMap.empty())
            .setHandleInvalid("skip")
            .transform(text)
            .count());
  }

  @Test
  @DisplayName("pixels are those of a table, as vectors or bytes")
  void pictures() throws IOException {
    byte[] file = TestModels.ofPictures();
    var model = new PolymathClassificationModel("m", file);
    byte[] pixels = new byte[16];
    double[] numbers = new double[16];
    float[] features = new float[16];
    for (int i = 0; i < 16; i++) {
      pixels[i] = (byte) (i * 17);
      numbers[i] = i * 17;
    }
    DataSet.ofImages(new ImageSize(4, 4), pixels, new int[1], List.of("a", "b"))
        .copyFeatures(0, features, 0);
    double[] expected = TestModels.expected(file, new float[][] {features})[0];
    StructType bytes = new StructType().add("features", DataTypes.BinaryType);
    StructType vectors = new StructType().add("features", SQLDataTypes.VectorType());
    Dataset<Row> ofBytes =
        session.createDataFrame(List.of(RowFactory.create((Object) pixels)), bytes);
    Dataset<Row> ofNumbers =
        session.createDataFrame(
            List.of(RowFactory.create(Vectors.dense(numbers).toSparse())), vectors);
    assertArrayEquals(
        expected, model.transform(ofBytes).first().<Vector>getAs("probability").toArray());
    assertArrayEquals(
        expected, model.transform(ofNumbers).first().<Vector>getAs("probability").toArray());
    numbers[3] = 0.5;
    Dataset<Row> fractions =
        session.createDataFrame(List.of(RowFactory.create(Vectors.dense(numbers))), vectors);
    Throwable e = assertThrows(Exception.class, () -> model.transform(fractions).collectAsList());
    assertTrue(
        (e.getMessage() + e.getCause())
            .contains("element 3 (from 0): expected a whole number from 0 to 255, found 0.5"),
        String.valueOf(e));
  }

  @Test
  @DisplayName("one target is a number, several are a vector")
  void targets() throws IOException {
    float[][] rows = TestModels.rows(300, 6);
    for (int targets : new int[] {1, 3}) {
      byte[] file = TestModels.regressor(6, targets);
      double[][] expected = TestModels.expected(file, rows);
      var model = new PolymathRegressionModel("m", file);
      assertEquals(targets, model.targetNames().size());
      Dataset<Row> scored = model.transform(ClassificationModelTest.frame(session, rows));
      assertEquals(List.of("id", "features", "prediction"), List.of(scored.columns()));
      assertEquals(
          scored.schema(),
          model.transformSchema(ClassificationModelTest.frame(session, rows).schema()));
      for (Row row : scored.collectAsList()) {
        double[] found =
            targets == 1
                ? new double[] {row.<Double>getAs("prediction")}
                : row.<Vector>getAs("prediction").toArray();
        assertArrayEquals(expected[(int) row.getAs("id")], found);
      }
      Vector one = Vectors.dense(1, 0, 0, 0, 0, 2);
      if (targets == 1) {
        try (Backend backend = TestModels.backend()) {
          float[] features = {1, 0, 0, 0, 0, 2};
          assertEquals(Regressor.load(file, backend).predict(features)[0], model.predict(one));
        }
      } else {
        assertThrows(IllegalArgumentException.class, () -> model.predict(one));
      }
    }
  }
}
