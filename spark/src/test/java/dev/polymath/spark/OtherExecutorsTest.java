package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Executors that are not as the driver is have the same bits. */
class OtherExecutorsTest {

  private static final List<Row> ROWS = Tables.classes(600);

  /** Hashes of a model and of what it says. */
  private record Outcome(String model, String scored) {}

  private static Outcome outcome(SparkSession spark) {
    Dataset<Row> rows = Tables.of(spark, ROWS);
    PolymathClassificationModel model =
        new PolymathClassifier().setHiddenLayers(24).setMaxIter(3).setSeed(9).fit(rows);
    String scored =
        model
            .transform(rows)
            .select("probability")
            .toJavaRDD()
            .map(row -> String.valueOf(row))
            .collect()
            .stream()
            .sorted()
            .toList()
            .toString();
    return new Outcome(Tables.hash(model.toBytes()), Tables.hash(scored.getBytes()));
  }

  private static Outcome here() throws IOException {
    try (SparkSession spark = SparkSessions.local()) {
      return outcome(spark);
    }
  }

  private static String onExecutor(
      SparkSession spark, org.apache.spark.api.java.function.Function<Integer, String> asked) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(List.of(0), 1)
        .map(asked)
        .first();
  }

  @Test
  void ofAnotherJdk() throws IOException {
    Optional<Path> other = otherJdk();
    assumeTrue(other.isPresent(), "no other JDK beside this one");
    Outcome here = here();
    try (SparkSession spark =
        SparkSessions.start(
            "local-cluster[1,1,1024]",
            Map.of("spark.executorEnv.JAVA_HOME", other.get().toString()))) {
      String version = onExecutor(spark, zero -> Runtime.version().toString());
      assertNotEquals(Runtime.version().toString(), version);
      assertEquals(here, outcome(spark), "JDK " + version);
    }
  }

  @Test
  void withNarrowerVectors() throws IOException {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "a flag of x86");
    Outcome here = here();
    try (SparkSession spark =
        SparkSessions.start(
            "local-cluster[1,1,1024]", Map.of("spark.executor.extraJavaOptions", "-XX:UseAVX=1"))) {
      String flags =
          onExecutor(
              spark, zero -> ManagementFactory.getRuntimeMXBean().getInputArguments().toString());
      assertTrue(flags.contains("-XX:UseAVX=1"), flags);
      assertEquals(here, outcome(spark));
    }
  }

  /** Beside this one, at least of 17 and of another version. */
  private static Optional<Path> otherJdk() throws IOException {
    Path here = Path.of(System.getProperty("java.home")).toRealPath();
    try (Stream<Path> beside = Files.list(here.getParent())) {
      return beside.filter(OtherExecutorsTest::isOther).findFirst();
    }
  }

  private static boolean isOther(Path home) {
    Path release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isRegularFile(release)) {
      return false;
    }
    try {
      return Files.readAllLines(release).stream()
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
          .mapToInt(Integer::parseInt)
          .anyMatch(version -> version >= 17 && version != Runtime.version().feature());
    } catch (IOException e) {
      return false;
    }
  }
}
