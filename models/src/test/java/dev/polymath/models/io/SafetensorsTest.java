package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.models.io.Safetensors.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void theBytesAreThoseOfTheFormat() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(
        file,
        Map.of("k", "v", "a", "\u00e9\n"),
        List.of(
            new Entry("w", List.of(1, 2), new float[] {1, -2}),
            new Entry("b", List.of(1), new float[] {0.5f})));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong();
    assertEquals(0, length % 8);
    byte[] header = new byte[(int) length];
    bytes.get(header);
    String text = new String(header, StandardCharsets.UTF_8);
    assertEquals(
        """
        {"__metadata__":{"a":"\u00e9\\n","k":"v"},\
        "w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},\
        "b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}\
        """,
        text.stripTrailing());
    assertEquals(1, bytes.getFloat());
    assertEquals(-2, bytes.getFloat());
    assertEquals(0.5f, bytes.getFloat());
    assertFalse(bytes.hasRemaining());
  }

  @Test
  void everyBitPatternSurvives() throws IOException {
    // More than one chunk of the writer, with an odd rest.
    float[] values = new float[70_001];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    values[0] = -0.0f;
    values[1] = Float.NaN;
    values[2] = Float.NEGATIVE_INFINITY;
    values[3] = Float.MIN_VALUE;
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of(), List.of(new Entry("x", List.of(values.length), values)));
    try (Safetensors read = Safetensors.open(file)) {
      assertArrayEquals(bits(values), bits(read.read("x")));
    }
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  @Test
  void namesMetadataAndOrderSurvive() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("z", "\"quoted\" \\ \u0000 \uD834\uDD1E");
    metadata.put("", "");
    metadata.put("nested", "{\"a\":[1]}");
    List<Entry> tensors =
        List.of(
            new Entry("layers.1.weight", List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6}),
            new Entry("empty", List.of(0, 7), new float[0]),
            new Entry("", List.of(), new float[] {7}),
            new Entry("layers.0.bias \u2603", List.of(1, 1, 1), new float[] {8}));
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, metadata, tensors);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(metadata, read.metadata());
      assertEquals(
          List.of("layers.1.weight", "empty", "", "layers.0.bias \u2603"),
          List.copyOf(read.shapes().keySet()));
      for (Entry tensor : tensors) {
        assertEquals(tensor.shape(), read.shapes().get(tensor.name()));
        assertArrayEquals(tensor.values(), read.read(tensor.name()));
      }
    }
  }

  @Test
  void theSameArgumentsGiveTheSameBytes() throws IOException {
    Path a = folder.resolve("a.safetensors");
    Path b = folder.resolve("b.safetensors");
    List<Entry> tensors = List.of(new Entry("x", List.of(2), new float[] {1, 2}));
    Map<String, String> forth = new LinkedHashMap<>();
    forth.put("one", "1");
    forth.put("two", "2");
    Map<String, String> back = new LinkedHashMap<>();
    back.put("two", "2");
    back.put("one", "1");
    Safetensors.write(a, forth, tensors);
    Safetensors.write(b, back, tensors);
    assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
  }

  @Test
  void aFileWithoutTensorsIsAFile() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of(), List.of());
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(Map.of(), read.shapes());
      assertEquals(Map.of(), read.metadata());
    }
  }

  @Test
  void aHeaderOfAnotherWriterIsRead() throws IOException {
    // Other key order, white space, escapes, no padding, tensors out of the order of their data.
    String header =
        "{ \"b\" : {\"data_offsets\":[4, 8],\"shape\":[1],\"dtype\":\"F32\"},\n"
            + "\"\\u0061\":{\"dtype\":\"\\u004632\",\"shape\":[],\"data_offsets\":[0,4]} }\t ";
    Path file = Hostile.file(folder, header, Hostile.floats(1, 2));
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(List.of("a", "b"), List.copyOf(read.shapes().keySet()));
      assertArrayEquals(new float[] {1}, read.read("a"));
      assertArrayEquals(new float[] {2}, read.read("b"));
    }
  }

  @Test
  void whatCannotBeReadIsNotWritten() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Entry x = new Entry("x", List.of(1), new float[] {1});
    refused("two tensors are named \"x\"", file, Map.of(), List.of(x, x));
    refused(
        "safetensors: a name or a string is not valid Unicode",
        file,
        Map.of("k", "\uD834"),
        List.of(x));
    refused(
        "safetensors: header of 100000080 bytes: expected at most 100000000",
        file,
        Map.of("k", "v".repeat(100_000_000)),
        List.of(x));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private static void refused(
      String message, Path file, Map<String, String> metadata, List<Entry> tensors) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class, () -> Safetensors.write(file, metadata, tensors))
            .getMessage());
  }

  @Test
  void theLongestHeaderIsWrittenAndRead() throws IOException {
    Path file = folder.resolve("a.safetensors");
    String filling =
        "v".repeat(Safetensors.MAX_HEADER - "{\"__metadata__\":{\"k\":\"\"}}".length());
    Safetensors.write(file, Map.of("k", filling), List.of());
    assertEquals(8 + Safetensors.MAX_HEADER, Files.size(file));
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(filling, read.metadata().get("k"));
    }
  }

  @Test
  void anEntryFitsItsShape() {
    assertEquals(
        "tensor \"x\": shape [2, 3] does not fit 5 values",
        assertThrows(
                IllegalArgumentException.class, () -> new Entry("x", List.of(2, 3), new float[5]))
            .getMessage());
    assertEquals(
        "tensor \"x\": shape [-1, -1] does not fit 1 values",
        assertThrows(
                IllegalArgumentException.class, () -> new Entry("x", List.of(-1, -1), new float[1]))
            .getMessage());
    assertEquals(
        "tensor \"x\": shape [65536, 65536] does not fit 0 values",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Entry("x", List.of(65536, 65536), new float[0]))
            .getMessage());
    assertEquals(
        "tensor: the name \"__metadata__\" is reserved",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Entry("__metadata__", List.of(0), new float[0]))
            .getMessage());
  }

  @Test
  void anUnknownTensorIsTheCallersFault() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(file, Map.of(), List.of());
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(
          file + ": there is no tensor \"x\"",
          assertThrows(IllegalArgumentException.class, () -> read.read("x")).getMessage());
    }
  }

  @Test
  void aFileCutWhileItIsOpenIsReportedAsCut() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(
        file, Map.of(), List.of(new Entry("x", List.of(4), new float[] {1, 2, 3, 4})));
    byte[] whole = Files.readAllBytes(file);
    try (Safetensors read = Safetensors.open(file)) {
      Files.write(file, Arrays.copyOf(whole, whole.length - 3));
      assertEquals(
          file + ": the file was cut at byte " + (whole.length - 3) + " while it was read",
          assertThrows(ModelFormatException.class, () -> read.read("x")).getMessage());
    }
  }
}
