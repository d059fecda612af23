package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir Path folder;

  private static byte[] images(int count, int height, int width) {
    return ByteBuffer.allocate(16 + count * height * width)
        .putInt(0x0803)
        .putInt(count)
        .putInt(height)
        .putInt(width)
        .array();
  }

  private static byte[] labels(int count) {
    return ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count).array();
  }

  @Test
  @DisplayName("the four files are found under each of their usual names")
  void findsSpellings() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte.gz"), IdxTest.gzip(images(3, 4, 5)));
    Files.write(folder.resolve("train-labels.idx1-ubyte"), labels(3));
    Files.write(folder.resolve("t10k-images.idx3-ubyte.gz"), IdxTest.gzip(images(2, 4, 5)));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(2));
    TrainTest data = Mnist.load(folder);
    assertEquals(3, data.train().size());
    assertEquals(2, data.test().size());
    assertEquals(10, data.test().classes());
  }

  @Test
  @DisplayName("missing files and folders are listed")
  void namesWhatIsMissing() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), images(3, 4, 5));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(2));
    assertEquals(
        folder
            + ": missing train-labels-idx1-ubyte, t10k-images-idx3-ubyte"
            + " (or .idx for -idx; plain or .gz)",
        assertThrows(IOException.class, () -> Mnist.load(folder)).getMessage());
    Path nowhere = folder.resolve("nowhere");
    assertEquals(
        nowhere
            + ": no such folder, expected one with train-images-idx3-ubyte,"
            + " train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"
            + " (or .idx for -idx; plain or .gz)",
        assertThrows(IOException.class, () -> Mnist.load(nowhere)).getMessage());
  }

  @Test
  @DisplayName("training and test images of different sizes are refused")
  void refusesMixedSizes() throws IOException {
    Path train = folder.resolve("train-images-idx3-ubyte");
    Path test = folder.resolve("t10k-images-idx3-ubyte");
    Files.write(train, images(3, 4, 5));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(3));
    Files.write(test, images(2, 5, 4));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(2));
    assertEquals(
        test + ": byte 8: images of 5 x 4 pixels, but " + train + " has 4 x 5",
        assertThrows(IOException.class, () -> Mnist.load(folder)).getMessage());
  }

  @Test
  @DisplayName("the real files hold what is known of them")
  void readsRealFiles() throws IOException {
    String real = System.getenv("POLYMATH_MNIST");
    assumeTrue(real != null, "POLYMATH_MNIST does not name a folder with the MNIST files");
    TrainTest data = Mnist.load(Path.of(real));
    assertEquals(60_000, data.train().size());
    assertEquals(10_000, data.test().size());
    assertEquals(Optional.of(new ImageSize(28, 28)), data.train().imageSize());
    assertEquals(5, data.train().label(0));
    assertEquals(7, data.test().label(0));
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
        counts(data.train()));
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, counts(data.test()));
    FeatureStatistics statistics = data.train().featureStatistics();
    assertEquals(0.1307, statistics.overallMean(), 5e-5);
    assertEquals(0.3081, statistics.overallStandardDeviation(), 5e-5);
    // What moves in at a side is black.
    float[] image = new float[784];
    data.train().gatherShifted(new int[] {0}, 0, 1, new int[] {27}, new int[] {0}, image);
    assertEquals(0f, image[14 * 28 + 10]);
  }

  static int[] counts(DataSet set) {
    int[] counts = new int[set.classes()];
    for (int i = 0; i < set.size(); i++) {
      counts[set.label(i)]++;
    }
    return counts;
  }
}
