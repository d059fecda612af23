package dev.polymath.models.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * Images of one byte a pixel, 0 … 255, delivered as 0 … 1.
 *
 * <p>Stored as {@code value − 128}: a signed byte converts to float in one vector instruction (C2
 * from JDK 20 on), an unsigned one takes a widening that C2 leaves scalar. Gathering 64 random
 * images of 784 pixels took 10 µs against 30 µs (JDK 25), and about the same either way on JDK 17.
 * A table of 256 floats takes 28 to 32 µs on JDK 25, and 36 to 42 instead of 44 on JDK 17.
 *
 * @param size size of an image
 * @param stored [examples, height · width], each byte the pixel less 128
 */
record PixelFeatures(ImageSize size, byte[] stored) implements Pixels {
  private static final float SCALE = 1f / 255;
  private static final int CACHE_LINE = 64;

  /** What a pixel of 0 to 255 is delivered as. */
  static float fraction(int pixel) {
    return pixel * SCALE;
  }

  /** Takes over {@code pixels} (0 … 255 as unsigned bytes) and rewrites it. */
  static PixelFeatures ofUnsigned(ImageSize size, byte[] pixels) {
    flipSign(pixels, pixels.length);
    return new PixelFeatures(size, pixels);
  }

  @Override
  public int count() {
    return size.pixels();
  }

  @Override
  public void copy(int example, float[] target, int offset) {
    scale(example * count(), target, offset, count());
  }

  @Override
  public void gather(int[] examples, int from, int count, float[] target, int at, int step) {
    touch(examples, from, count);
    int pixels = count();
    for (int i = 0; i < count; i++) {
      scale(examples[from + i] * pixels, target, at + i * step, pixels);
    }
  }

  @Override
  public void gatherShifted(
      int[] examples,
      int from,
      int count,
      int[] dx,
      int[] dy,
      int shiftsFrom,
      float ground,
      float[] target,
      int at,
      int step) {
    touch(examples, from, count);
    int pixels = count();
    for (int i = 0; i < count; i++) {
      int to = at + i * step;
      int source = examples[from + i] * pixels;
      int right = dx[shiftsFrom + i];
      // The whole image moves as one run; what wrapped around a row's end is then filled.
      int by = dy[shiftsFrom + i] * size.width() + right;
      int run = Math.max(0, pixels - Math.abs(by));
      if (by >= 0) {
        scale(source, target, to + pixels - run, run);
        Arrays.fill(target, to, to + pixels - run, ground);
      } else {
        scale(source + pixels - run, target, to, run);
        Arrays.fill(target, to + run, to + pixels, ground);
      }
      fillColumns(target, to, right, ground);
    }
  }

