package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.polymath.Backend;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The scalar kernels know no lanes. What equals them at every width of a vector is the same at all
 * widths: the build runs this class once for each.
 *
 * <p>{@code -Dpolymath.trials=10000} tries more operations than the build has time for.
 */
@DisplayName("arrays-vector gives the bits of arrays:")
class ArraysVectorEqualsArraysTest {

  private static final int TRIALS = Integer.getInteger("polymath.trials", 600);

  /** Sessions keep what is allocated until they close. */
  private static final int TRIALS_A_SESSION = 50;

  @Test
  @DisplayName("every operation, on random shapes, storage, values and numbers of threads")
  void operations() {
    for (int first = 0; first < TRIALS; first += TRIALS_A_SESSION) {
      int threads = 1 + first / TRIALS_A_SESSION % 4;
      try (Backend scalar = Sessions.open(new ArraysProvider(), 1);
          Backend vector = Sessions.open(new ArraysVectorProvider(), threads)) {
        for (int seed = first; seed < Math.min(TRIALS, first + TRIALS_A_SESSION); seed++) {
          Trial trial = Trial.of(seed);
          long[] expected = trial.run(scalar);
          long[] found = trial.run(vector);
          for (int i = 0; i < expected.length; i++) {
            if (expected[i] != found[i]) {
              fail(trial + ", " + threads + " threads: " + difference(i, expected[i], found[i]));
            }
          }
        }
      }
    }
  }

  private static String difference(int i, long expected, long found) {
    return i == 0
        ? "the value is "
            + Double.longBitsToDouble(found)
            + ", expected "
            + Double.longBitsToDouble(expected)
        : "element "
            + (i - 1)
            + " is "
            + Float.intBitsToFloat((int) found)
            + ", expected "
            + Float.intBitsToFloat((int) expected);
  }

  private interface Function {
    void apply(float[] x, int xAt, float[] y, int yAt, int n);
  }

  private static void same(String what, float[] x, Function scalar, Function vector) {
    float[] expected = new float[x.length];
    float[] found = new float[x.length];
    scalar.apply(x, 0, expected, 0, x.length);
    vector.apply(x, 0, found, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(found[i])) {
        fail(what + " of " + x[i] + " is " + found[i] + ", expected " + expected[i]);
      }
    }
  }

  @Test
  @DisplayName("exp, sigmoid, tanh and the linear units, over the bit patterns of all floats")
  void functions() {
    int stride = 997; // a prime: every exponent is met
    float[] x = new float[1 << 12];
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; ) {
      for (int i = 0; i < x.length; i++, bits += stride) {
        x[i] = Float.intBitsToFloat((int) Math.min(bits, Integer.MAX_VALUE));
      }
      for (float shift : new float[] {0f, 17.25f}) {
        same(
            "exp",
            x,
            (a, i, b, j, n) -> ScalarFunctions.exp(a, i, shift, b, j, n),
            (a, i, b, j, n) -> VectorFunctions.exp(a, i, shift, b, j, n));
      }
      for (dev.polymath.Activation f : dev.polymath.Activation.values()) {
        if (f != dev.polymath.Activation.SOFTMAX) {
          same(
              f.name(),
              x,
              (a, i, b, j, n) -> ScalarActivations.activate(f, a, i, b, j, n),
              (a, i, b, j, n) -> VectorActivations.activate(f, a, i, b, j, n));
        }
      }
    }
  }

  @Test
  @DisplayName("a training run, step by step")
  void training() {
    for (boolean adam : new boolean[] {false, true}) {
      for (int batch : new int[] {1, 7, 64}) {
        try (Backend scalar = Sessions.open(new ArraysProvider(), 1);
            Backend vector = Sessions.open(new ArraysVectorProvider(), 2)) {
          TinyTraining one = new TinyTraining(scalar, 321, batch);
          TinyTraining other = new TinyTraining(vector, 321, batch);
          for (int step = 0; step < 20; step++) {
            assertEquals(one.step(adam), other.step(adam), 0, "loss of step " + step);
          }
          assertArrayEquals(one.parameters(), other.parameters());
        }
      }
    }
  }

  @Test
  @DisplayName("a sum in double gives the bits of a fused multiply-add")
  void fusedWithoutHardware() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2_000_000; i++) {
      float a = Float.intBitsToFloat(random.nextInt());
      float b = Float.intBitsToFloat(random.nextInt());
      float c = Float.intBitsToFloat(random.nextInt());
      if (i % 2 == 0) {
        // Near the product, where it matters how the last bits are rounded.
        c = a * b * (random.nextInt(64) - 32) * (1f + random.nextInt(9) * 0x1p-23f);
        c *= (float) Math.scalb(1.0, random.nextInt(60) - 30);
      }
      float expected = Math.fma(a, b, c);
      float found = Fma.inDouble(a, b, c);
      if (Float.floatToIntBits(expected) != Float.floatToIntBits(found)) {
        fail("fma(" + a + ", " + b + ", " + c + ") is " + found + ", expected " + expected);
      }
    }
  }

  @Test
  @DisplayName("the logarithm is within an ulp over all exponents, and has its limits")
  void logarithm() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 1_000_000; i++) {
      double x = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
      if (i % 2 == 0) {
        x = 1 + (random.nextDouble() - 0.5) * Math.scalb(1.0, -random.nextInt(50));
      }
      if (Double.isFinite(x) && x > 0) {
        double exact = StrictMath.log(x);
        assertEquals(exact, Logarithm.of(x), Math.ulp(exact), "log " + x);
      }
    }
    assertEquals(0, Logarithm.of(1), 0);
    assertEquals(Double.NEGATIVE_INFINITY, Logarithm.of(0));
    assertEquals(Double.POSITIVE_INFINITY, Logarithm.of(Double.POSITIVE_INFINITY));
    assertEquals(Double.NaN, Logarithm.of(Double.NaN));
    assertEquals(Double.NaN, Logarithm.of(-1));
  }
}
