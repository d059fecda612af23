package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ExplainMode;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It is made of parts of Spark that are not its public API: each of them is used here. */
@DisplayName("Scoring as a part of Spark's plans")
class ScoringPlanTest {

  private static final int ROWS = 200;

  private static SparkSession session;
  private static PolymathClassificationModel model;
  private static double[] predictions;
  private static Dataset<Row> frame;

  @BeforeAll
  static void start() throws IOException {
    session = SparkSessions.local();
    session.sparkContext().setLogLevel("OFF");
    byte[] file = TestModels.classifier(12, 4);
    model = new PolymathClassificationModel("model", file);
    float[][] rows = TestModels.rows(ROWS, 12);
    predictions =
        Arrays.stream(TestModels.expected(file, rows)).mapToDouble(ScoringPlanTest::best).toArray();
    frame = ClassificationModelTest.frame(session, rows);
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static double best(double[] p) {
    int best = 0;
    for (int i = 1; i < p.length; i++) {
      best = p[i] > p[best] ? i : best;
    }
    return best;
  }

  private static String plan(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
        .queryExecution()
        .explainString(ExplainMode.fromString("extended"));
  }

  /** Of the last, physical plan. */
  private static String scoring(Dataset<Row> rows) {
    return plan(rows)
        .lines()
        .filter(line -> line.contains("Scoring ["))
        .reduce((first, second) -> second)
        .orElse("none in " + plan(rows));
  }

  private static void assertPredictions(Dataset<Row> scored) {
    List<Row> all = scored.select("id", "prediction").collectAsList();
    assertEquals(ROWS, all.size());
    for (Row row : all) {
      assertEquals(predictions[row.getInt(0)], row.getDouble(1));
    }
  }

  @Test
  @DisplayName("computes nothing until the result is asked for")
  void lazy() {
    MapFunction<Row, Row> broken =
        row -> {
          throw new IllegalStateException("computed");
        };
    Dataset<Row> failing = frame.map(broken, Encoders.row(frame.schema()));
    Dataset<Row> scored = model.transform(failing.repartition(2)).orderBy("prediction");
    plan(scored);
    assertThrows(Exception.class, scored::collectAsList);
  }

  @Test
  @DisplayName("reads and makes the columns alone that are asked for")
  void pruned(@TempDir Path folder) {
    String path = folder.resolve("rows").toString();
    frame.withColumn("other", functions.lit("text")).write().parquet(path);
    Dataset<Row> scored = model.transform(session.read().parquet(path));
    String all = scoring(scored);
    assertTrue(all.contains("probability#") && all.contains("rawPrediction#"), all);
    Dataset<Row> one = scored.select("prediction");
    assertFalse(scoring(one).contains("probability#"), scoring(one));
    assertFalse(scoring(one).contains("rawPrediction#"), scoring(one));
    String read = plan(one).substring(plan(one).indexOf("ReadSchema"));
    assertTrue(read.contains("features") && !read.contains("id") && !read.contains("other"), read);
    assertFalse(plan(one).contains("ColumnarToRow"), "from the columns of the reader");
    Dataset<Row> some = scored.where("prediction = 1").select("id", "prediction");
    assertFalse(scoring(some).contains("probability#"), scoring(some));
    long ones = Arrays.stream(predictions).filter(p -> p == 1).count();
    assertEquals(ones, some.count());
    assertEquals(ROWS, scored.count());
    assertEquals(
        Arrays.stream(predictions).sum(),
        scored.agg(functions.sum("prediction")).first().getDouble(0));
    assertPredictions(scored);
  }

  @Test
  @DisplayName("works under joins with itself, unions, sorting, caching and other models")
  void relations() {
    Dataset<Row> scored = model.transform(frame);
    Dataset<Row> twice =
        scored.as("a").join(scored.as("b"), functions.expr("a.id = b.id AND a.prediction = 1"));
    assertEquals(
        Arrays.stream(predictions).filter(p -> p == 1).count(),
        twice.select("a.prediction", "b.probability").count());
    assertEquals(2 * ROWS, scored.union(scored).select("prediction").count());
    assertPredictions(scored.orderBy("prediction", "id"));
    assertPredictions(scored.repartition(5));
    assertPredictions(scored.distinct());
    Dataset<Row> cached = scored.cache();
    assertPredictions(cached);
    assertPredictions(scored);
    cached.unpersist();
    PolymathClassificationModel second = model.copy(org.apache.spark.ml.param.ParamMap.empty());
    second.setPredictionCol("again");
    second.setRawPredictionCol("");
    second.setProbabilityCol("");
    Dataset<Row> both = second.transform(scored);
    assertPredictions(both);
    assertEquals(0, both.where("again != prediction").count());
    assertEquals(7, model.transform(frame.limit(7)).collectAsList().size());
    scored.createOrReplaceTempView("scored");
    assertEquals(ROWS, session.sql("SELECT prediction FROM scored").count());
  }

  @Test
  @DisplayName("passes other columns on as they are, of any type")
  void otherColumns() {
    Dataset<Row> wide =
        frame.selectExpr(
            "id",
            "IF(id % 3 = 0, NULL, CAST(id AS STRING)) AS text",
            "features",
            "NAMED_STRUCT('a', id, 'b', ARRAY('x', NULL)) AS nested",
            "MAP('k', id) AS map",
            "CAST(id AS DECIMAL(30, 5)) AS decimal",
            "id AS `dotted.name`",
            "id AS id2");
    Dataset<Row> scored = model.transform(wide);
    List<Row> before = wide.orderBy("id").collectAsList();
    List<Row> after = scored.orderBy("id").collectAsList();
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < wide.columns().length; j++) {
        assertEquals(before.get(i).get(j), after.get(i).get(j));
      }
      assertEquals(predictions[i], after.get(i).<Double>getAs("prediction"));
    }
    session.conf().set("spark.sql.codegen.wholeStage", "false");
    assertEquals(after, scored.orderBy("id").collectAsList());
    session.conf().unset("spark.sql.codegen.wholeStage");
  }

  @Test
  @DisplayName("works on streams")
  void streams(@TempDir Path folder) throws TimeoutException, StreamingQueryException {
    String path = folder.resolve("rows").toString();
    frame.write().parquet(path);
    StructType schema = session.read().parquet(path).schema();
    Dataset<Row> scored = model.transform(session.readStream().schema(schema).parquet(path));
    assertTrue(scored.isStreaming());
    StreamingQuery query =
        scored
            .writeStream()
            .format("memory")
            .queryName("streamed")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .start();
    query.processAllAvailable();
    query.stop();
    assertPredictions(session.table("streamed"));
  }
}
