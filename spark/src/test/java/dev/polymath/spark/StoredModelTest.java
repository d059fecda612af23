package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A stored transformer")
class StoredModelTest {

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

  @Test
  @DisplayName("comes back with its parameters, and holds the model file as it was")
  void roundTrip() throws IOException {
    byte[] file = TestModels.classifier(5, 3);
    var model = new PolymathClassificationModel("kept", file).setHandleInvalid("keep");
    model.setThresholds(new double[] {0.2, 0.3, 0.5});
    String path = folder.resolve("model").toString();
    model.save(path);
    Path inside = Path.of(path, "model.safetensors");
    assertArrayEquals(file, Files.readAllBytes(inside));
    assertEquals(3, ModelFile.read(inside).description().outputs());
    PolymathClassificationModel loaded = PolymathClassificationModel.load(path);
    assertEquals("kept", loaded.uid());
    assertEquals("keep", loaded.$(loaded.handleInvalid()));
    assertArrayEquals(new double[] {0.2, 0.3, 0.5}, loaded.getThresholds());
    assertArrayEquals(file, loaded.toBytes());
    assertThrows(IOException.class, () -> model.save(path));
    byte[] other = TestModels.classifier(5, 2);
    new PolymathClassificationModel("other", other).write().overwrite().save(path);
    assertEquals("other", PolymathClassificationModel.load(path).uid());
    assertArrayEquals(other, PolymathClassificationModel.fromFile(inside.toString()).toBytes());
    byte[] numbers = TestModels.regressor(5, 2);
    String second = "file:" + folder.resolve("numbers");
    new PolymathRegressionModel("numbers", numbers).save(second);
    assertArrayEquals(numbers, PolymathRegressionModel.load(second).toBytes());
    assertThrows(Exception.class, () -> PolymathClassificationModel.load(second));
  }

  @Test
  @DisplayName("that is not there, or broken, says so")
  void broken() throws IOException {
    assertThrows(
        java.io.UncheckedIOException.class,
        () -> PolymathClassificationModel.fromFile(folder.resolve("none").toString()));
    assertTrue(
        assertThrows(
                java.io.UncheckedIOException.class,
                () -> PolymathClassificationModel.fromFile(folder.toString()))
            .getMessage()
            .contains("is a folder, expected a model file"));
    byte[] file = TestModels.classifier(5, 3);
    file[file.length - 1] ^= 1;
    Path damaged = folder.resolve("damaged.safetensors");
    Files.write(damaged, file);
    assertThrows(
        IllegalArgumentException.class,
        () -> PolymathClassificationModel.fromFile(damaged.toString()));
  }

  @Test
  @DisplayName("works in a pipeline, before evaluators, and is stored with it")
  void pipeline() throws IOException {
    Path csv = folder.resolve("t.csv");
    StringBuilder text = new StringBuilder("a,b,c,kind\n");
    for (int i = 0; i < 50; i++) {
      text.append(i % 7).append(',').append(i % 3).append(',').append(i % 5).append(',');
      text.append(i % 2 == 0 ? "even" : "odd").append('\n');
    }
    Files.writeString(csv, text);
    Dataset<Row> frame =
        session.read().option("header", "true").option("inferSchema", "true").csv(csv.toString());
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("kind").setOutputCol("label"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"a", "b", "c"})
                      .setOutputCol("features"),
                  new PolymathClassificationModel("m", TestModels.classifier(3, 2))
                });
    PipelineModel fitted = pipeline.fit(frame);
    Dataset<Row> scored = fitted.transform(frame);
    double accuracy =
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);
    double auc = new BinaryClassificationEvaluator().evaluate(scored);
    assertTrue(accuracy >= 0 && accuracy <= 1 && auc >= 0 && auc <= 1);
    String path = folder.resolve("pipeline").toString();
    fitted.write().overwrite().save(path);
    List<Row> again =
        PipelineModel.load(path).transform(frame).select("probability").collectAsList();
    assertEquals(scored.select("probability").collectAsList(), again);
    PipelineModel wrong =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {"a", "b"})
                      .setOutputCol("features"),
                  new PolymathClassificationModel("m", TestModels.classifier(3, 2))
                })
            .fit(frame);
    assertEquals(
        "column features: expected vectors of 3 numbers, as the model was trained on, found 2",
        assertThrows(IllegalArgumentException.class, () -> wrong.transform(frame)).getMessage());
  }
}
