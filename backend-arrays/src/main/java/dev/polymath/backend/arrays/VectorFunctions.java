package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.INT_TYPE;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static dev.polymath.backend.arrays.ScalarFunctions.E2;
import static dev.polymath.backend.arrays.ScalarFunctions.E3;
import static dev.polymath.backend.arrays.ScalarFunctions.E4;
import static dev.polymath.backend.arrays.ScalarFunctions.E5;
import static dev.polymath.backend.arrays.ScalarFunctions.E6;
import static dev.polymath.backend.arrays.ScalarFunctions.HIGHEST;
import static dev.polymath.backend.arrays.ScalarFunctions.LN2_HIGH;
import static dev.polymath.backend.arrays.ScalarFunctions.LN2_LOW;
import static dev.polymath.backend.arrays.ScalarFunctions.LOG2_E;
import static dev.polymath.backend.arrays.ScalarFunctions.LOWEST;
import static dev.polymath.backend.arrays.ScalarFunctions.NEAR;
import static dev.polymath.backend.arrays.ScalarFunctions.ROUND;
import static dev.polymath.backend.arrays.ScalarFunctions.T11;
import static dev.polymath.backend.arrays.ScalarFunctions.T3;
import static dev.polymath.backend.arrays.ScalarFunctions.T5;
import static dev.polymath.backend.arrays.ScalarFunctions.T7;
import static dev.polymath.backend.arrays.ScalarFunctions.T9;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, sigmoid, tanh and ELU on ranges of whole vectors, by the polynomials of {@link
 * ScalarFunctions}. ArraysVectorFunctionsTest holds the bounds stated here over the bit patterns of
 * floats.
 *
 * <p>No vector enters or leaves a method, here and in the other vector kernels. One that does is
 * allocated at each call that the compiler does not inline, and what it inlines depends on what it
 * happens to have compiled before: the steps of exp stand in two loops for that reason.
 */
final class VectorFunctions {

  private static final int L = Lanes.COUNT;

  private VectorFunctions() {}