  /** Requires shifts to be smaller than the image. */
  static void requireSmaller(ImageSize size, int[] dx, int[] dy, int from, int count) {
    Objects.checkFromIndexSize(from, count, dx.length);
    Objects.checkFromIndexSize(from, count, dy.length);
    int width = size.width();
    int height = size.height();
    for (int i = from; i < from + count; i++) {
      if (dx[i] <= -width || dx[i] >= width || dy[i] <= -height || dy[i] >= height) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "gatherShifted: shift %d is (%d, %d), expected less than the %d x %d pixels (width x height)",
                i,
                dx[i],
                dy[i],
                width,
                height));
      }
    }
  }

  private void fillColumns(float[] target, int image, int dx, float ground) {
    int width = size.width();
    int first = dx >= 0 ? 0 : width + dx;
    int last = dx >= 0 ? dx : width;
    for (int column = first; column < last; column++) {
      for (int row = 0; row < size.height(); row++) {
        target[image + row * width + column] = ground;
      }
    }
  }

  @Override
  public int ground() {
    Border border = new Border(size);
    for (int image = 0; image < stored.length; image += count()) {
      border.add(stored, image);
    }
    return border.median();
  }

  /** Counts the pixels at the borders of images. */
  static final class Border {

    private final ImageSize size;
    private final long[] counts = new long[256];
    private long total;

    Border(ImageSize size) {
      this.size = size;
    }

    /** Adds the image that begins at a place. */
    void add(byte[] stored, int image) {
      int last = size.height() - 1;
      int width = size.width();
      for (int row = 0; row <= last; row++) {
        int step = row == 0 || row == last ? 1 : Math.max(1, width - 1);
        for (int column = 0; column < width; column += step) {
          counts[stored[image + row * width + column] + 128]++;
          total++;
        }
      }
    }

    int median() {
      int ground = 0;
      for (long below = counts[0]; 2 * below < total; below += counts[ground]) {
        ground++;
      }
      return ground;
    }
  }

  private void scale(int from, float[] target, int to, int length) {
    byte[] source = stored;
    for (int i = 0; i < length; i++) {
      target[to + i] = ((float) source[from + i] + 128f) * SCALE;
    }
  }

  /**
   * Reads one byte of every cache line of the batch. Shuffled images lie anywhere in memory; with
   * nothing in between, their misses overlap instead of being waited for one after the other
   * (measured: about 10 µs less a batch of 64).
   */
  private void touch(int[] examples, int from, int count) {
    int pixels = count();
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int start = examples[from + i] * pixels;
      for (int j = 0; j < pixels; j += CACHE_LINE) {
        sum += stored[start + j];
      }
    }
    if (sum == Integer.MIN_VALUE) { // Out of reach, but the compiler must keep the reads.
      throw new AssertionError(sum);
    }
  }

  @Override
  public Features subset(int[] examples) {
    int pixels = count();
    byte[] chosen = new byte[Math.multiplyExact(examples.length, pixels)];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(stored, examples[i] * pixels, chosen, i * pixels, pixels);
    }
    return new PixelFeatures(size, chosen);
  }

  @Override
  public FeatureStatistics statistics() {
    Sums sums = new Sums(count());
    sums.add(stored, 0, stored.length / count());
    return sums.statistics();
  }

  /** Sums over images are whole numbers and exact; only the last step rounds. */
  static final class Sums {

    // 128² · 2^16 examples stay below 2^31.
    private static final int BLOCK = 1 << 16;

    private final long[] sums;
    private final long[] squares;
    private final int[] blockSums;
    private final int[] blockSquares;
    private long examples;

    Sums(int pixels) {
      sums = new long[pixels];
      squares = new long[pixels];
      blockSums = new int[pixels];
      blockSquares = new int[pixels];
    }

    /** Adds images that lie one after the other. */
    void add(byte[] stored, int from, int images) {
      for (int first = 0; first < images; first += BLOCK) {
        Arrays.fill(blockSums, 0);
        Arrays.fill(blockSquares, 0);
        for (int i = first; i < Math.min(images, first + BLOCK); i++) {
          accumulate(stored, from + i * sums.length);
        }
        for (int j = 0; j < sums.length; j++) {
          sums[j] += blockSums[j];
          squares[j] += blockSquares[j];
        }
      }
      examples += images;
    }

    private void accumulate(byte[] source, int from) {
      int[] s = blockSums;
      int[] q = blockSquares;
      for (int j = 0; j < s.length; j++) {
        int value = source[from + j];
        s[j] += value;
        q[j] += value * value;
      }
    }

    FeatureStatistics statistics() {
      int pixels = sums.length;
      double[] means = new double[pixels];
      double[] deviations = new double[pixels];
      long sum = 0;
      long square = 0;
      for (int j = 0; j < pixels; j++) {
        means[j] = mean(sums[j], examples);
        deviations[j] = deviation(sums[j], squares[j], examples);
        sum += sums[j];
        square += squares[j];
      }
      long all = examples * pixels;
      return new FeatureStatistics(means, deviations, mean(sum, all), deviation(sum, square, all));
    }
  }

  private static double mean(long sum, long n) {
    return ((double) sum / n + 128) / 255;
  }

  private static double deviation(long sum, long squares, long n) {
    double mean = (double) sum / n;
    return Math.sqrt(Math.max(0, (double) squares / n - mean * mean)) / 255;
  }

  @Override
  public String text() {
    return text(size);
  }

  static String text(ImageSize size) {
    return size.height() + " x " + size.width() + " pixels";
  }

  static void digestHead(ImageSize size, MessageDigest digest) {
    digest.update(
        ByteBuffer.allocate(12).putInt(1).putInt(size.height()).putInt(size.width()).flip());
  }

  @Override
  public void digest(MessageDigest digest) {
    digestHead(size, digest);
    byte[] chunk = new byte[1 << 16];
    for (int from = 0; from < stored.length; from += chunk.length) {
      int length = Math.min(chunk.length, stored.length - from);
      System.arraycopy(stored, from, chunk, 0, length);
      flipSign(chunk, length);
      digest.update(chunk, 0, length);
    }
  }

  static void flipSign(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      bytes[i] ^= (byte) 0x80;
    }
  }
}
