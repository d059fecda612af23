package dev.polymath.backend.arrays;

/**
 * The natural logarithm, within an ulp. Additions, products and one division alone: {@link
 * Math#log} may differ in its last bit between CPUs and JDKs, and {@link StrictMath#log} is a call
 * into C on JDK 17.
 */
final class Logarithm {

  /** ln 2 in two parts; n · LN2_HIGH is exact for every exponent n. */
  private static final double LN2_HIGH = 0.6931471803691238;

  private static final double LN2_LOW = 1.9082149292705877e-10;

  // log((1 + s) / (1 − s)) = 2s + s³ · (L0 + L1 · s² + …) for |s| ≤ 0.172, within 2⁻⁵⁷ of 2s.
  private static final double L0 = 0.666666666666667;
  private static final double L1 = 0.39999999999899505;
  private static final double L2 = 0.28571428625975487;
  private static final double L3 = 0.2222221113479508;
  private static final double L4 = 0.18182889125261723;
  private static final double L5 = 0.15331721600556042;
  private static final double L6 = 0.14616449685043406;

  private static final long FRACTION = (1L << 52) - 1;
  private static final long ONE = 1023L << 52;

  private Logarithm() {}

  /** {@code x = 2ⁿ · m} with m from √½ to √2, and s = (m − 1) / (m + 1). */
  static double of(double x) {
    if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
      return unusual(x);
    }
    long bits = Double.doubleToRawLongBits(x);
    long n = (bits >>> 52) - 1023;
    double m = Double.longBitsToDouble(bits & FRACTION | ONE);
    if (m > 1.4142135623730951) {
      m *= 0.5;
      n++;
    }
    double f = m - 1; // exact
    double s = f / (2 + f);
    double z = s * s;
    double w = z * z;
    double even = L0 + w * (L2 + w * (L4 + w * L6));
    double odd = L1 + w * (L3 + w * L5);
    double r = z * (even + z * odd);
    // 2s = f − s · f, and the exact f keeps the digits that s has lost.
    return n * LN2_HIGH + (f + (n * LN2_LOW - s * (f - r)));
  }

  private static double unusual(double x) {
    if (x > 0 && x < Double.MIN_NORMAL) {
      return of(x * 0x1p54) - 54 * LN2_HIGH - 54 * LN2_LOW;
    }
    if (x == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return x > 0 ? x : Double.NaN;
  }
}
