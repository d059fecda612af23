package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("exp, sigmoid and tanh on vectors, over all exponents and signs")
class ArraysVectorFunctionsTest {

  /** A prime: of the 2³² bit patterns one in so many is tried, and every exponent is met. */
  private static final int STRIDE = 1999;

  /** The worst error over the values for which {@code used} holds, in the given unit. */
  private static double worst(
      UnaryOperator<FloatVector> function,
      DoubleUnaryOperator exact,
      Error error,
      float from,
      float to) {
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
      for (int i = 0; i < n; i += Lanes.COUNT) {
        function.apply(FloatVector.fromArray(Lanes.FLOATS, x, i)).intoArray(y, i);
      }
      for (int i = 0; i < n; i++) {
        worst = Math.max(worst, error.of(y[i], exact.applyAsDouble(x[i])));
      }
    }
    return worst;
  }

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
    double worst =
        worst(VectorFunctions::exp, Math::exp, ArraysVectorFunctionsTest::ulps, -87.3f, 88.37f);
    assertTrue(worst <= 2, "worst error " + worst + " ulp");
  }

  @Test
  @DisplayName("exp of large negative numbers is at most 2⁻¹²⁶ off")
  void expUnderflow() {
    double worst =
        worst(
            VectorFunctions::exp,
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

  private static float at(UnaryOperator<FloatVector> function, float x) {
    return function.apply(FloatVector.broadcast(Lanes.FLOATS, x)).lane(0);
  }

  @Test
  @DisplayName("infinities have their limits, NaN stays NaN")
  void specialValues() {
    float infinity = Float.POSITIVE_INFINITY;
    assertEquals(infinity, at(VectorFunctions::exp, infinity));
    assertEquals(infinity, at(VectorFunctions::exp, 1e30f));
    assertEquals(0f, at(VectorFunctions::exp, -infinity));
    assertEquals(1f, at(VectorFunctions::exp, 0f));
    assertEquals(1f, at(VectorFunctions::sigmoid, infinity));
    assertEquals(0f, at(VectorFunctions::sigmoid, -infinity));
    assertEquals(1f, at(VectorFunctions::tanh, infinity));
    assertEquals(-1f, at(VectorFunctions::tanh, -infinity));
    assertEquals(Float.NaN, at(VectorFunctions::exp, Float.NaN));
    assertEquals(Float.NaN, at(VectorFunctions::sigmoid, Float.NaN));
    assertEquals(Float.NaN, at(VectorFunctions::tanh, Float.NaN));
  }
}
