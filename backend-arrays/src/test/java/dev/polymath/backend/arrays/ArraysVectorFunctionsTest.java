package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("exp, sigmoid and tanh on vectors, over all exponents and signs")
class ArraysVectorFunctionsTest {

  /** A prime: of the 2³² bit patterns one in so many is tried, and every exponent is met. */
  private static final int STRIDE = 1999;

  /** The worst error over the values for which {@code used} holds, in the given unit. */
  private static double worst(
      Ranges function, DoubleUnaryOperator exact, Error error, float from, float to) {
    float[] x = new float[1 << 12];
    float[] y = new float[x.length];
    double worst = 0;
    long bits = Integer.MIN_VALUE;
    while (bits <= Integer.MAX_VALUE) {
      int n = 0;
      for (; n < x.length && bits <= Integer.MAX_VALUE; bits += STRIDE) {
        float value = Float.intBitsToFloat((int) bits);
        if (value >= from && value <= to) {
          x[n++] = value;
        }
      }
      function.apply(x, 0, y, 0, x.length);
      for (int i = 0; i < n; i++) {
        worst = Math.max(worst, error.of(y[i], exact.applyAsDouble(x[i])));
      }
    }
    return worst;
  }

  private interface Ranges {
    void apply(float[] x, int xAt, float[] y, int yAt, int n);
  }

  private static final Ranges EXP =
      (x, xAt, y, yAt, n) -> VectorFunctions.exp(x, xAt, 0f, y, yAt, n);

  private interface Error {
    double of(float found, double exact);
  }

  private static double ulps(float found, double exact) {
    return Math.abs(found - exact) / Math.ulp((float) exact);
  }

  /** In units of 2⁻²⁰ relative and 2⁻¹²⁶ absolute. */
  private static double units(float found, double exact) {
    return Math.abs(found - exact) / (0x1p-20 * Math.abs(exact) + 0x1p-126);
  }

  @Test
  @DisplayName("exp is within 2 ulp where the result is a normal number")
  void exp() {
    double worst = worst(EXP, Math::exp, ArraysVectorFunctionsTest::ulps, -87.3f, 88.37f);
    assertTrue(worst <= 2, "worst error " + worst + " ulp");
  }

  @Test
  @DisplayName("exp of large negative numbers is at most 2⁻¹²⁶ off")
  void expUnderflow() {
    double worst =
        worst(
            EXP,
            Math::exp,
            (found, exact) -> Math.abs(found - exact) / 0x1p-126,
            Float.NEGATIVE_INFINITY,
            -87.3f);
    assertTrue(worst <= 1, "worst error " + worst + " · 2⁻¹²⁶");
  }

  @Test
  @DisplayName("sigmoid is within 2⁻²⁰ of its value, or 2⁻¹²⁶, over all floats")
  void sigmoid() {
    double worst =
        worst(
            VectorFunctions::sigmoid,
            x -> 1 / (1 + Math.exp(-x)),
            ArraysVectorFunctionsTest::units,
            Float.NEGATIVE_INFINITY,
            Float.POSITIVE_INFINITY);
    assertTrue(worst <= 1, "worst error " + worst + " · 2⁻²⁰");
  }

  @Test
  @DisplayName("tanh is within 2⁻²⁰ of its value over all floats, the tiny ones included")
  void tanh() {
    double worst =
        worst(
            VectorFunctions::tanh,
            Math::tanh,
            ArraysVectorFunctionsTest::units,
            Float.NEGATIVE_INFINITY,
            Float.POSITIVE_INFINITY);
    assertTrue(worst <= 1, "worst error " + worst + " · 2⁻²⁰");
    double relative =
        worst(
            VectorFunctions::tanh,
            Math::tanh,
            ArraysVectorFunctionsTest::ulps,
            Float.MIN_VALUE,
            Float.POSITIVE_INFINITY);
    assertTrue(relative <= 4, "worst error " + relative + " ulp");
  }

  /** The exponential linear unit of the scalar kernels. */
  private static final Ranges SCALAR_ELU =
      (x, xAt, y, yAt, n) -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = x[xAt + i] > 0 ? x[xAt + i] : ScalarFunctions.expm1(x[xAt + i]);
        }
      };

  @Test
  @DisplayName(
      "the exponential linear unit is within 4 ulp over all floats, the tiny ones included")
  void elu() {
    Ranges vector = (x, xAt, y, yAt, n) -> VectorFunctions.elu(x, xAt, 1f, 1f, y, yAt, n);
    for (Ranges function : new Ranges[] {vector, SCALAR_ELU}) {
      double worst =
          worst(
              function,
              x -> x > 0 ? x : Math.expm1(x),
              ArraysVectorFunctionsTest::ulps,
              -Float.MAX_VALUE,
              Float.MAX_VALUE);
      assertTrue(worst <= 4, "worst error " + worst + " ulp");
      assertEquals(-1f, at(function, Float.NEGATIVE_INFINITY));
      assertEquals(Float.POSITIVE_INFINITY, at(function, Float.POSITIVE_INFINITY));
      assertTrue(Float.isNaN(at(function, Float.NaN)), "NaN");
    }
  }

  private static float at(Ranges function, float x) {
    float[] values = new float[Lanes.COUNT];
    values[0] = x;
    function.apply(values, 0, values, 0, Lanes.COUNT);
    return values[0];
  }

  @Test
  @DisplayName("infinities have their limits, NaN stays NaN; exp ends below infinity")
  void specialValues() {
    float infinity = Float.POSITIVE_INFINITY;
    assertEquals(at(EXP, 88.37f), at(EXP, infinity));
    assertEquals(at(EXP, 88.37f), at(EXP, 1e30f));
    assertEquals(0f, at(EXP, -infinity));
    assertEquals(1f, at(EXP, 0f));
    assertEquals(1f, at(VectorFunctions::sigmoid, infinity));
    assertEquals(0f, at(VectorFunctions::sigmoid, -infinity));
    assertEquals(1f, at(VectorFunctions::tanh, infinity));
    assertEquals(-1f, at(VectorFunctions::tanh, -infinity));
    assertEquals(Float.NaN, at(EXP, Float.NaN));
    assertEquals(Float.NaN, at(VectorFunctions::sigmoid, Float.NaN));
    assertEquals(Float.NaN, at(VectorFunctions::tanh, Float.NaN));
  }

  @Test
  @DisplayName("exp takes the difference from its shift exactly")
  void shift() {
    float[] x = new float[Lanes.COUNT];
    float[] y = new float[Lanes.COUNT];
    for (int i = 0; i < 2000; i++) {
      float max = (float) Math.sin(i) * 500;
      x[0] = max - i * 0.0421337f;
      VectorFunctions.exp(x, 0, max, y, 0, Lanes.COUNT);
      double exact = Math.exp((double) x[0] - max);
      assertTrue(ulps(y[0], exact) <= 2, x[0] + " - " + max + ": " + y[0] + ", not " + exact);
    }
  }
}
