package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.models.Model;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Scoring on executors")
class ClusterScoringTest {

  private static final float[][] ROWS = TestModels.rows(700, 9);

  private static void assertSameBits(
      SparkSession session, PolymathClassificationModel model, double[][] expected) {
    ClassificationModelTest.assertSameBits(
        model.transform(ClassificationModelTest.frame(session, ROWS)), expected);
  }

  @Test
  @Timeout(300)
  @DisplayName("of their own JVMs has the bits of the library, also when they were given back")
  void cluster() throws Exception {
    byte[] file = TestModels.classifier(9, 3);
    var model = new PolymathClassificationModel("m", file);
    double[][] expected = TestModels.expected(file, ROWS);
    Map<String, String> settings =
        Map.of(
            "spark.dynamicAllocation.enabled",
            "true",
            "spark.dynamicAllocation.minExecutors",
            "0",
            "spark.dynamicAllocation.maxExecutors",
            "2",
            "spark.dynamicAllocation.executorIdleTimeout",
            "1s",
            "spark.dynamicAllocation.shuffleTracking.timeout",
            "1s");
    try (SparkSession session = SparkSessions.start("local-cluster[2,1,1024]", settings)) {
      assertSameBits(session, model, expected);
      // The driver counts as one.
      while (session.sparkContext().statusTracker().getExecutorInfos().length > 1) {
        Thread.sleep(100);
      }
      assertSameBits(session, model, expected);
    }
  }

  @Test
  @DisplayName("has the same bits with two threads for a task")
  void twoThreads() throws IOException {
    try (SparkSession session = SparkSessions.start("local[2]", Map.of("spark.task.cpus", "2"))) {
      byte[] file = TestModels.classifier(9, 3);
      assertSameBits(
          session, new PolymathClassificationModel("m", file), TestModels.expected(file, ROWS));
    }
  }

  @Test
  @DisplayName("opens a model for all tasks of one thread, and one for each of more")
  void sessions() throws IOException {
    SharedModel shared = new SharedModel(TestModels.classifier(3, 2), BackendDemand.here(""));
    assertSame(shared.take(1), shared.take(1));
    Model first = shared.take(2);
    Model second = shared.take(2);
    assertNotSame(first, second);
    assertEquals(2, first.network().backend().info().threads());
    shared.put(first, 2);
    assertSame(first, shared.take(2));
  }

  @Test
  @DisplayName("is refused where the backend may give other bits than the driver's")
  void refused() {
    BackendDemand here = BackendDemand.here("");
    BackendDemand other = new BackendDemand("", "0.0.1", "");
    assertEquals(
        "backend arrays-vector: may give other results on this executor than on the driver:"
            + " expected version 0.0.1 as there, found version "
            + here.version(),
        assertThrows(IllegalStateException.class, () -> other.open(1)).getMessage());
    here.open(1).close();
    assertThrows(IllegalArgumentException.class, () -> BackendDemand.here("none"));
  }
}
