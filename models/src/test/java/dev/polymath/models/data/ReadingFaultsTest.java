package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.faults.FaultyFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A fault in any operation on files while data are read")
class ReadingFaultsTest {

  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private final FaultyFiles faults = new FaultyFiles();

  @TempDir Path folder;

  /** Reads something and says what it was. */
  private interface Reading {
    String read() throws IOException;
  }

  /**
   * Fails in each operation, one after another: each is one error that names one of the files, or
   * costs nothing.
   *
   * @param expected operations that must be among them
   */
  private void assertNamed(Reading reading, List<Path> files, String... expected)
      throws IOException {
    faults.failAt(-1, false);
    String whole = reading.read();
    Set<String> failed = new HashSet<>();
    int reads = 0;
    for (int operation = 0; ; operation++) {
      faults.failAt(operation, false);
      boolean thrown = false;
      try {
        assertEquals(whole, reading.read(), () -> "after " + faults.operations());
      } catch (IOException | UncheckedIOException e) {
        thrown = true;
        String message = String.valueOf(e.getMessage());
        assertTrue(
            files.stream().anyMatch(file -> message.contains(file.toString())),
            () -> message + " after " + faults.operations());
        for (Path file : files) {
          int first = message.indexOf(file.toString());
          assertEquals(first, message.lastIndexOf(file.toString()), "named twice: " + message);
        }
      }
      assertEquals(List.of(), scratch(), () -> "left after " + faults.operations());
      List<String> operations = faults.operations();
      if (operation >= operations.size()) {
        assertFalse(thrown);
        break;
      }
      failed.add(operations.get(operation));
      reads += operations.get(operation).equals("read") ? 1 : 0;
    }
    assertTrue(failed.containsAll(List.of(expected)), failed::toString);
    assertTrue(reads > 1 || List.of(expected).contains("map"), reads + " reads");
  }

  private List<String> scratch() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".scratch"))
          .toList();
    }
  }

  private Path file(String name, byte[] content, boolean packed) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out =
        packed ? new GZIPOutputStream(Files.newOutputStream(file)) : Files.newOutputStream(file)) {
      out.write(content);
    }
    return file;
  }

  /** More than any buffer holds, so that reading fails midway, too. */
  private static byte[] csv() {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder("a,b,kind\n");
    for (int i = 0; i < 9000; i++) {
      text.append(random.nextGaussian()).append(',').append(random.nextInt(1000000)).append(',');
      text.append(random.nextBoolean() ? "yes\n" : "no\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] json() {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12000; i++) {
      text.append("{\"a\":").append(random.nextGaussian()).append(",\"kind\":\"");
      text.append(random.nextBoolean() ? "yes" : "no").append("\"}\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String said(Table table) {
    return table.columns() + " x " + table.rows();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("as numbers of a CSV file names the file")
  void numbers(boolean packed) throws IOException {
    Path file = file("numbers", csv(), packed);
    assertNamed(
        () -> Csv.read(faults.in(file)).fingerprint(), List.of(file), "open", "read", "close");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("as a table names the file")
  void tables(boolean packed) throws IOException {
    for (byte[] content : List.of(csv(), json())) {
      Path file = file("table", content, packed);
      assertNamed(() -> said(Table.read(faults.in(file))), List.of(file), "open", "read", "close");
    }
  }

  @Test
  @DisplayName("onto disk names the file or the folder, and leaves no file")
  void tablesOnDisk() throws IOException {
    Path file = file("table", csv(), false);
    assertNamed(
        () -> {
          try (DiskSpace space = DiskSpace.in(faults.in(folder))) {
            Table table =
                Table.read(
                    Csv.Source.of(faults.in(file)), Csv.Layout.DETECTED, null, space, note -> {});
            Table.Target target = Table.Target.of(table, 2, Task.CLASSIFICATION, note -> {});
            return TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
                .encode(table, target, note -> {})
                .fingerprint();
          }
        },
        List.of(folder),
        "open",
        "read",
        "write",
        "map",
        "close");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("as pictures and labels names the file")
  void idx(boolean packed) throws IOException {
    int count = 500;
    byte[] images =
        ByteBuffer.allocate(16 + 784 * count)
            .putInt(0x803)
            .putInt(count)
            .putInt(28)
            .putInt(28)
            .array();
    byte[] labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count).array();
    byte[] pixels = new byte[784 * count];
    new Random(1).nextBytes(pixels);
    System.arraycopy(pixels, 0, images, 16, pixels.length);
    Path image = file("images", images, packed);
    Path label = file("labels", labels, packed);
    List<Path> files = List.of(image, label);
    assertNamed(
        () -> Idx.read(faults.in(image), faults.in(label), CLASSES).fingerprint(),
        files,
        "open",
        "read",
        "close");
    assertNamed(
        () -> Arrays.hashCode(Idx.readImages(faults.in(image)).pixels()) + "",
        List.of(image),
        "read");
    assertNamed(
        () -> {
          try (DiskSpace space = DiskSpace.in(faults.in(folder))) {
            return Idx.read(faults.in(image), faults.in(label), CLASSES, space).fingerprint();
          }
        },
        List.of(folder),
        "open",
        "read",
        "map",
        "close");
  }
}
