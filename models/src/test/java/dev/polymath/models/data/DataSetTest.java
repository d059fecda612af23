package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DataSetTest {
  private static final ImageSize SIZE = new ImageSize(5, 7);
  private static final List<String> NAMES = List.of("left", "right", "up");

  private static byte[] pixels(int examples, ImageSize size) {
    SplittableRandom random = new SplittableRandom(examples);
    byte[] pixels = new byte[examples * size.pixels()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return pixels;
  }

  private static int[] labels(int examples) {
    return IntStream.range(0, examples).map(i -> i * i % 3).toArray();
  }

  private static DataSet images(int examples) {
    return DataSet.ofImages(SIZE, pixels(examples, SIZE), labels(examples), NAMES);
  }

  private static DataSet table() {
    return DataSet.ofFeatures(2, new float[] {1, -2, 3, -2, 8, -2}, new int[] {0, 2, 1}, NAMES);
  }

  @Test
  @DisplayName("every byte is delivered as value / 255, 0 and 1 exact")
  void scalesBytes() {
    byte[] every = new byte[256];
    for (int i = 0; i < 256; i++) {
      every[i] = (byte) i;
    }
    DataSet set = DataSet.ofImages(new ImageSize(16, 16), every, new int[1], NAMES);
    float[] row = new float[256];
    set.copyFeatures(0, row, 0);
    for (int i = 0; i < 256; i++) {
      assertEquals(i / 255.0, row[i], 1e-7);
    }
    assertEquals(0f, row[0]);
    assertEquals(1f, row[255]);
  }

  @Test
  @DisplayName("labels follow their names to other class numbers; an unknown name is refused")
  void otherClassNames() {
    DataSet set = table().withClassNames(List.of("up", "down", "right", "left"));
    assertEquals(4, set.classes());
    assertEquals(List.of(3, 0, 2), List.of(set.label(0), set.label(1), set.label(2)));
    float[] row = new float[2];
    set.copyFeatures(2, row, 0);
    assertArrayEquals(new float[] {8, -2}, row);
    assertArgument(
        "class \"left\" of example 0: expected one of [right, up]",
        () -> table().withClassNames(List.of("right", "up")));
    assertArgument(
        "class names: expected different ones, found [a, a]",
        () -> table().withClassNames(List.of("a", "a")));
    // Only the classes that occur must be there.
    DataSet right = table().subset(2).withClassNames(List.of("right", "up"));
    assertEquals(0, right.label(0));
  }

  @Test
  @DisplayName("a batch holds the examples named, and nothing behind it is touched")
  void gathersImages() {
    byte[] pixels = pixels(9, SIZE);
    DataSet set = images(9);
    int[] examples = {8, 0, 3, 3, 5};
    float[] batch = new float[4 * 35];
    Arrays.fill(batch, Float.NaN);
    set.gather(examples, 1, 3, batch);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 35; j++) {
        assertEquals((pixels[examples[1 + i] * 35 + j] & 0xff) / 255f, batch[i * 35 + j], 1e-7f);
      }
    }
    assertEquals(Float.NaN, batch[3 * 35]);
    float[] single = new float[40];
    set.copyFeatures(3, single, 5);
    assertArrayEquals(Arrays.copyOfRange(batch, 35, 70), Arrays.copyOfRange(single, 5, 40));
  }

  @Test
  @DisplayName("shifted images equal a pixel-by-pixel shift, for every shift inside the image")
  void gathersShifted() {
    DataSet set = images(4);
    int height = SIZE.height();
    int width = SIZE.width();
    int shifts = (2 * height - 1) * (2 * width - 1);
    int[] examples = new int[shifts + 2];
    int[] dx = new int[shifts];
    int[] dy = new int[shifts];
    for (int i = 0; i < shifts; i++) {
      examples[i + 2] = i % 4;
      dx[i] = i % (2 * width - 1) - (width - 1);
      dy[i] = i / (2 * width - 1) - (height - 1);
    }
    float[] batch = new float[shifts * 35 + 1];
    Arrays.fill(batch, Float.NaN);
    set.gatherShifted(examples, 2, shifts, dx, dy, batch);
    float[] image = new float[35];
    float ground = ground(set, 4);
    for (int i = 0; i < shifts; i++) {
      set.copyFeatures(examples[i + 2], image, 0);
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          int row = r - dy[i];
          int column = c - dx[i];
          boolean inside = row >= 0 && row < height && column >= 0 && column < width;
          float expected = inside ? image[row * width + column] : ground;
          assertEquals(expected, batch[i * 35 + r * width + c], "shift " + dx[i] + ", " + dy[i]);
        }
      }
    }
    assertEquals(Float.NaN, batch[shifts * 35]);
  }

  /** The median of the border pixels of the first images, the lower one of two. */
  private static float ground(DataSet set, int examples) {
    int height = set.imageSize().orElseThrow().height();
    int width = set.imageSize().orElseThrow().width();
    float[] image = new float[height * width];
    List<Float> border = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      set.copyFeatures(i, image, 0);
      for (int p = 0; p < image.length; p++) {
        boolean inside = p / width % (height - 1) > 0 && p % width > 0 && p % width < width - 1;
        if (!inside) {
          border.add(image[p]);
        }
      }
    }
    Collections.sort(border);
    return border.get((border.size() - 1) / 2);
  }

  @Test
  @DisplayName("shifted images have their ground where they moved away, dark or light")
  void shiftsOnTheirGround() {
    for (int ground : new int[] {0, 255, 200}) {
      byte[] pixels = new byte[2 * 9];
      Arrays.fill(pixels, (byte) ground);
      pixels[4] = 100;
      pixels[13] = 100;
      // Some specks at the border do not change it.
      pixels[0] = 17;
      pixels[9] = (byte) 250;
      DataSet set =
          DataSet.ofImages(new ImageSize(3, 3), pixels, new int[] {0, 1}, List.of("a", "b"));
      float[] batch = new float[9];
      set.gatherShifted(new int[] {1}, 0, 1, new int[] {1}, new int[] {-1}, batch);
      float g = ground * (1f / 255);
      assertArrayEquals(new float[] {g, g, 100 * (1f / 255), g, g, g, g, g, g}, batch);
    }
  }

  @Test
  @DisplayName("gathering allocates nothing")
  void gatherAllocatesNothing() throws ReflectiveOperationException {
    DataSet images = images(64);
    DataSet table = table();
    int[] examples = IntStream.range(0, 64).toArray();
    int[] few = {2, 0, 1};
    int[] shifts = IntStream.range(0, 64).map(i -> i % 3 - 1).toArray();
    float[] batch = new float[64 * 35];
    Runnable hundredBatches =
        () -> {
          for (int i = 0; i < 100; i++) {
            images.gather(examples, 0, 64, batch);
            images.gatherShifted(examples, 0, 64, shifts, shifts, batch);
            table.gather(few, 0, 3, batch);
          }
        };
    long least = Long.MAX_VALUE;
    // The first rounds load classes.
    for (int round = 0; round < 5; round++) {
      least = Math.min(least, Allocation.bytes(hundredBatches));
    }
    // The smallest object, 16 bytes a batch, would be 1,600.
    assertTrue(least < 1000, least + " bytes");
  }

  @Test
  @DisplayName("plain features come back as they are")
  void gathersTable() {
    DataSet set = table();
    float[] batch = new float[4];
    set.gather(new int[] {2, 0}, 0, 2, batch);
    assertArrayEquals(new float[] {8, -2, 1, -2}, batch);
    assertEquals(2, set.features());
    assertEquals(3, set.classes());
    assertEquals(2, set.label(1));
    assertEquals(Optional.empty(), set.imageSize());
    assertEquals("3 examples of 2 features, 3 classes [left, right, up]", set.toString());
  }

  @Test
  @DisplayName("a data set does not follow later changes of the arrays it was made from")
  void isImmutable() {
    byte[] pixels = pixels(2, SIZE);
    byte[] original = pixels.clone();
    int[] labels = {1, 2};
    DataSet set = DataSet.ofImages(SIZE, pixels, labels, NAMES);
    assertArrayEquals(original, pixels, "the caller's pixels are left alone");
    String fingerprint = DataSet.ofImages(SIZE, original, new int[] {1, 2}, NAMES).fingerprint();
    Arrays.fill(pixels, (byte) 7);
    labels[0] = 0;
    assertEquals(fingerprint, set.fingerprint());
    assertThrows(UnsupportedOperationException.class, () -> set.classNames().set(0, "x"));
  }

  @Test
  @DisplayName("a split holds every example once, repeats with its seed and changes with another")
  void splits() {
    int n = 101;
    float[] numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = i;
    }
    DataSet set = DataSet.ofFeatures(1, numbers, labels(n), NAMES);
    TrainTest split = set.split(0.2, 5);
    assertEquals(81, split.train().size());
    assertEquals(20, split.test().size());
    boolean[] seen = new boolean[n];
    for (DataSet part : List.of(split.train(), split.test())) {
      for (int i = 0; i < part.size(); i++) {
        float[] value = new float[1];
        part.copyFeatures(i, value, 0);
        int example = (int) value[0];
        assertFalse(seen[example]);
        seen[example] = true;
        assertEquals(set.label(example), part.label(i));
      }
    }
    assertEquals(split.train().fingerprint(), set.split(0.2, 5).train().fingerprint());
    assertNotEquals(split.train().fingerprint(), set.split(0.2, 6).train().fingerprint());
    // Pinned: a split must not change with the JDK.
    assertEquals(
        "624b1695efcca4730cb50b1365b453639084b97440d64708a23c5c0b228c449b",
        split.test().fingerprint());
  }

  @Test
  @DisplayName("a subset keeps order and repeats, of images and of plain features")
  void subsets() {
    DataSet images = images(5);
    DataSet chosen = images.subset(4, 1, 4);
    assertEquals(3, chosen.size());
    assertEquals(Optional.of(SIZE), chosen.imageSize());
    float[] expected = new float[35];
    float[] found = new float[35];
    images.copyFeatures(4, expected, 0);
    chosen.copyFeatures(2, found, 0);
    assertArrayEquals(expected, found);
    assertEquals(images.label(4), chosen.label(0));
    assertEquals(images.fingerprint(), images.subset(0, 1, 2, 3, 4).fingerprint());
  }

  @Test
  @DisplayName("statistics of pixels equal two naive passes")
  void pixelStatistics() {
    DataSet set = images(50);
    checkStatistics(set);
    byte[] constant = new byte[3 * 35];
    Arrays.fill(constant, (byte) 201);
    FeatureStatistics flat = DataSet.ofImages(SIZE, constant, labels(3), NAMES).featureStatistics();
    assertEquals(0, flat.standardDeviation(4));
    assertEquals(201 / 255.0, flat.mean(4), 1e-15);
    assertEquals(0, flat.overallStandardDeviation());
  }

  @Test
  @DisplayName("statistics stay exact over more examples than an int sums up")
  void pixelStatisticsOfManyExamples() {
    int n = 140_000; // Three blocks; Σ128² passes 2^31.
    byte[] pixels = new byte[n];
    Arrays.fill(pixels, 0, n / 2, (byte) 255);
    FeatureStatistics statistics =
        DataSet.ofImages(new ImageSize(1, 1), pixels, new int[n], NAMES).featureStatistics();
    assertEquals(0.5, statistics.mean(0), 1e-14);
    assertEquals(0.5, statistics.standardDeviation(0), 1e-14);
  }

  @Test
  @DisplayName("statistics of plain features equal two naive passes; far from 0 too")
  void tableStatistics() {
    checkStatistics(table());
    FeatureStatistics statistics = table().featureStatistics();
    assertEquals(-2, statistics.mean(1));
    assertEquals(0, statistics.standardDeviation(1));
    float[] far = {1e6f + 1, 1e6f + 2, 1e6f + 3};
    FeatureStatistics shifted = DataSet.ofFeatures(1, far, new int[3], NAMES).featureStatistics();
    assertEquals(Math.sqrt(2 / 3.0), shifted.standardDeviation(0), 1e-12);
    assertEquals(Math.sqrt(2 / 3.0), shifted.overallStandardDeviation(), 1e-12);
  }

  private static void checkStatistics(DataSet set) {
    int features = set.features();
    float[] all = new float[set.size() * features];
    set.gather(IntStream.range(0, set.size()).toArray(), 0, set.size(), all);
    FeatureStatistics statistics = set.featureStatistics();
    assertEquals(features, statistics.features());
    for (int j = 0; j < features; j++) {
      int feature = j;
      double[] column =
          IntStream.range(0, set.size()).mapToDouble(i -> all[i * features + feature]).toArray();
      assertEquals(mean(column), statistics.mean(j), 1e-7);
      assertEquals(deviation(column), statistics.standardDeviation(j), 1e-7);
    }
    double[] everything = IntStream.range(0, all.length).mapToDouble(i -> all[i]).toArray();
    assertEquals(mean(everything), statistics.overallMean(), 1e-7);
    assertEquals(deviation(everything), statistics.overallStandardDeviation(), 1e-7);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length);
  }

  @Test
  @DisplayName("the fingerprint is that of the documented bytes and follows every part of the data")
  void fingerprints() throws Exception {
    // 1 example, 3 classes, label 2, kind 1, 1 x 2 pixels, then the pixels.
    byte[] bytes = {
      0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 9, (byte) 200
    };
    assertEquals(
        sha(bytes),
        DataSet.ofImages(new ImageSize(1, 2), new byte[] {9, (byte) 200}, new int[] {2}, NAMES)
            .fingerprint());
    // 1 example, 3 classes, label 0, kind 0, 1 feature, 1.5f.
    byte[] number = {
      0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x3f, (byte) 0xc0, 0, 0
    };
    assertEquals(
        sha(number), DataSet.ofFeatures(1, new float[] {1.5f}, new int[1], NAMES).fingerprint());

    byte[] pixels = pixels(4000, SIZE); // More than one chunk of the digest.
    String whole = DataSet.ofImages(SIZE, pixels, labels(4000), NAMES).fingerprint();
    pixels[pixels.length - 1] ^= 1;
    assertNotEquals(whole, DataSet.ofImages(SIZE, pixels, labels(4000), NAMES).fingerprint());
    pixels[pixels.length - 1] ^= 1;
    int[] labels = labels(4000);
    labels[17] = (labels[17] + 1) % 3;
    assertNotEquals(whole, DataSet.ofImages(SIZE, pixels, labels, NAMES).fingerprint());
    assertNotEquals(
        whole, DataSet.ofImages(new ImageSize(7, 5), pixels, labels(4000), NAMES).fingerprint());
    assertNotEquals(
        whole,
        DataSet.ofImages(SIZE, pixels, labels(4000), List.of("a", "b", "c", "d")).fingerprint());
    float[] values = new float[40_000];
    String zeros = DataSet.ofFeatures(10, values, labels(4000), NAMES).fingerprint();
    values[39_999] = 1;
    assertNotEquals(zeros, DataSet.ofFeatures(10, values, labels(4000), NAMES).fingerprint());
  }

  private static String sha(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  @DisplayName("each mistake in making a data set is named")
  void rejectsBadData() {
    assertArgument(
        "data set: 2 examples and 35 features take 70 values, found 105",
        () -> DataSet.ofImages(SIZE, new byte[105], new int[2], NAMES));
    assertArgument(
        "data set: label of example 1 is 3, expected 0 to 2",
        () -> DataSet.ofImages(SIZE, new byte[70], new int[] {0, 3}, NAMES));
    assertArgument(
        "data set: label of example 0 is -1, expected 0 to 2",
        () -> DataSet.ofFeatures(1, new float[1], new int[] {-1}, NAMES));
    assertArgument(
        "data set: expected at least one example and one class, found 0 and 3",
        () -> DataSet.ofImages(SIZE, new byte[0], new int[0], NAMES));
    assertArgument(
        "data set: expected at least one example and one class, found 1 and 0",
        () -> DataSet.ofFeatures(1, new float[1], new int[1], List.of()));
    assertArgument(
        "data set: expected at least one feature, found 0",
        () -> DataSet.ofFeatures(0, new float[0], new int[1], NAMES));
    assertArgument(
        "data set: feature 1 of example 2 is NaN, expected a finite number",
        () -> DataSet.ofFeatures(2, new float[] {0, 0, 0, 0, 0, Float.NaN}, new int[3], NAMES));
    assertArgument(
        "image size 0 x 3: expected sides from 1 and at most 2^31-1 pixels",
        () -> new ImageSize(0, 3));
    assertArgument(
        "image size 65536 x 65536: expected sides from 1 and at most 2^31-1 pixels",
        () -> new ImageSize(65536, 65536));
    assertArgument(
        "data sets differ: 3 examples of 2 features, 3 classes [left, right, up]"
            + " and 1 examples of 5 x 7 pixels, 3 classes [left, right, up]",
        () -> new TrainTest(table(), images(1)));
  }

  @Test
  @DisplayName("each mistake in reading a data set is named")
  void rejectsBadReads() {
    DataSet set = images(3);
    float[] batch = new float[70];
    int[] none = new int[2];
    assertArgument(
        "split: validation fraction: expected between 0 and 1, found 1.0", () -> set.split(1, 0));
    assertArgument(
        "split: validation fraction: expected between 0 and 1, found NaN",
        () -> set.split(Double.NaN, 0));
    assertArgument(
        "split: a fraction of 0.1 of 3 examples leaves one part empty", () -> set.split(0.1, 0));
    assertEquals(
        "gather: 3 examples of 35 features do not fit in 70 elements",
        assertThrows(
                IndexOutOfBoundsException.class, () -> set.gather(new int[] {0, 1, 2}, 0, 3, batch))
            .getMessage());
    Arrays.fill(batch, 5);
    assertThrows(IndexOutOfBoundsException.class, () -> set.gather(new int[] {0, 3}, 0, 2, batch));
    assertEquals(5, batch[0], "nothing is written when an example does not exist");
    assertThrows(IndexOutOfBoundsException.class, () -> set.gather(none, 1, 2, batch));
    assertThrows(IndexOutOfBoundsException.class, () -> set.copyFeatures(3, batch, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> set.copyFeatures(0, batch, 36));
    assertThrows(IndexOutOfBoundsException.class, () -> set.subset(3));
    assertThrows(IndexOutOfBoundsException.class, () -> set.label(3));
    assertArgument(
        "gatherShifted: shift 1 is (-7, 0), expected less than the 7 x 5 pixels (width x height)",
        () -> set.gatherShifted(none, 0, 2, new int[] {0, -7}, new int[2], batch));
    assertArgument(
        "gatherShifted: shift 0 is (0, 5), expected less than the 7 x 5 pixels (width x height)",
        () -> set.gatherShifted(none, 0, 2, new int[2], new int[] {5, 0}, batch));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> set.gatherShifted(none, 0, 2, new int[1], new int[2], batch));
    assertEquals(
        "gatherShifted: expected images, found 2 plain features",
        assertThrows(
                IllegalStateException.class,
                () -> table().gatherShifted(none, 0, 2, none, none, batch))
            .getMessage());
  }

  private static void assertArgument(String message, Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
