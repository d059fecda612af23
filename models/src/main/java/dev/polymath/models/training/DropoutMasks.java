package dev.polymath.models.training;

import dev.polymath.models.internal.Randomness;

/**
 * Draws masks for dropout: 0 for what is dropped, {@code 1 / (1 − rate)} for what stays, so that
 * sums keep their expected size. The rate is taken to the next 65,536th: a draw of 64 bits decides
 * over four elements.
 */
final class DropoutMasks {

  private static final int CHOICES = 1 << 16;

  private final int dropped;
  private final int scale;

  /**
   * @param rate the probability that an element is dropped, from 0 to below 1
   */
  DropoutMasks(double rate) {
    dropped = (int) Math.min(CHOICES - 1, Math.round(rate * CHOICES));
    scale = Float.floatToRawIntBits((float) CHOICES / (CHOICES - dropped));
  }

  /**
   * Overwrites the first rows of each mask, one mask after the other.
   *
   * @param masks row by row, each of as many rows as the first batch has
   * @param part how many of {@code whole} rows are wanted
   */
  void draw(Randomness random, float[][] masks, int part, int whole) {
    for (float[] mask : masks) {
      draw(random, mask, mask.length / whole * part);
    }
  }

  private void draw(Randomness random, float[] mask, int length) {
    int i = 0;
    for (; i <= length - 4; i += 4) {
      long bits = random.nextLong();
      mask[i] = element((int) bits & 0xffff);
      mask[i + 1] = element((int) (bits >>> 16) & 0xffff);
      mask[i + 2] = element((int) (bits >>> 32) & 0xffff);
      mask[i + 3] = element((int) (bits >>> 48));
    }
    for (long bits = i < length ? random.nextLong() : 0; i < length; i++) {
      mask[i] = element((int) bits & 0xffff);
      bits >>>= 16;
    }
  }

  /** Without a branch: half of them would be guessed wrong. */
  private float element(int choice) {
    int stays = ~((choice - dropped) >> 31);
    return Float.intBitsToFloat(stays & scale);
  }
}
