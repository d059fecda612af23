package dev.polymath.it.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of docs/spark.md, submitted to Spark in a JVM of its own, whose class path has
 * nothing but Spark.
 */
@DisplayName("The example, submitted to Spark")
class SubmitIT {

  /** What Spark's scripts start a driver with: see JavaModuleOptions of spark-launcher. */
  private static final List<String> FLAGS =
      List.of(
          "-Xmx1g",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--add-modules=jdk.incubator.vector",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
          "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
          "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
          "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "-Djdk.reflect.useDirectMethodHandle=false",
          "-Dio.netty.tryReflectionSetAccessible=true");

  private static final Path PROJECT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path EXAMPLE = PROJECT.resolve("docs").resolve("examples").resolve("spark");

  private record Result(int code, String out, String err) {}

  @TempDir Path folder;
  private List<String> jars;

  @BeforeEach
  void jars() throws IOException {
    String list = Files.readString(Path.of("target", "class-path.txt")).strip();
    jars = List.of(list.split(File.pathSeparator));
  }

  private static String name(String jar) {
    return Path.of(jar).getFileName().toString();
  }

  private List<String> ours(String... starts) {
    return jars.stream()
        .filter(jar -> Arrays.stream(starts).anyMatch(name(jar)::startsWith))
        .toList();
  }

  private String spark() {
    return jars.stream()
        .filter(jar -> Stream.of("polymath", "fastcsv", "junit").noneMatch(name(jar)::startsWith))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private Result run(List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(4, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("still running after 4 minutes: " + Files.readString(err));
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** The example's jar, compiled against ours and Spark's. */
  private String program(List<String> ours) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    String path = spark() + File.pathSeparator + String.join(File.pathSeparator, ours);
    Result compiled =
        run(
            List.of(
                tool("javac"),
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                path,
                EXAMPLE.resolve("Plants.java").toString()));
    assertEquals(0, compiled.code(), compiled.err());
    String jar = folder.resolve("plants.jar").toString();
    Result packed = run(List.of(tool("jar"), "-cf", jar, "-C", classes.toString(), "."));
    assertEquals(0, packed.code(), packed.err());
    return jar;
  }

  private Result submit(List<String> ours, String master, String... settings)
      throws IOException, InterruptedException {
    String program = program(ours);
    List<String> command = new ArrayList<>();
    command.add(tool("java"));
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", spark(), "org.apache.spark.deploy.SparkSubmit"));
    command.addAll(List.of("--master", master, "--class", "Plants"));
    for (String setting : settings) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(
        List.of(
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.driver.bindAddress=127.0.0.1",
            "--conf",
            "spark.sql.shuffle.partitions=2",
            "--jars",
            String.join(",", ours),
            program,
            EXAMPLE.resolve("plants.csv").toUri().toString(),
            folder.resolve("kept").toUri().toString()));
    return run(command);
  }

  private static void assertLearned(Result result) {
    assertEquals(0, result.code(), result.err());
    int percent =
        Integer.parseInt(
            result
                .out()
                .lines()
                .filter(line -> line.startsWith("plants named rightly: "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(result.out()))
                .replaceAll("\\D", ""));
    assertTrue(percent >= 85, result.out());
    assertTrue(result.out().contains("the same after loading: true"), result.out());
  }

  @Test
  @DisplayName("with the one jar, on executors that have nothing but Spark before")
  void assembly() throws IOException, InterruptedException {
    assertLearned(
        submit(
            ours("polymath-spark-assembly"),
            "local-cluster[2,1,1024]",
            "spark.executor.extraClassPath=" + spark(),
            "spark.executorEnv.SPARK_SCALA_VERSION=2.13",
            "spark.executorEnv.SPARK_TESTING=1",
            "spark.executorEnv.JAVA_HOME=" + System.getProperty("java.home")));
  }

  @Test
  @DisplayName("with each jar by itself, beside Spark's own version of Jackson")
  void single() throws IOException, InterruptedException {
    assertLearned(
        submit(
            ours(
                "polymath-api",
                "polymath-models",
                "polymath-backend-arrays",
                "polymath-spark-0",
                "fastcsv"),
            "local[2]"));
  }

  @Test
  @DisplayName("the one jar has its libraries under names of its own")
  void shaded() throws IOException {
    List<String> assembly = ours("polymath-spark-assembly");
    assertEquals(1, assembly.size());
    try (JarFile jar = new JarFile(assembly.get(0))) {
      List<String> entries = jar.stream().map(Object::toString).toList();
      for (String foreign : List.of("com/", "de/", "scala/", "org/apache/", "module-info")) {
        assertFalse(entries.stream().anyMatch(entry -> entry.startsWith(foreign)), foreign);
      }
      for (String own :
          List.of(
              "dev/polymath/spark/PolymathClassificationModel.class",
              "dev/polymath/shaded/jackson/core/JsonFactory.class",
              "META-INF/services/dev.polymath.BackendProvider")) {
        assertTrue(entries.contains(own), own);
      }
    }
  }
}
