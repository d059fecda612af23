package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The scalar functions")
class ScalarFunctionsTest {

  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private static final float GUARD = 99f;

  private interface Ranges {
    void apply(float[] x, int xAt, float[] y, int yAt, int n);
  }

  /** From an offset to another one; what stands around the range of y must stay. */
  private static float[] apply(Ranges f, float... x) {
    float[] from = new float[x.length + 2];
    System.arraycopy(x, 0, from, 2, x.length);
    float[] to = new float[x.length + 4];
    Arrays.fill(to, GUARD);
    f.apply(from, 2, to, 3, x.length);
    for (int i = 0; i < 3; i++) {
      assertEquals(GUARD, to[i]);
    }
    assertEquals(GUARD, to[to.length - 1]);
    return Arrays.copyOfRange(to, 3, 3 + x.length);
  }

  private static float[] grid(double from, double to) {
    float[] x = new float[2001];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (from + (to - from) * i / (x.length - 1));
    }
    return x;
  }

  private static void assertNear(
      DoubleUnaryOperator exact, Ranges f, double tolerance, float... x) {
    float[] y = apply(f, x);
    for (int i = 0; i < x.length; i++) {
      double expected = exact.applyAsDouble(x[i]);
      assertEquals(expected, y[i], tolerance * Math.abs(expected) + Float.MIN_NORMAL, "of " + x[i]);
    }
  }

  private static Ranges exp(float shift) {
    return (x, xAt, y, yAt, n) -> ScalarFunctions.exp(x, xAt, shift, y, yAt, n);
  }

  private static Ranges activation(Activation f) {
    return (x, xAt, y, yAt, n) -> ScalarActivations.activate(f, x, xAt, y, yAt, n);
  }

  /** The derivative by y, for dy = 3. */
  private static Ranges derivative(Activation f) {
    return (y, yAt, dx, dxAt, n) -> {
      float[] dy = new float[n + 1];
      Arrays.fill(dy, 3);
      ScalarActivations.activateBackward(f, y, yAt, dy, 1, dx, dxAt, n);
    };
  }

  @Test
  @DisplayName("exp(x − shift) to 2 ulp, the digits included that the difference loses")
  void exp() {
    assertNear(Math::exp, exp(0), 2.4e-7, grid(-87, 88.3));
    float shift = 80.1f;
    assertNear(x -> Math.exp(x - shift), exp(shift), 2.4e-7, grid(-3, 3));
    assertNear(x -> Math.exp(x + 70.3f), exp(-70.3f), 2.4e-7, grid(-3, 3));
    assertNear(x -> Math.exp(x - 1.2345679f), exp(1.2345679f), 2.4e-7, grid(80, 82));
  }

  @Test
  @DisplayName("exp is 0 below its range, stays finite above it, and keeps NaN")
  void ends() {
    float[] y = apply(exp(0), -88, -89, -1e30f, -INFINITY, 88.37f, 89, 1e30f, Float.NaN, 0);
    for (int i = 0; i < 4; i++) {
      assertEquals(0, y[i]);
    }
    for (int i = 4; i < 7; i++) {
      assertEquals(Math.exp(88.37f), y[i], 1e32);
    }
    assertTrue(Float.isNaN(y[7]));
    assertEquals(1, y[8]);
    float[] shifted = apply(exp(1e20f), 0, 2e20f, 1e20f);
    assertEquals(0, shifted[0]);
    assertEquals(Math.exp(88.37f), shifted[1], 1e32);
    assertEquals(1, shifted[2]);
  }

  @Test
  @DisplayName("sigmoid and tanh over their range, and at its ends")
  void sigmoidAndTanh() {
    assertNear(x -> 1 / (1 + Math.exp(-x)), activation(Activation.SIGMOID), 4e-7, grid(-87, 87));
    assertNear(Math::tanh, activation(Activation.TANH), 5e-7, grid(-20, 20));
    assertNear(Math::tanh, activation(Activation.TANH), 3e-7, grid(-0.6, 0.6));
    float[] ends = {-INFINITY, INFINITY, 1e-30f, -50, 50, 0};
    float[] tanh = apply(activation(Activation.TANH), ends);
    float[] expected = {-1, 1, 1e-30f, -1, 1, 0};
    float[] sigmoid = apply(activation(Activation.SIGMOID), ends);
    float[] sigmoids = {0, 1, 0.5f, (float) Math.exp(-50), 1, 0.5f};
    for (int i = 0; i < ends.length; i++) {
      assertEquals(expected[i], tanh[i]);
      assertEquals(sigmoids[i], sigmoid[i], 1e-7f * sigmoids[i] + Float.MIN_VALUE);
    }
    assertTrue(Float.isNaN(apply(activation(Activation.TANH), Float.NaN)[0]));
    assertTrue(Float.isNaN(apply(activation(Activation.SIGMOID), Float.NaN)[0]));
  }

  @Test
  @DisplayName("the linear units, and their ends")
  void units() {
    assertNear(x -> x, activation(Activation.IDENTITY), 0, grid(-5, 5));
    assertNear(x -> Math.max(x, 0), activation(Activation.RELU), 0, grid(-5, 5));
    assertNear(x -> x > 0 ? x : 0.01f * x, activation(Activation.LEAKY_RELU), 1e-7, grid(-5, 5));
    assertNear(x -> x > 0 ? x : Math.expm1(x), activation(Activation.ELU), 1e-6, grid(-90, 5));
    assertNear(x -> x > 0 ? x : Math.expm1(x), activation(Activation.ELU), 1e-6, grid(-0.01, 0));
    double lambda = Activation.SELU_SCALE;
    assertNear(
        x -> lambda * (x > 0 ? x : Activation.SELU_ALPHA * Math.expm1(x)),
        activation(Activation.SELU),
        1e-6,
        grid(-90, 5));
    float[] elu = apply(activation(Activation.ELU), -INFINITY, INFINITY, Float.NaN, -100);
    assertEquals(-1, elu[0]);
    assertEquals(INFINITY, elu[1]);
    assertTrue(Float.isNaN(elu[2]));
    assertEquals(-1, elu[3]);
  }

  @Test
  @DisplayName("the derivatives, each from the output")
  void derivatives() {
    assertNear(y -> 3, derivative(Activation.IDENTITY), 0, grid(-1, 1));
    assertNear(y -> 3 * y * (1 - y), derivative(Activation.SIGMOID), 3e-7, grid(0.001, 0.999));
    assertNear(y -> 3 * (1 - y * y), derivative(Activation.TANH), 3e-7, grid(-0.999, 0.999));
    assertNear(y -> y > 0 ? 3 : 0, derivative(Activation.RELU), 0, grid(-1, 1));
    assertNear(y -> y > 0 ? 3 : 0.03, derivative(Activation.LEAKY_RELU), 1e-6, grid(-1, 1));
    assertNear(y -> y > 0 ? 3 : 3 * (y + 1), derivative(Activation.ELU), 1e-6, grid(-0.99, 2));
    double lambda = Activation.SELU_SCALE;
    double slope = lambda * Activation.SELU_ALPHA;
    assertNear(
        y -> y > 0 ? 3 * lambda : 3 * (y + slope),
        derivative(Activation.SELU),
        1e-6,
        grid(-1.7, 2));
    for (Activation f : new Activation[] {Activation.RELU, Activation.ELU, Activation.SELU}) {
      float least = apply(derivative(f), Float.MIN_VALUE)[0];
      assertEquals(f == Activation.SELU ? 3 * lambda : 3, least, 1e-6, f + " just above 0");
    }
    assertEquals(0, apply(derivative(Activation.RELU), 0)[0]);
  }

  @Test
  @DisplayName("identity in place leaves all as it is, and a shifted range moves")
  void identity() {
    float[] x = {1, 2, 3, 4};
    ScalarActivations.activate(Activation.IDENTITY, x, 1, x, 1, 2);
    assertEquals("[1.0, 2.0, 3.0, 4.0]", Arrays.toString(x));
    ScalarActivations.activate(Activation.IDENTITY, x, 0, x, 2, 2);
    assertEquals("[1.0, 2.0, 1.0, 2.0]", Arrays.toString(x));
  }

  @Test
  @DisplayName("softmax is of rows, and none of these")
  void softmax() {
    assertThrows(AssertionError.class, () -> apply(activation(Activation.SOFTMAX), 1));
    assertThrows(AssertionError.class, () -> apply(derivative(Activation.SOFTMAX), 1));
  }

  @Test
  @DisplayName("a sum in double has the bits of a fused multiply-add")
  void fused() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      float a = (float) (random.nextDouble() * 2 - 1);
      float b = (float) (random.nextDouble() * 2 - 1);
      float c = (float) (random.nextDouble() * 2 - 1);
      if (i % 2 == 0) {
        // Near the product, and in the middle between two floats but for a little.
        c = -a * b * (1 + (random.nextInt(9) - 4) * 0x1p-23f);
      } else if (i % 4 == 1) {
        // The product is the middle between two floats; c, far below a double's last bit, decides.
        a = (random.nextBoolean() ? 1 : -1) * (1 + 0x1p-12f);
        b = 1 + (2 * random.nextInt(100) + 1) * 0x1p-12f;
        c = (random.nextInt(9) - 4) * 0x1p-62f;
      }
      assertEquals(Math.fma(a, b, c), Fma.inDouble(a, b, c), a + " · " + b + " + " + c);
      assertEquals(Math.fma(a, b, c), Fma.of(a, b, c));
    }
    assertTrue(Float.isNaN(Fma.inDouble(0, INFINITY, 1)));
    assertEquals(INFINITY, Fma.inDouble(2, INFINITY, 1));
  }

  @Test
  @DisplayName("the logarithm to an ulp, and its ends")
  void logarithm() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 5_000; i++) {
      double x = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
      if (i % 2 == 0) {
        x = 1 + (random.nextDouble() - 0.5) * Math.scalb(1.0, -random.nextInt(50));
      }
      if (Double.isFinite(x) && x > 0) {
        double exact = StrictMath.log(x);
        assertEquals(exact, Logarithm.of(x), Math.ulp(exact), "log " + x);
      }
    }
    for (double x : new double[] {Double.MIN_VALUE, Double.MIN_NORMAL / 3, Double.MIN_NORMAL}) {
      assertEquals(StrictMath.log(x), Logarithm.of(x), 2e-13);
    }
    assertEquals(StrictMath.log(Double.MAX_VALUE), Logarithm.of(Double.MAX_VALUE), 2e-13);
    assertEquals(0, Logarithm.of(1));
    assertEquals(Double.NEGATIVE_INFINITY, Logarithm.of(0));
    assertEquals(Double.POSITIVE_INFINITY, Logarithm.of(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(Logarithm.of(-1)));
    assertTrue(Double.isNaN(Logarithm.of(Double.NaN)));
  }
}
