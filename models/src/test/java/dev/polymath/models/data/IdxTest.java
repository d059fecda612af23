package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;

  @TempDir Path folder;
  private Path images;
  private Path labels;

  @BeforeEach
  void writeGoodFiles() throws IOException {
    images = folder.resolve("images");
    labels = folder.resolve("labels");
    Files.write(images, goodImages());
    Files.write(labels, goodLabels());
  }

  /** Four images of 2 x 3 pixels: 0, 10, 20, … */
  private static byte[] goodImages() {
    byte[] file = idx(24, IMAGES, 4, 2, 3);
    for (int i = 0; i < 24; i++) {
      file[16 + i] = (byte) (10 * i);
    }
    return file;
  }

  private static byte[] goodLabels() {
    byte[] file = idx(4, LABELS, 4);
    file[8] = 2;
    file[10] = 1;
    return file;
  }

  private static byte[] idx(int elements, int... header) {
    ByteBuffer file = ByteBuffer.allocate(4 * header.length + elements);
    file.asIntBuffer().put(header);
    return file.array();
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private DataSet read() throws IOException {
    return Idx.read(images, labels, NAMES);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("a good pair of files is read, gzip or plain, whatever the name says")
  void reads(boolean compressed) throws IOException {
    if (compressed) {
      Files.write(images, gzip(goodImages()));
      Files.write(labels, gzip(goodLabels()));
    }
    DataSet set = read();
    assertEquals(4, set.size());
    assertEquals(Optional.of(new ImageSize(2, 3)), set.imageSize());
    assertEquals(NAMES, set.classNames());
    int[] found = {set.label(0), set.label(1), set.label(2), set.label(3)};
    assertArrayEquals(new int[] {2, 0, 1, 0}, found);
    float[] image = new float[6];
    set.copyFeatures(3, image, 0);
    float[] expected = {180 / 255f, 190 / 255f, 200 / 255f, 210 / 255f, 220 / 255f, 230 / 255f};
    assertArrayEquals(expected, image, 1e-7f);
  }

  @Test
  @DisplayName("files that grow beyond the first guess of their size are read whole")
  void readsHighlyCompressed() throws IOException {
    int n = 300;
    byte[] file = idx(n * 784, IMAGES, n, 28, 28);
    file[file.length - 1] = (byte) 255;
    Files.write(images, gzip(file)); // 235,200 bytes from some 300: guess 64 KiB.
    Files.write(labels, gzip(idx(n, LABELS, n)));
    DataSet set = read();
    float[] image = new float[784];
    set.copyFeatures(n - 1, image, 0);
    assertEquals(1f, image[783]);
    assertEquals(0f, image[782]);
  }

  @Test
  @DisplayName("each fault of the header is named with its byte")
  void rejectsHeaders() throws IOException {
    assertImages(
        "byte 0: not an IDX file: magic number 0x89504e47, expected 0x00000803",
        idx(24, 0x89504e47, 4, 2, 3));
    assertImages(
        "byte 2: element type 0x0d, expected 0x08 (unsigned byte)", idx(24, 0x0d03, 4, 2, 3));
    assertImages(
        "byte 2: element type 0xf8, expected 0x08 (unsigned byte)", idx(24, 0xf803, 4, 2, 3));
    assertImages("byte 3: 1 dimensions, expected 3", idx(24, LABELS, 4, 2, 3));
    assertImages("byte 4: dimension 0 is 0, expected 1 to 2147483647", idx(24, IMAGES, 0, 2, 3));
    assertImages(
        "byte 8: dimension 1 is 4294967295, expected 1 to 2147483647", idx(24, IMAGES, 4, -1, 3));
    assertImages("byte 0: the file ends, expected a header of 16 bytes", new byte[0]);
    assertImages("byte 1: the file ends, expected a header of 16 bytes", new byte[1]);
    assertImages(
        "byte 13: the file ends, expected a header of 16 bytes", Arrays.copyOf(goodImages(), 13));
    Files.write(images, goodImages());
    assertLabels("byte 3: 3 dimensions, expected 1", idx(4, IMAGES, 4));
  }

  @Test
  @DisplayName("counts of a hostile header cost no memory")
  void rejectsHostileCounts() throws Exception {
    assertImages(
        "byte 12: 60000 x 30000 x 28 elements are more than an array holds",
        idx(24, IMAGES, 60000, 30000, 28));
    assertImages(
        "byte 4: 2147483647 elements are more than an array holds",
        idx(24, IMAGES, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    // Two billion pixels announced, 24 there.
    Files.write(images, gzip(idx(24, IMAGES, 2_000_000, 32, 32)));
    String[] message = new String[1];
    long allocated = Allocation.bytes(() -> message[0] = fault());
    assertEquals(
        images + ": byte 40: the file ends, expected 16 + 2000000 x 32 x 32 bytes", message[0]);
    assertTrue(allocated < 4 << 20, allocated + " bytes allocated");
  }

  @Test
  @DisplayName("a file that ends early or goes on is refused, gzip or plain")
  void rejectsWrongLengths() throws IOException {
    assertImages(
        "byte 39: the file ends, expected 16 + 4 x 2 x 3 bytes", Arrays.copyOf(goodImages(), 39));
    assertImages(
        "byte 40: the file goes on, expected 16 + 4 x 2 x 3 bytes",
        Arrays.copyOf(goodImages(), 41));
    Files.write(images, goodImages());
    assertLabels("byte 11: the file ends, expected 8 + 4 bytes", Arrays.copyOf(goodLabels(), 11));
    assertLabels(
        "byte 12: the file goes on, expected 8 + 4 bytes", Arrays.copyOf(goodLabels(), 13));
  }

  @Test
  @DisplayName("broken gzip data is refused")
  void rejectsBrokenGzip() throws IOException {
    byte[] whole = gzip(goodImages());
    Files.write(images, Arrays.copyOf(whole, 5));
    assertEquals(images + ": byte 0: broken gzip header", fault());
    Files.write(images, Arrays.copyOf(whole, whole.length - 20));
    String early = fault();
    assertTrue(early.startsWith(images + ": byte "), early);
    assertTrue(early.endsWith(": the gzip data ends too early"), early);
    byte[] wrongSum = whole.clone();
    wrongSum[whole.length - 8] ^= 1;
    Files.write(images, wrongSum);
    String broken = fault();
    assertTrue(broken.startsWith(images + ": byte 40: broken gzip data: "), broken);
  }

  @Test
  @DisplayName("labels out of range and counts that differ are named")
  void rejectsLabels() throws IOException {
    byte[] outOfRange = goodLabels();
    outOfRange[11] = 3;
    assertLabels("byte 11: label of example 3 is 3, expected 0 to 2", outOfRange);
    outOfRange[9] = (byte) 200;
    assertLabels("byte 9: label of example 1 is 200, expected 0 to 2", outOfRange);
    Files.write(labels, idx(5, LABELS, 5));
    assertEquals(images + ": byte 4: 4 images, but " + labels + " has 5 labels", fault());
  }

  @Test
  @DisplayName("a missing file is named")
  void rejectsMissingFile() throws IOException {
    Files.delete(labels);
    assertEquals(labels + ": no such file", fault());
  }

  private void assertImages(String message, byte[] file) throws IOException {
    assertFault(images, message, file);
  }

  private void assertLabels(String message, byte[] file) throws IOException {
    assertFault(labels, message, file);
  }

  private void assertFault(Path target, String message, byte[] file) throws IOException {
    for (byte[] content : List.of(file, gzip(file))) {
      Files.write(target, content);
      assertEquals(target + ": " + message, fault());
    }
  }

  private String fault() {
    return String.valueOf(assertThrows(IOException.class, this::read).getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isOnDiskWhatItIsInMemory(boolean packed) throws IOException {
    if (packed) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(goodImages());
      }
      Files.write(images, bytes.toByteArray());
    }
    DataSet memory = Idx.read(images, labels, NAMES);
    try (DiskSpace space = DiskSpace.in(folder)) {
      DataSet disk = Idx.read(images, labels, NAMES, space);
      assertTrue(disk.onDisk());
      assertEquals(memory.toString(), disk.toString());
      assertEquals(memory.input(), disk.input());
      assertEquals(memory.fingerprint(), disk.fingerprint());
      assertEquals(memory.featureStatistics().toString(), disk.featureStatistics().toString());
      int[] examples = {3, 0, 0, 2};
      int[] dx = {1, -1, 0, 2};
      int[] dy = {0, 1, -1, 0};
      float[] expected = new float[24];
      float[] found = new float[24];
      memory.gatherShifted(examples, 0, 4, dx, dy, expected);
      disk.gatherShifted(examples, 0, 4, dx, dy, found);
      assertArrayEquals(expected, found);
      memory.gather(examples, 1, 2, expected);
      disk.gather(examples, 1, 2, found);
      assertArrayEquals(expected, found);
      assertEquals(memory.subset(examples).fingerprint(), disk.subset(examples).fingerprint());
      TrainTest parts = TrainTest.split(disk, 0.5, 1);
      assertTrue(parts.train().onDisk());
      assertEquals(
          TrainTest.split(memory, 0.5, 1).test().fingerprint(), parts.test().fingerprint());
    }
  }

  @Test
  void aFileOfTheWrongLengthIsRefusedOnDiskToo() throws IOException {
    byte[] good = goodImages();
    try (DiskSpace space = DiskSpace.in(folder)) {
      for (int length : new int[] {good.length - 1, good.length + 1}) {
        Files.write(images, Arrays.copyOf(good, length));
        IOException memory = assertThrows(IOException.class, () -> Idx.read(images, labels, NAMES));
        IOException disk =
            assertThrows(IOException.class, () -> Idx.read(images, labels, NAMES, space));
        assertEquals(memory.getMessage(), disk.getMessage());
      }
    }
  }
}
