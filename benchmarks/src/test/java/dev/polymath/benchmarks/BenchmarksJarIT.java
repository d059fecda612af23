package dev.polymath.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The shaded jar: {@code java -jar} must find what the class path does. */
final class BenchmarksJarIT {

  private static final Path JAR = Path.of("target", "benchmarks.jar");

  @Test
  void theServiceFileNamesEveryProvider() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      String services =
          new String(
              jar.getInputStream(jar.getEntry("META-INF/services/dev.polymath.BackendProvider"))
                  .readAllBytes(),
              StandardCharsets.UTF_8);
      Set<String> found = services.lines().collect(Collectors.toCollection(TreeSet::new));
      Set<String> expected =
          new TreeSet<>(Backends.list().stream().map(BackendStatus::provider).toList());
      assertEquals(expected, found);
    }
  }

  @Test
  void noSignatureAndNoModuleIsLeftOfTheJarsInIt() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> left =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(n -> n.matches("META-INF/[^/]*\\.(SF|DSA|RSA)|(.*/)?module-info\\.class"))
              .toList();
      assertEquals(List.of(), left);
      assertEquals(
          "org.openjdk.jmh.Main", jar.getManifest().getMainAttributes().getValue("Main-Class"));
    }
  }

  /** With nothing else on the class path: an oracle without its dependencies would fail here. */
  @Test
  void itRunsByItself() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djmh.ignoreLock=true",
                "-jar",
                JAR.toString(),
                "MatmulBenchmark",
                "-p",
                "backend=arrays",
                "-p",
                "shape=16x16x16",
                "-p",
                "form=NT",
                "-f",
                "1",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "1ms",
                "-foe",
                "true")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("# BackendInfo[name=arrays, "), output);
    assertTrue(output.contains("MatmulBenchmark.product:gflop"), output);
  }
}
