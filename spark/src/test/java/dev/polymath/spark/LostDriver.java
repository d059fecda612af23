package dev.polymath.spark;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A program whose driver is killed: see {@link LostDriverTest}. Its argument is a folder. */
final class LostDriver {

  /** Printed when the driver may be killed. */
  static final String NOW = "now";

  private LostDriver() {}

  static PolymathClassifier classifier(String checkpoints) {
    PolymathClassifier classifier =
        new PolymathClassifier()
            .setHiddenLayers(24)
            .setBatchSize(16)
            .setLocalSteps(6)
            .setMaxIter(6)
            .setSeed(4);
    return checkpoints.isEmpty() ? classifier : classifier.setCheckpointDir(checkpoints);
  }

  static Dataset<Row> rows(SparkSession spark) {
    return Tables.of(spark, Tables.classes(1500));
  }

  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSessions.local()) {
      classifier(arguments[0])
          .listener(
              (epoch, round) -> {
                if (epoch == 3) {
                  System.out.println(NOW);
                  sleep();
                }
              })
          .fit(rows(spark));
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
