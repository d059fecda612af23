package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A table that does not fit in the executors' memory. */
@EnabledIfSystemProperty(named = "polymath.spark.megabytes", matches = "[0-9]+")
class BigTableTest {

  private static final int FEATURES = 100;

  @Test
  void trainsToTheEnd() throws IOException {
    long rows = Long.getLong("polymath.spark.megabytes") * 1_000_000 / (FEATURES * Float.BYTES);
    try (SparkSession spark =
        SparkSessions.start("local-cluster[2,1,512]", Map.of("spark.executor.memory", "512m"))) {
      MapFunction<Long, Row> make = BigTableTest::row;
      Dataset<Row> table = spark.range(0, rows, 1, 16).map(make, Encoders.row(Tables.SCHEMA));
      TrainingSummary summary =
          new PolymathClassifier()
              .setHiddenLayers(32)
              .setBatchSize(256)
              .setMaxIter(1)
              .fit(table)
              .summary();
      assertNotNull(summary);
      System.out.println(summary);
      assertEquals(rows, summary.rows());
      assertTrue(summary.epochs().get(0).score() > 0.8, summary::toString);
    }
  }

  /** The class is told by the sign of a sum of three features. */
  private static Row row(long number) {
    SplittableRandom random = new SplittableRandom(number);
    double[] features = new double[FEATURES];
    for (int j = 0; j < FEATURES; j++) {
      features[j] = random.nextDouble() - 0.5;
    }
    double label = features[0] + features[1] + features[2] > 0 ? 1 : 0;
    return RowFactory.create(Vectors.dense(features), label, 1.0, false);
  }
}
