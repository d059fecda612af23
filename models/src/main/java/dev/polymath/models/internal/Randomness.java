package dev.polymath.models.internal;

import java.util.SplittableRandom;

/**
 * A stream of random numbers that every JDK draws alike: only {@link SplittableRandom#nextLong()}
 * and StrictMath. Every long is a valid seed.
 */
public final class Randomness {

  /** What a stream is for: two purposes with one seed share no numbers. */
  public enum Purpose {
    WEIGHTS,
    SPLIT,
    ORDER,
    SHIFTS,
    CHECK
  }

  private static final double ULP = 0x1.0p-53;

  private final SplittableRandom random;
  private double spare = Double.NaN;

  public Randomness(long seed, Purpose purpose) {
    // SplittableRandom(s) and SplittableRandom(s + its gamma) overlap; a hash in between keeps
    // neighbouring seeds and purposes apart.
    long first = new SplittableRandom(seed).nextLong();
    random = new SplittableRandom(first + 0x632be59bd9b4e019L * purpose.ordinal());
  }

  public long nextLong() {
    return random.nextLong();
  }

  /** From 0 to {@code bound − 1}. */
  public int below(int bound) {
    return (int) (((random.nextLong() >>> 32) * bound) >>> 32);
  }

  /** From N(0, 1), by Box and Muller. */
  public double gaussian() {
    if (!Double.isNaN(spare)) {
      double result = spare;
      spare = Double.NaN;
      return result;
    }
    double u = ((random.nextLong() >>> 11) + 1) * ULP; // in (0, 1]: its logarithm is finite
    double angle = 2 * Math.PI * ((random.nextLong() >>> 11) * ULP);
    double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /** Puts the elements in a random order (Fisher and Yates). */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
