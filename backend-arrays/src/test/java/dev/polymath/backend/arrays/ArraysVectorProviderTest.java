package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.BackendProvider;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The two providers")
class ArraysVectorProviderTest {

  /** Prints the reason on a JVM of its own. */
  static final class Reason {
    private Reason() {}

    public static void main(String[] args) {
      System.out.println(new ArraysVectorProvider().unavailableReason().orElse("available"));
    }
  }

  private static String reasonOn(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of(flags));
    command.add("-cp");
    command.add(
        path(ArraysVectorProvider.class)
            + System.getProperty("path.separator")
            + path(Reason.class)
            + System.getProperty("path.separator")
            + path(BackendProvider.class));
    command.add(Reason.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out.strip();
  }

  private static String path(Class<?> type) {
    return java.nio.file.Path.of(
            java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  @Test
  @DisplayName("arrays-vector names what is missing, rung by rung")
  void ladder() throws Exception {
    assertEquals("start the JVM with --add-modules jdk.incubator.vector", reasonOn());
    assertEquals(
        "polymath.vectorBits is 300: expected 128, 256 or 512",
        reasonOn(MODULE, "-Dpolymath.vectorBits=300"));
    assertEquals(
        "polymath.vectorRegisters is 8: expected 16 or 32",
        reasonOn(MODULE, "-Dpolymath.vectorRegisters=8"));
    assertTrue(reasonOn(MODULE, "-Xint").contains("without its optimizing compiler C2"));
    assertTrue(
        reasonOn(MODULE, "-XX:TieredStopAtLevel=1").contains("without its optimizing compiler C2"));
    assertTrue(
        reasonOn(MODULE, "-XX:TieredStopAtLevel=3").contains("without its optimizing compiler C2"));
    assertTrue(reasonOn(MODULE, "-XX:-UseFMA").contains("no fused multiply-add"));
    assertEquals("available", reasonOn(MODULE));
  }

  @Test
  @DisplayName("are found, vector before scalar")
  void services() {
    assertEquals(300, status("arrays-vector").priority());
    assertEquals(0, status("arrays").priority());
    assertTrue(status("arrays-vector").available());
    assertTrue(status("arrays").available());
  }

  private static BackendStatus status(String name) {
    for (BackendStatus status : Backends.list()) {
      if (status.name().equals(name)) {
        return status;
      }
    }
    throw new AssertionError("no backend " + name);
  }

  @Test
  @DisplayName("say what runs: name, threads in force, what it runs on")
  void info() {
    try (Backend backend = new ArraysVectorProvider().open(BackendOptions.defaults().threads(3))) {
      BackendInfo info = backend.info();
      assertEquals("arrays-vector", info.name());
      assertEquals(3, info.threads());
      String how = Lanes.IN_HARDWARE ? "FMA" : "emulated";
      assertEquals("Vector API, " + 32 * Lanes.COUNT + "-bit lanes, " + how, info.runsOn());
      assertEquals(Lanes.IN_HARDWARE, info.allocationFree());
      String forced = System.getProperty("polymath.vectorBits");
      if (forced != null) {
        assertEquals(Integer.parseInt(forced), 32 * Lanes.COUNT);
      }
    }
    try (Backend backend = new ArraysProvider().open(BackendOptions.defaults())) {
      assertEquals("arrays", backend.info().name());
      assertEquals("scalar loops", backend.info().runsOn());
    }
  }
}
