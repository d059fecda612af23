package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as people have them, and however Spark cuts them. */
class InputsTest {

  private static final List<Row> ROWS = Tables.classes(400);
  private static final String[] NAMES = {"no", "perhaps", "yes"};

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
    return new PolymathClassifier().setHiddenLayers(16).setMaxIter(12).setSeed(3);
  }

  private static String hash(Dataset<Row> rows) {
    return Tables.hash(classifier().fit(rows).toBytes());
  }

  private static double accuracy(Dataset<Row> scored) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored);
  }

  @Test
  void csvWithNamesForClasses(@TempDir Path folder) throws IOException {
    List<String> lines = new ArrayList<>(List.of("a,b,c,d,e,f,g,h,kind"));
    for (Row row : ROWS) {
      StringBuilder line = new StringBuilder();
      for (double value : row.<Vector>getAs(0).toArray()) {
        line.append(value).append(',');
      }
      lines.add(line.append(NAMES[(int) row.getDouble(1)]).toString());
    }
    Path file = Files.write(folder.resolve("rows.csv"), lines);
    Dataset<Row> table =
        spark.read().option("header", true).option("inferSchema", true).csv(file.toString());
    String[] columns = {"a", "b", "c", "d", "e", "f", "g", "h"};
    var model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("kind").setOutputCol("label"),
                  new VectorAssembler().setInputCols(columns).setOutputCol("features"),
                  classifier()
                })
            .fit(table);
    assertTrue(accuracy(model.transform(table)) > 0.8);
    var trained = (PolymathClassificationModel) model.stages()[2];
    assertEquals(List.of("no", "perhaps", "yes"), trained.classNames().stream().sorted().toList());
  }

  @Test
  void libsvmHasTheHashOfTheSameRows(@TempDir Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Row row : ROWS) {
      StringBuilder line = new StringBuilder().append(row.getDouble(1));
      double[] values = row.<Vector>getAs(0).toArray();
      for (int j = 0; j < values.length; j++) {
        if (values[j] != 0) {
          line.append(' ').append(j + 1).append(':').append(values[j]);
        }
      }
      lines.add(line.toString());
    }
    Path file = Files.write(folder.resolve("rows.libsvm"), lines);
    Dataset<Row> table = spark.read().format("libsvm").load(file.toString());
    assertEquals(hash(Tables.of(spark, ROWS)), hash(table));
    Dataset<Row> scored = classifier().fit(table).transform(table);
    assertTrue(accuracy(scored) > 0.8);
  }

  @Test
  void aHashForTheRowsHoweverTheyAreCut(@TempDir Path folder) {
    Dataset<Row> rows = Tables.of(spark, ROWS);
    String expected = hash(rows);
    assertEquals(expected, hash(rows.repartition(3)));
    assertEquals(expected, hash(rows.repartition(7)));
    String path = folder.resolve("rows").toString();
    rows.repartition(2).write().parquet(path);
    for (String bytes : List.of("2k", "8k", "128m")) {
      spark.conf().set("spark.sql.files.maxPartitionBytes", bytes);
      spark.conf().set("spark.sql.files.openCostInBytes", "1");
      assertEquals(expected, hash(spark.read().parquet(path)), bytes.toLowerCase(Locale.ROOT));
    }
    spark.conf().unset("spark.sql.files.maxPartitionBytes");
    spark.conf().unset("spark.sql.files.openCostInBytes");
  }
}
