package dev.polymath.models.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;

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
record PixelFeatures(ImageSize size, byte[] stored) implements Features {
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
  public void gather(int[] examples, int from, int count, float[] target) {
    touch(examples, from, count);
    int pixels = count();
    for (int i = 0; i < count; i++) {
      scale(examples[from + i] * pixels, target, i * pixels, pixels);
    }
  }

  /**
   * As {@link #gather}, row i moved right by dx[i] and down by dy[i]; vacated pixels are {@code
   * ground}.
   */
  void gatherShifted(
      int[] examples, int from, int count, int[] dx, int[] dy, float ground, float[] target) {
    touch(examples, from, count);
    int pixels = count();
    for (int i = 0; i < count; i++) {
      int to = i * pixels;
      int source = examples[from + i] * pixels;
      // The whole image moves as one run; what wrapped around a row's end is then filled.
      int by = dy[i] * size.width() + dx[i];
      int run = Math.max(0, pixels - Math.abs(by));
      if (by >= 0) {
        scale(source, target, to + pixels - run, run);
        Arrays.fill(target, to, to + pixels - run, ground);
      } else {
        scale(source + pixels - run, target, to, run);
        Arrays.fill(target, to + run, to + pixels, ground);
      }
      fillColumns(target, to, dx[i], ground);
    }
  }

  /** Requires the first {@code count} shifts to be smaller than the image. */
  void requireSmaller(int[] dx, int[] dy, int count) {
    int width = size.width();
    int height = size.height();
    for (int i = 0; i < count; i++) {
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

  /** The median of the pixels at the borders of all images, 0 … 255: what lies around them. */
  int ground() {
    long[] counts = new long[256];
    long total = 0;
    int last = size.height() - 1;
    int width = size.width();
    for (int image = 0; image < stored.length; image += count()) {
      for (int row = 0; row <= last; row++) {
        int step = row == 0 || row == last ? 1 : Math.max(1, width - 1);
        for (int column = 0; column < width; column += step) {
          counts[stored[image + row * width + column] + 128]++;
          total++;
        }
      }
    }
    int ground = 0;
    for (long below = counts[0]; 2 * below < total; below += counts[ground]) {
      ground++;
    }
    return ground;
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

  /** Sums are whole numbers and exact; only the last step rounds. */
  @Override
  public FeatureStatistics statistics() {
    int pixels = count();
    int examples = stored.length / pixels;
    long[] sums = new long[pixels];
    long[] squares = new long[pixels];
    int[] blockSums = new int[pixels];
    int[] blockSquares = new int[pixels];
    // 128² · 2^16 examples stay below 2^31.
    for (int first = 0; first < examples; first += 1 << 16) {
      Arrays.fill(blockSums, 0);
      Arrays.fill(blockSquares, 0);
      for (int i = first; i < Math.min(examples, first + (1 << 16)); i++) {
        accumulate(i * pixels, blockSums, blockSquares);
      }
      for (int j = 0; j < pixels; j++) {
        sums[j] += blockSums[j];
        squares[j] += blockSquares[j];
      }
    }
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
    return new FeatureStatistics(
        means, deviations, mean(sum, stored.length), deviation(sum, square, stored.length));
  }

  private void accumulate(int from, int[] sums, int[] squares) {
    byte[] source = stored;
    for (int j = 0; j < sums.length; j++) {
      int value = source[from + j];
      sums[j] += value;
      squares[j] += value * value;
    }
  }

  private static double mean(long sum, int n) {
    return ((double) sum / n + 128) / 255;
  }

  private static double deviation(long sum, long squares, int n) {
    double mean = (double) sum / n;
    return Math.sqrt(Math.max(0, (double) squares / n - mean * mean)) / 255;
  }

  @Override
  public String text() {
    return size.height() + " x " + size.width() + " pixels";
  }

  @Override
  public void digest(MessageDigest digest) {
    digest.update(
        ByteBuffer.allocate(12).putInt(1).putInt(size.height()).putInt(size.width()).flip());
    byte[] chunk = new byte[1 << 16];
    for (int from = 0; from < stored.length; from += chunk.length) {
      int length = Math.min(chunk.length, stored.length - from);
      System.arraycopy(stored, from, chunk, 0, length);
      flipSign(chunk, length);
      digest.update(chunk, 0, length);
    }
  }

  private static void flipSign(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      bytes[i] ^= (byte) 0x80;
    }
  }
}
