package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, sigmoid and tanh on vectors. The polynomials are minimax fits of relative error; the errors
 * stated are the largest found over float bit patterns (see ArraysVectorFunctionsTest).
 */
final class VectorFunctions {

  /** 1.5 · 2²³: adding it rounds to an integer, which then stands in the low bits. */
  private static final float ROUND = 12582912f;

  private static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; n · LN2_HIGH is exact for every exponent n. */
  private static final float LN2_HIGH = 0.693359375f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** Below, exp is under half the smallest normal float; the scale becomes 0. */
  private static final float EXP_LOW = -88f;

  /** Above, the scale becomes infinite. */
  private static final float EXP_HIGH = 88.5f;

  /** From here on tanh is computed from exp. */
  private static final float TANH_SPLIT = 0.55f;

  private VectorFunctions() {}

  /**
   * {@code exp(x)}, within 2 ulp up to 88.37, infinite above; below −87.34 at most 2⁻¹²⁶ off. NaN
   * stays NaN.
   *
   * <p>x = n · ln 2 + r with |r| ≤ ln 2 / 2; exp(x) = 2ⁿ · (1 + r + r² · q(r)). The exponent n is
   * read from the bits of the rounding sum: a conversion to int allocates on JDK 17.
   */
  static FloatVector exp(FloatVector x) {
    x = clamp(x);
    FloatVector sum = roundingSum(x);
    return scaled(sum, remainder(x, sum.sub(ROUND)));
  }

  /**
   * {@code exp(x − max)} for {@code x ≤ max}: as {@link #exp}, and the difference is as good as
   * exact. Rounded to float, half an ulp of −40 is an error of 16 ulp in exp.
   */
  static FloatVector expOfDifference(FloatVector x, float max) {
    FloatVector difference = x.sub(max);
    FloatVector b = x.sub(difference);
    FloatVector rest = x.sub(difference.add(b)).add(b.sub(max));
    VectorMask<Float> isZero = difference.compare(VectorOperators.LT, EXP_LOW);
    difference = difference.blend(EXP_LOW, isZero);
    rest = rest.blend(0f, isZero); // it may be ∞ − ∞
    FloatVector sum = roundingSum(difference);
    return scaled(sum, remainder(difference, sum.sub(ROUND)).add(rest));
  }

  // Compare and blend keep NaN, and take fewer instructions than min and max, which do so too.
  private static FloatVector clamp(FloatVector x) {
    x = x.blend(EXP_LOW, x.compare(VectorOperators.LT, EXP_LOW));
    return x.blend(EXP_HIGH, x.compare(VectorOperators.GT, EXP_HIGH));
  }

  private static FloatVector roundingSum(FloatVector x) {
    return x.fma(constant(LOG2_E), constant(ROUND));
  }

  /** {@code x − n · ln 2}. */
  private static FloatVector remainder(FloatVector x, FloatVector n) {
    return n.fma(constant(-LN2_LOW), n.fma(constant(-LN2_HIGH), x));
  }

  /** {@code 2ⁿ · (1 + r + r² · q(r))}. */
  private static FloatVector scaled(FloatVector sum, FloatVector r) {
    FloatVector q = constant(1.3814538e-3f);
    q = q.fma(r, constant(8.368745e-3f));
    q = q.fma(r, constant(4.166839e-2f));
    q = q.fma(r, constant(0.16666521f));
    q = q.fma(r, constant(0.49999994f));
    FloatVector p = q.fma(r.mul(r), r.add(1f));
    FloatVector scale =
        sum.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return p.mul(scale);
  }

  /** {@code 1 / (1 + exp(−x))}. */
  static FloatVector sigmoid(FloatVector x) {
    return constant(1f).div(exp(x.neg()).add(1f));
  }

  /**
   * {@code tanh(x)}: x + x³ · p(x²) near 0, so that small values keep their relative accuracy, and
   * 1 − 2 / (exp(2|x|) + 1) with the sign of x elsewhere.
   */
  static FloatVector tanh(FloatVector x) {
    FloatVector s = x.mul(x);
    FloatVector p = constant(-6.2742434e-3f);
    p = p.fma(s, constant(2.1071682e-2f));
    p = p.fma(s, constant(-5.3852312e-2f));
    p = p.fma(s, constant(0.13332586f));
    p = p.fma(s, constant(-0.33333316f));
    FloatVector near = p.fma(s.mul(x), x);
    FloatVector size = x.abs();
    FloatVector far = constant(1f).sub(constant(2f).div(exp(size.add(size)).add(1f)));
    far = far.blend(far.neg(), x.compare(VectorOperators.LT, 0f));
    VectorMask<Float> isFar = size.compare(VectorOperators.GT, TANH_SPLIT);
    return near.blend(far, isFar);
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
