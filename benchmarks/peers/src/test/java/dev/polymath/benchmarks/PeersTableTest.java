package dev.polymath.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of figures that are chosen so that each ratio is known. */
@DisplayName("The table of peers")
final class PeersTableTest {

  @TempDir Path folder;
  private Path lines;

  @BeforeEach
  void measure() throws IOException {
    lines = folder.resolve("lines");
    StringBuilder all = new StringBuilder();
    for (double[] pair : new double[][] {{80, 100}, {90, 100}, {100, 100}}) {
      all.append(Measurements.line("products", "64x64x64 NN", "ours", pair[0]));
      all.append(Measurements.line("products", "64x64x64 NN", "theirs", pair[1]));
      all.append(Measurements.line("products", "64x64x64 TN", "ours", 60));
      all.append(Measurements.line("products", "64x64x64 TN", "theirs", 40));
    }
    all.append(Measurements.line("products", "2x3x4 NN", "ours", 0.48));
    all.append(Measurements.line("products", "2x3x4 NT", "ours", 0.4));
    all.append(Measurements.line("peak", "one thread", "fma", 120));
    all.append(Measurements.line("step", "batch 64", "ours", 200));
    all.append(Measurements.line("step", "batch 64", "theirs", 500));
    Files.writeString(lines, all.toString().replace("\r\n", "\n"));
  }

  private String tables() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      PeersTable.print(Measurements.read(lines), "ours", out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("has medians, the share of the peak, ratios of pairs, and marks losses")
  void sections() throws IOException {
    String text = tables();
    assertTrue(
        text.contains("| 64x64x64 NN | 90.0 (75 %) | 100.0 | 0.90 (0.80 to 1.00) * |"), text);
    assertTrue(text.contains("| 64x64x64 TN | 60.0 (50 %) | 40.0 | 1.50 (1.50 to 1.50) |"), text);
    assertTrue(text.contains("| batch 64 | 200 | 500 | 0.40 (0.40 to 0.40) |"), text);
  }

  @Test
  @DisplayName("begins with how many times as fast, whether more or less is better")
  void summary() throws IOException {
    String text = tables();
    assertTrue(
        text.contains("| theirs | products, one thread | 1.20 | 0.90 (64x64x64 NN) | 1 of 2 |"),
        text);
    assertTrue(text.contains("| theirs | training step | 2.50 | 2.50 (batch 64) | 0 of 1 |"), text);
  }

  @Test
  @DisplayName("says the time of a call and does not count it as a product")
  void call() throws IOException {
    String text = tables();
    assertTrue(text.contains("(µs): ours 0.10."), text);
    assertFalse(text.contains("2x3x4 N"), text);
  }

  @Test
  @DisplayName("keeps every figure as JSON")
  void json() throws IOException {
    Path file = folder.resolve("peers.json");
    Measurements.read(lines)
        .writeJson(file, List.of("a \"machine\""), Map.of("products", "GFLOP/s"));
    String text = Files.readString(file).replaceAll("\\s+", "");
    assertTrue(text.startsWith("{\"run\":[\"a\\\"machine\\\"\"],"), text);
    assertTrue(
        text.contains(
            "{\"section\":\"products\",\"case\":\"64x64x64NN\",\"engine\":\"ours\","
                + "\"unit\":\"GFLOP/s\",\"values\":[80.0,90.0,100.0]}"),
        text);
  }

  @Test
  @DisplayName("refuses a line without four parts")
  void broken() throws IOException {
    Files.writeString(lines, "products\t64x64x64 NN\tours");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Measurements.read(lines));
    assertEquals(
        "expected 4 parts with tabs between, found: products\t64x64x64 NN\tours", e.getMessage());
  }
}
