package dev.polymath.backend.ejml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Backend;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ejml.EjmlVersion;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Without any JVM flag")
class WithoutFlagsTest {

  @Test
  @DisplayName("a program on the class path finds the backend, learns, and prints nothing else")
  void learns() throws Exception {
    Path classes = location(EjmlProvider.class);
    String path =
        Stream.of(
                classes,
                classes.resolveSibling("test-classes"),
                location(Backend.class),
                location(FMatrixRMaj.class),
                location(CommonOps_FDRM.class))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            path,
            OneStep.class.getName());
    builder.environment().keySet().removeIf(name -> name.endsWith("_OPTIONS"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertEquals("EJML " + EjmlVersion.VERSION + ", one thread: learnt", output.strip());
    assertEquals(0, process.waitFor());
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
