package dev.polymath.spark;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Sessions for tests: in this JVM, and with executors in JVMs of their own. */
final class SparkSessions {

  private SparkSessions() {}

  /** Two threads of this JVM. */
  static SparkSession local() {
    return start("local[2]", Map.of());
  }

  /** Two executors, each a JVM with one core and 1 GB. */
  static SparkSession cluster() {
    return start("local-cluster[2,1,1024]", Map.of());
  }

  /**
   * A session, or that which there is: close it before the next is started.
   *
   * @param settings beside those that tests need
   */
  static SparkSession start(String master, Map<String, String> settings) {
    String java = System.getProperty("java.home");
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("polymath-tests")
            .master(master)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.warehouse.dir", folder("warehouse"))
            .config("spark.local.dir", folder("local"))
            .config("spark.executor.extraClassPath", classPath())
            .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
            .config("spark.executorEnv.SPARK_TESTING", "1")
            .config("spark.executorEnv.JAVA_HOME", java);
    settings.forEach(builder::config);
    SparkSession session = builder.getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
    return session;
  }

  private static String folder(String name) {
    return Path.of("").toAbsolutePath().resolve(name).toString();
  }

  /** Executors have a working directory of their own. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
