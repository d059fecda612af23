package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polymath.models.internal.Randomness;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("MNIST's form")
class MnistFormTest {

  /** A bar with a foot, 10 wide and 20 high before it is made larger; brightness 0 and 1. */
  private static GreyImage digit(int height, int width, int y0, int x0, int scale) {
    float[] pixels = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row = Math.floorDiv(y - y0, scale);
        int column = Math.floorDiv(x - x0, scale);
        boolean bar = row >= 0 && row < 20 && column >= 4 && column < 7;
        boolean foot = row >= 17 && row < 20 && column >= 0 && column < 10;
        pixels[y * width + x] = bar || foot ? 1 : 0;
      }
    }
    return new GreyImage(new ImageSize(height, width), pixels);
  }

  private static GreyImage mapped(GreyImage image, float from, float to) {
    float[] pixels = image.brightness().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = from + (to - from) * pixels[i];
    }
    return new GreyImage(image.size(), pixels);
  }

  private static void assertForm(GreyImage image) {
    GreyImage formed = MnistForm.of(image);
    assertEquals(ImageSize.MNIST, formed.size());
    assertArrayEquals(
        MnistForm.of(digit(28, 28, 2, 3, 1)).brightness(), formed.brightness(), 1e-5f);
  }

  @Test
  @DisplayName("has the digit 20 pixels high and its mass in the middle, wherever it was")
  void placed() {
    float[] pixels = MnistForm.of(digit(100, 60, 31, 17, 3)).brightness();
    double mass = 0;
    double down = 0;
    double across = 0;
    int rows = 0;
    for (int y = 0; y < 28; y++) {
      boolean inked = false;
      for (int x = 0; x < 28; x++) {
        float value = pixels[y * 28 + x];
        mass += value;
        down += y * value;
        across += x * value;
        inked |= value > 0;
      }
      rows += inked ? 1 : 0;
    }
    assertEquals(20, rows);
    assertTrue(Math.abs(down / mass - 14) <= 0.5, "centre " + down / mass);
    assertTrue(Math.abs(across / mass - 14) <= 0.5, "centre " + across / mass);
  }

  @Test
  @DisplayName("is the same from any place, size, ground and contrast")
  void invariant() {
    assertForm(digit(28, 28, 8, 18, 1));
    assertForm(digit(20, 10, 0, 0, 1));
    assertForm(digit(300, 400, 5, 300, 7));
    assertForm(mapped(digit(28, 28, 2, 3, 1), 1, 0));
    assertForm(mapped(digit(300, 400, 100, 20, 5), 0.9f, 0.2f));
    assertForm(mapped(digit(64, 64, 3, 3, 2), 0.3f, 0.5f));
  }

  @Test
  @DisplayName("of what has it already is that itself")
  void unchanged() {
    GreyImage formed = MnistForm.of(digit(200, 100, 11, 13, 4));
    assertEquals(formed, MnistForm.of(formed));
  }

  /** Some rows and columns of an image, made larger, dark on light. */
  private static GreyImage cut(float[] image, int top, int bottom, int left, int right, int scale) {
    int height = (bottom - top) * scale;
    int width = (right - left) * scale;
    float[] pixels = new float[height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 1 - image[(top + i / width / scale) * 28 + left + i % width / scale];
    }
    return new GreyImage(new ImageSize(height, width), pixels);
  }

  /** Pictures up to 56 pixels are always taken as plain: large ones are to give the same. */
  private static void assertPlain(DataSet digits, int count) {
    for (int i = 0; i < count; i++) {
      float[] image = new float[784];
      digits.copyFeatures(i, image, 0);
      assertSame(image, 0, 28, 0, 28, "digit " + i);
      int top = 28;
      int bottom = 0;
      int left = 28;
      int right = 0;
      for (int k = 0; k < 784; k++) {
        if (image[k] > 0.3f) {
          top = Math.min(top, k / 28);
          bottom = Math.max(bottom, k / 28 + 1);
          left = Math.min(left, k % 28);
          right = Math.max(right, k % 28 + 1);
        }
      }
      // Some narrow digits fill their box like a sheet of paper.
      if (right - left >= 12) {
        assertSame(image, top, bottom, left, right, "cut digit " + i);
      }
    }
  }

  private static void assertSame(
      float[] image, int top, int bottom, int left, int right, String name) {
    float[] small = MnistForm.of(cut(image, top, bottom, left, right, 2)).brightness();
    float[] large = MnistForm.of(cut(image, top, bottom, left, right, 10)).brightness();
    assertArrayEquals(small, large, 1e-4f, name);
  }

  @Test
  @DisplayName("is found where the digit reaches the border, is cut to its box, or is thick")
  void reachesBorder() {
    assertPlain(Digits.generate(7).train(), 60);
  }

  @Test
  @DisplayName("is found where a narrow digit is cut to its box and runs along much of it")
  void narrow() {
    float[] seven = new float[784];
    for (int y = 0; y < 20; y++) {
      int stem = y < 9 ? 7 : 7 - (y - 9) / 2;
      for (int x = 0; x < 10; x++) {
        seven[y * 28 + x] = y < 3 || x >= stem && x < stem + 3 ? 1 : 0;
      }
    }
    assertSame(seven, 0, 20, 0, 10, "7");
  }

  @Test
  @DisplayName("is found where an image of MNIST is large, cut to its box, or thick")
  void reachesBorderMnist() throws IOException {
    String mnist = System.getenv("POLYMATH_MNIST");
    assumeTrue(mnist != null, "skipped: POLYMATH_MNIST does not name MNIST's folder");
    assertPlain(Mnist.load(Path.of(mnist)).test(), 100);
  }

  @Test
  @DisplayName("sees over noise and dust")
  void noise() {
    GreyImage clean = digit(140, 160, 20, 70, 5);
    float[] pixels = mapped(clean, 0.85f, 0.2f).brightness();
    Randomness random = new Randomness(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] += (float) (0.04 * random.nearlyGaussian());
      pixels[i] = Math.min(1, Math.max(0, pixels[i]));
    }
    pixels[3 * 160 + 5] = 0.1f;
    float[] formed = MnistForm.of(new GreyImage(clean.size(), pixels)).brightness();
    float[] expected = MnistForm.of(clean).brightness();
    double difference = 0;
    for (int i = 0; i < formed.length; i++) {
      difference += Math.abs(formed[i] - expected[i]);
    }
    assertTrue(difference / formed.length < 0.02, "mean difference " + difference / formed.length);
  }

  @Test
  @DisplayName("is there for one pixel, one row, one column")
  void tiny() {
    for (ImageSize size :
        new ImageSize[] {new ImageSize(1, 2), new ImageSize(2, 1), new ImageSize(1, 500)}) {
      float[] pixels = new float[size.pixels()];
      pixels[1] = 1;
      float brightest = 0;
      for (float value : MnistForm.of(new GreyImage(size, pixels)).brightness()) {
        brightest = Math.max(brightest, value);
      }
      assertEquals(1, brightest);
    }
  }

  @Test
  @DisplayName("is refused to a blank picture")
  void blank() {
    for (float level : new float[] {0, 0.5f, 1}) {
      GreyImage blank = mapped(digit(30, 30, 50, 50, 1), level, level);
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> MnistForm.of(blank));
      assertTrue(String.valueOf(e.getMessage()).contains("is blank, expected a digit"));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new GreyImage(new ImageSize(1, 1), new float[] {Float.NaN}));
    assertThrows(
        IllegalArgumentException.class, () -> new GreyImage(new ImageSize(1, 1), new float[2]));
  }

  @Test
  @DisplayName("is what MNIST's images have: 99.9 % stay as they are")
  void mnist() throws IOException {
    String mnist = System.getenv("POLYMATH_MNIST");
    assumeTrue(mnist != null, "skipped: POLYMATH_MNIST does not name MNIST's folder");
    DataSet test = Mnist.load(Path.of(mnist)).test();
    int same = 0;
    for (int i = 0; i < test.size(); i++) {
      float[] pixels = new float[784];
      test.copyFeatures(i, pixels, 0);
      GreyImage image = new GreyImage(ImageSize.MNIST, pixels);
      same += MnistForm.of(image) == image ? 1 : 0;
    }
    assertTrue(same >= 9_990, same + " of 10000");
  }

  @Test
  @DisplayName("is reached by means of areas where a picture shrinks, and lines where it grows")
  void scaling() {
    GreyImage four = new GreyImage(new ImageSize(1, 4), new float[] {0, 1, 0.5f, 0.5f});
    assertArrayEquals(
        new float[] {0.5f, 0.5f}, four.scaledTo(new ImageSize(1, 2)).brightness(), 1e-6f);
    assertArrayEquals(
        new float[] {0.25f, 0.75f, 0.5f}, four.scaledTo(new ImageSize(1, 3)).brightness(), 1e-6f);
    GreyImage two = new GreyImage(new ImageSize(2, 1), new float[] {0, 1});
    assertArrayEquals(
        new float[] {0, 0.25f, 0.75f, 1}, two.scaledTo(new ImageSize(4, 1)).brightness(), 1e-6f);
    assertArrayEquals(new byte[] {0, (byte) 255, (byte) 128, (byte) 128}, four.toBytes());
  }
}
