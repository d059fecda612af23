package dev.polymath.benchmarks;

/**
 * Numbers that look random and are the same wherever they are computed: {@code
 * peers/pytorch_mlp.py} draws these, bit for bit.
 */
final class Numbers {

  /** What the numbers are for; two streams have nothing in common. */
  static final int FEATURES = 0;

  static final int LABELS = 1;

  /** Left and right factor, or the gradient that comes in. */
  static final int LEFT = 2;

  static final int RIGHT = 3;

  /** The first parameter of a network; the others follow. */
  static final int PARAMETERS = 4;

  private static final int LONGEST = 1 << 24;

  private Numbers() {}

  /** {@code count} numbers of a stream, in [from, to). */
  static float[] uniform(int stream, int count, double from, double to) {
    if (count > LONGEST) {
      throw new IllegalArgumentException(
          "numbers: expected at most " + LONGEST + " of a stream, found " + count);
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (from + (to - from) * unit(stream * LONGEST + i));
    }
    return numbers;
  }

  /** A multiple of 2⁻²⁴ in [0, 1): two rounds of multiply and shift. */
  private static double unit(int index) {
    int h = index * 0x9E3779B1;
    h = (h ^ (h >>> 15)) * 0x85EBCA77;
    h ^= h >>> 13;
    return (h >>> 8) * 0x1p-24;
  }
}
