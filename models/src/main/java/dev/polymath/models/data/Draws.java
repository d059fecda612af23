package dev.polymath.models.data;

import java.util.SplittableRandom;

/**
 * Random draws whose values are fixed by the seed alone. Only {@link SplittableRandom#nextLong} and
 * exact arithmetic are used: the JDK's own bounded and Gaussian methods are free to change.
 */
final class Draws {
  private Draws() {}

  /** Uniform in [0, bound). */
  static int below(SplittableRandom random, int bound) {
    return (int) ((random.nextLong() >>> 32) * bound >>> 32);
  }

  /** Uniform in [low, high). */
  static double uniform(SplittableRandom random, double low, double high) {
    return low + (high - low) * ((random.nextLong() >>> 11) * 0x1p-53);
  }

  /**
   * Nearly normal, mean 0, standard deviation 1, within ±4.9: the sum of the eight bytes of one
   * draw. It needs no logarithm, which matters at one draw a pixel.
   */
  static double normal(SplittableRandom random) {
    long bits = random.nextLong();
    // Pairs of bytes, then of 16-bit sums, then of 32-bit sums.
    bits = (bits & 0x00ff00ff00ff00ffL) + (bits >>> 8 & 0x00ff00ff00ff00ffL);
    bits = (bits & 0x0000ffff0000ffffL) + (bits >>> 16 & 0x0000ffff0000ffffL);
    long sum = (bits & 0xffffffffL) + (bits >>> 32);
    // A byte has mean 127.5 and variance 65535/12; eight of them 1020 and 43690.
    return (sum - 1020) * STANDARD;
  }

  private static final double STANDARD = 1 / Math.sqrt(43690);

  /** Fisher–Yates, in place. */
  static void shuffle(SplittableRandom random, int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(random, i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
