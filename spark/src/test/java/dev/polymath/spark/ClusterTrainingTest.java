package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The same bits wherever a training runs, and whatever happens to its executors. */
class ClusterTrainingTest {

  /** How many trainings lose an executor at a random moment. */
  private static final int KILLS = Integer.getInteger("polymath.spark.kills", 1);

  private static final List<Row> ROWS = Tables.classes(2000);

  private static PolymathClassifier classifier() {
    return new PolymathClassifier()
        .setHiddenLayers(24)
        .setBatchSize(16)
        .setLocalSteps(6)
        .setMaxIter(5)
        .setValidationIndicatorCol("held")
        .setSeed(9);
  }

  private static String trained(String master, Map<String, String> settings) throws IOException {
    try (SparkSession spark = SparkSessions.start(master, settings)) {
      return hash(classifier(), Tables.of(spark, ROWS));
    }
  }

  private static String hash(PolymathClassifier classifier, Dataset<Row> rows) {
    return Tables.hash(classifier.fit(rows).toBytes());
  }

  @Test
  void hasTheSameBitsOnAnyNumberOfExecutors() throws IOException {
    String here = trained("local[2]", Map.of());
    assertEquals(here, trained("local-cluster[1,1,1024]", Map.of()));
    Map<String, String> speculating =
        Map.of(
            "spark.speculation", "true",
            "spark.speculation.interval", "10ms",
            "spark.speculation.quantile", "0.25",
            "spark.speculation.multiplier", "1.01",
            "spark.speculation.minTaskRuntime", "1ms");
    assertEquals(here, trained("local-cluster[4,1,1024]", speculating));
    // Two threads for each task.
    assertEquals(here, trained("local-cluster[1,2,1024]", Map.of("spark.task.cpus", "2")));
  }

  @Test
  void hasTheSameBitsAfterAnExecutorWasKilled() throws IOException {
    SplittableRandom random = new SplittableRandom();
    try (SparkSession spark = SparkSessions.cluster()) {
      Dataset<Row> rows = Tables.of(spark, ROWS).repartition(3);
      String hash = hash(classifier(), rows);
      for (int i = 0; i < KILLS; i++) {
        int when = random.nextInt(15);
        AtomicInteger rounds = new AtomicInteger();
        AtomicInteger killed = new AtomicInteger();
        PolymathClassifier disturbed =
            classifier()
                .listener(
                    (epoch, round) -> {
                      if (rounds.getAndIncrement() == when) {
                        killLater(random.nextInt(60));
                        killed.incrementAndGet();
                      }
                    });
        assertEquals(hash, hash(disturbed, rows), "killed after round " + when);
        assertTrue(killed.get() <= 1);
      }
    }
  }

  /** An executor is a process that this one started. */
  private static void killLater(int millis) {
    Thread killer =
        new Thread(
            () -> {
              try {
                Thread.sleep(millis);
              } catch (InterruptedException e) {
                return;
              }
              Optional<ProcessHandle> executor =
                  ProcessHandle.current()
                      .children()
                      .filter(
                          child ->
                              child
                                  .info()
                                  .commandLine()
                                  .orElse("")
                                  .contains("CoarseGrainedExecutorBackend"))
                      .findAny();
              executor.ifPresent(ProcessHandle::destroyForcibly);
            });
    killer.start();
  }
}
