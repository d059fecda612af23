package dev.polymath.backend.arrays;

/**
 * exp, sigmoid, tanh and ELU, one number at a time: step for step what {@link VectorFunctions} does
 * with vectors, and so the same bits. The polynomials are minimax fits of relative error;
 * ArraysVectorFunctionsTest holds the bounds stated here over the bit patterns of floats.
 */
final class ScalarFunctions {

  /** 1.5 · 2²³: adding it rounds to an integer, which then stands in the low bits. */
  static final float ROUND = 12582912f;

  static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; n · LN2_HIGH is exact for every exponent n. */
  static final float LN2_HIGH = 0.693359375f;

  static final float LN2_LOW = -2.12194440e-4f;

  /** Below, exp is under half the smallest normal float, and the scale 2ⁿ becomes 0. */
  static final float LOWEST = -88f;

  /** Above, 2ⁿ would be infinite. */
  static final float HIGHEST = 88.37f;

  // exp(r) = 1 + r + r² · (E2 + E3 · r + …) for |r| ≤ ln 2 / 2, within 2⁻²⁸.
  static final float E2 = 0.49999994f;
  static final float E3 = 0.16666521f;
  static final float E4 = 4.166839e-2f;
  static final float E5 = 8.368745e-3f;
  static final float E6 = 1.3814538e-3f;

  // tanh(x) = x + x³ · (T3 + T5 · x² + …) for |x| ≤ NEAR, within 2⁻²⁹.
  static final float NEAR = 0.55f;
  static final float T3 = -0.33333316f;
  static final float T5 = 0.13332586f;
  static final float T7 = -5.3852312e-2f;
  static final float T9 = 2.1071682e-2f;
  static final float T11 = -6.2742434e-3f;

  private ScalarFunctions() {}

  /** {@code y = exp(x − shift)}, the difference as good as exact: {@link VectorFunctions#exp}. */
  static void exp(float[] x, int xAt, float shift, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = exp(x[xAt + i], shift);
    }
  }

  private static float exp(float x, float shift) {
    float v = x - shift;
    float b = x - v;
    float rest = (x - (v + b)) + (b - shift);
    if (v < LOWEST) {
      v = LOWEST;
      rest = 0f;
    }
    if (v > HIGHEST) {
      v = HIGHEST;
      rest = 0f;
    }
    float sum = Fma.of(v, LOG2_E, ROUND);
    float r = remainder(v, sum - ROUND) + rest;
    return Fma.of(polynomial(r), r * r, r + 1f) * power(sum);
  }

  /** {@code y = 1 / (1 + exp(−x))}, as e / (1 + e) with e = exp(x). */
  static void sigmoid(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float e = exp(x[xAt + i], 0f);
      y[yAt + i] = e / (e + 1f);
    }
  }

  /** {@code y = above · x} where x > 0 and {@code below · (exp(x) − 1)} elsewhere. */
  static void elu(float[] x, int xAt, float above, float below, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[xAt + i];
      // One of the two terms is 0: no branch that the sign of x would mislead.
      y[yAt + i] = above * Math.max(v, 0f) + below * expm1(Math.min(v, 0f));
    }
  }

  /**
   * {@code exp(x) − 1} for x ≤ 0, within 2⁻²⁰; NaN stays NaN. x = n · ln 2 + r, and exp(x) − 1 = 2ⁿ
   * · (exp(r) − 1) + (2ⁿ − 1), whose two terms do not cancel.
   */
  static float expm1(float x) {
    float v = x < LOWEST ? LOWEST : x;
    float sum = Fma.of(v, LOG2_E, ROUND);
    float r = remainder(v, sum - ROUND);
    float scale = power(sum);
    return Fma.of(Fma.of(polynomial(r), r * r, r), scale, scale - 1f);
  }

  /** {@code y = tanh(x)}, within 4 ulp: {@link VectorFunctions#tanh}. */
  static void tanh(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[xAt + i];
      y[yAt + i] = Math.abs(v) > NEAR ? tanhFar(v) : tanhNear(v);
    }
  }

  private static float tanhFar(float x) {
    float size = Math.abs(x);
    float twice = size + size;
    if (twice > HIGHEST) {
      twice = HIGHEST;
    }
    float sum = Fma.of(twice, LOG2_E, ROUND);
    float r = remainder(twice, sum - ROUND);
    float e = Fma.of(polynomial(r), r * r, r + 1f) * power(sum);
    float far = 1f - 2f / (e + 1f);
    return x < 0 ? -far : far;
  }

  private static float tanhNear(float x) {
    float s = x * x;
    float p = Fma.of(Fma.of(T11, s, T9), s, T7);
    return Fma.of(Fma.of(Fma.of(p, s, T5), s, T3), s * x, x);
  }

  /** {@code v − exponent · ln 2}. */
  private static float remainder(float v, float exponent) {
    return Fma.of(exponent, -LN2_LOW, Fma.of(exponent, -LN2_HIGH, v));
  }

  /** {@code E2 + E3 · r + …}. */
  private static float polynomial(float r) {
    return Fma.of(Fma.of(Fma.of(Fma.of(E6, r, E5), r, E4), r, E3), r, E2);
  }

  /** 2ⁿ, n from the low bits of the rounding sum. */
  private static float power(float sum) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(sum) + 127 << 23);
  }
}
