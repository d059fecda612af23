package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.VectorFunctions.E2;
import static dev.polymath.backend.arrays.VectorFunctions.E3;
import static dev.polymath.backend.arrays.VectorFunctions.E4;
import static dev.polymath.backend.arrays.VectorFunctions.E5;
import static dev.polymath.backend.arrays.VectorFunctions.E6;
import static dev.polymath.backend.arrays.VectorFunctions.LN2_HIGH;
import static dev.polymath.backend.arrays.VectorFunctions.LN2_LOW;
import static dev.polymath.backend.arrays.VectorFunctions.LOG2_E;
import static dev.polymath.backend.arrays.VectorFunctions.LOWEST;
import static dev.polymath.backend.arrays.VectorFunctions.ROUND;

/**
 * What the JDK computes slowly, by the polynomial of the vector kernels. Only constants are taken
 * from there, which the compiler copies: that class does not load where the Vector API is missing.
 */
final class ScalarFunctions {

  private ScalarFunctions() {}

  /**
   * {@code exp(x) − 1} for x ≤ 0, within 2⁻²⁰; NaN stays NaN. x = n · ln 2 + r, and exp(x) − 1 = 2ⁿ
   * · (exp(r) − 1) + (2ⁿ − 1), whose two terms do not cancel.
   */
  static float expm1(float x) {
    float v = x < LOWEST ? LOWEST : x;
    float sum = v * LOG2_E + ROUND;
    float exponent = sum - ROUND;
    float r = v - exponent * LN2_HIGH - exponent * LN2_LOW;
    float p = ((((E6 * r + E5) * r + E4) * r + E3) * r + E2) * (r * r) + r;
    float scale = Float.intBitsToFloat(Float.floatToRawIntBits(sum) + 127 << 23);
    return p * scale + (scale - 1f);
  }
}