  /**
   * {@code y = exp(x − shift)}, within 2 ulp from −87.3 to 88.37; at most 2⁻¹²⁶ off below, the
   * value at 88.37 above. NaN stays NaN. The difference is as good as exact: rounded to float, half
   * an ulp of −40 is an error of 16 ulp in its exp.
   *
   * <p>x = n · ln 2 + r; exp(x) = 2ⁿ · exp(r). n is read from the bits of the rounding sum: a
   * conversion to int allocates on JDK 17.
   */
  static void exp(float[] x, int xAt, float shift, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, x, xAt + i));
      FloatVector difference = TYPE.cast(v.sub(shift));
      FloatVector b = TYPE.cast(v.sub(difference));
      FloatVector rest = TYPE.cast(v.sub(difference.add(b)));
      rest = TYPE.cast(rest.add(b.sub(shift)));
      // Compare and blend keep NaN, and take fewer instructions than max and min, which do so too.
      VectorMask<Float> isLow = difference.compare(VectorOperators.LT, LOWEST);
      v = TYPE.cast(difference.blend(LOWEST, isLow));
      rest = TYPE.cast(rest.blend(0f, isLow)); // it may be ∞ − ∞
      VectorMask<Float> isHigh = v.compare(VectorOperators.GT, HIGHEST);
      v = TYPE.cast(v.blend(HIGHEST, isHigh));
      rest = rest.blend(0f, isHigh);

      FloatVector sum = TYPE.cast(v.fma(broadcast(FLOATS, LOG2_E), broadcast(FLOATS, ROUND)));
      FloatVector exponent = TYPE.cast(sum.sub(ROUND));
      FloatVector r = TYPE.cast(exponent.fma(broadcast(FLOATS, -LN2_HIGH), v));
      r = TYPE.cast(exponent.fma(broadcast(FLOATS, -LN2_LOW), r));
      r = TYPE.cast(r.add(rest));
      FloatVector p = TYPE.cast(broadcast(FLOATS, E6));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E5)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E4)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E3)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E2)));
      p = TYPE.cast(p.fma(r.mul(r), r.add(1f)));
      IntVector bits = INT_TYPE.cast(sum.reinterpretAsInts());
      bits = INT_TYPE.cast(bits.add(127));
      bits = INT_TYPE.cast(bits.lanewise(VectorOperators.LSHL, 23));
      TYPE.cast(p.mul(bits.reinterpretAsFloats())).intoArray(y, yAt + i);
    }
  }

  /** {@code y = 1 / (1 + exp(−x))}, as e / (1 + e) with e = exp(x). */
  static void sigmoid(float[] x, int xAt, float[] y, int yAt, int n) {
    exp(x, xAt, 0f, y, yAt, n);
    for (int i = 0; i < n; i += L) {
      FloatVector e = TYPE.cast(fromArray(FLOATS, y, yAt + i));
      TYPE.cast(e.div(e.add(1f))).intoArray(y, yAt + i);
    }
  }

  /**
   * {@code y = above · x} where x > 0 and {@code below · (exp(x) − 1)} elsewhere, within 2⁻²⁰: x =
   * n · ln 2 + r, and exp(x) − 1 = 2ⁿ · (exp(r) − 1) + (2ⁿ − 1), whose two terms do not cancel.
   */
  static void elu(float[] x, int xAt, float above, float below, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, x, xAt + i));
      FloatVector low = TYPE.cast(v.blend(LOWEST, v.compare(VectorOperators.LT, LOWEST)));

      FloatVector sum = TYPE.cast(low.fma(broadcast(FLOATS, LOG2_E), broadcast(FLOATS, ROUND)));
      FloatVector exponent = TYPE.cast(sum.sub(ROUND));
      FloatVector r = TYPE.cast(exponent.fma(broadcast(FLOATS, -LN2_HIGH), low));
      r = TYPE.cast(exponent.fma(broadcast(FLOATS, -LN2_LOW), r));
      FloatVector p = TYPE.cast(broadcast(FLOATS, E6));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E5)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E4)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E3)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E2)));
      p = TYPE.cast(p.fma(r.mul(r), r));
      IntVector bits = INT_TYPE.cast(sum.reinterpretAsInts());
      bits = INT_TYPE.cast(bits.add(127));
      bits = INT_TYPE.cast(bits.lanewise(VectorOperators.LSHL, 23));
      FloatVector scale = TYPE.cast(bits.reinterpretAsFloats());
      FloatVector negative = TYPE.cast(p.fma(scale, scale.sub(1f)));
      negative = TYPE.cast(negative.mul(below));
      TYPE.cast(negative.blend(v.mul(above), v.compare(VectorOperators.GT, 0f)))
          .intoArray(y, yAt + i);
    }
  }

  /**
   * {@code y = tanh(x)}, within 4 ulp: the polynomial near 0, so that small values keep their
   * relative accuracy, and 1 − 2 / (exp(2|x|) + 1) with the sign of x elsewhere.
   */
  static void tanh(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, x, xAt + i));
      FloatVector size = TYPE.cast(v.abs());
      FloatVector twice = TYPE.cast(size.add(size));
      twice = TYPE.cast(twice.blend(HIGHEST, twice.compare(VectorOperators.GT, HIGHEST)));

      FloatVector sum = TYPE.cast(twice.fma(broadcast(FLOATS, LOG2_E), broadcast(FLOATS, ROUND)));
      FloatVector exponent = TYPE.cast(sum.sub(ROUND));
      FloatVector r = TYPE.cast(exponent.fma(broadcast(FLOATS, -LN2_HIGH), twice));
      r = TYPE.cast(exponent.fma(broadcast(FLOATS, -LN2_LOW), r));
      FloatVector p = TYPE.cast(broadcast(FLOATS, E6));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E5)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E4)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E3)));
      p = TYPE.cast(p.fma(r, broadcast(FLOATS, E2)));
      p = TYPE.cast(p.fma(r.mul(r), r.add(1f)));
      IntVector bits = INT_TYPE.cast(sum.reinterpretAsInts());
      bits = INT_TYPE.cast(bits.add(127));
      bits = INT_TYPE.cast(bits.lanewise(VectorOperators.LSHL, 23));
      FloatVector e = TYPE.cast(p.mul(bits.reinterpretAsFloats()));
      FloatVector far = TYPE.cast(broadcast(FLOATS, 2f));
      far = TYPE.cast(far.div(e.add(1f)));
      far = TYPE.cast(TYPE.cast(broadcast(FLOATS, 1f)).sub(far));
      far = TYPE.cast(far.blend(far.neg(), v.compare(VectorOperators.LT, 0f)));

      FloatVector s = TYPE.cast(v.mul(v));
      FloatVector near = TYPE.cast(broadcast(FLOATS, T11));
      near = TYPE.cast(near.fma(s, broadcast(FLOATS, T9)));
      near = TYPE.cast(near.fma(s, broadcast(FLOATS, T7)));
      near = TYPE.cast(near.fma(s, broadcast(FLOATS, T5)));
      near = TYPE.cast(near.fma(s, broadcast(FLOATS, T3)));
      near = TYPE.cast(near.fma(s.mul(v), v));
      TYPE.cast(near.blend(far, size.compare(VectorOperators.GT, NEAR))).intoArray(y, yAt + i);
    }
  }
}
