package dev.polymath.backend.arrays;

/**
 * {@code a · b + c}, rounded once. {@link Math#fma(float, float, float)} is one instruction where
 * the CPU has it, and an object of a hundred times its cost elsewhere: there the same bits come
 * from sums in double.
 */
final class Fma {

  private static final int CALLS = 8;
  private static final int TRIES = 5;

  /** The instruction takes less for all calls, interpreted code included; the object far more. */
  private static final long NANOSECONDS = 5_000;

  /** Measured, because no property tells it on every JVM. It decides about time, not about bits. */
  private static final boolean IN_HARDWARE = isFast();

  private Fma() {}

  static float of(float a, float b, float c) {
    return IN_HARDWARE ? Math.fma(a, b, c) : inDouble(a, b, c);
  }

  private static boolean isFast() {
    long best = Long.MAX_VALUE;
    float sum = 1f;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      for (int j = 0; j < CALLS; j++) {
        sum = Math.fma(sum, 0.7f, 0.3f);
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return sum > 0 && best < NANOSECONDS;
  }

  /**
   * The product is exact in double. The sum is rounded to odd there: a sum that is not exact gets
   * an odd last bit, so that it is never taken for the middle between two floats.
   */
  static float inDouble(float a, float b, float c) {
    double product = (double) a * b;
    double sum = product + c;
    double ofC = sum - product;
    double rest = (product - (sum - ofC)) + (c - ofC);
    if (rest != 0 && !Double.isNaN(rest)) {
      long bits = Double.doubleToRawLongBits(sum);
      if ((bits & 1) == 0) {
        bits += rest > 0 == sum > 0 ? 1 : -1;
        sum = Double.longBitsToDouble(bits);
      }
    }
    return (float) sum;
  }
}
