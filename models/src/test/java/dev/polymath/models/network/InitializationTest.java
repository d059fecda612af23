package dev.polymath.models.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.internal.Randomness;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitializationTest {

  private static final int INPUTS = 300;
  private static final int OUTPUTS = 200;

  private static float[][] draw(Initialization initialization, Activation f, long seed) {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Network network = Network.builder(backend, INPUTS).dense(OUTPUTS, f).build();
      network.initialize(initialization, seed);
      float[][] values = {new float[INPUTS * OUTPUTS], new float[OUTPUTS]};
      network.parameters().get(0).value().read(values[0], 0);
      network.parameters().get(1).value().read(values[1], 0);
      return values;
    }
  }

  /** Sample mean and variance of n normal numbers lie within four of their standard errors. */
  private static void assertNormal(float[] values, double variance) {
    int n = values.length;
    double mean = IntStream.range(0, n).mapToDouble(i -> values[i]).average().orElseThrow();
    double square = IntStream.range(0, n).mapToDouble(i -> values[i] * values[i]).sum() / n;
    assertEquals(0, mean, 4 * Math.sqrt(variance / n));
    assertEquals(variance, square, 4 * variance * Math.sqrt(2.0 / n));
  }

  @Test
  void deviatesAsItsFormulaSays() {
    assertNormal(draw(Initialization.HE, Activation.RELU, 1)[0], 2.0 / INPUTS);
    assertNormal(draw(Initialization.XAVIER, Activation.RELU, 1)[0], 2.0 / (INPUTS + OUTPUTS));
    assertNormal(draw(Initialization.LECUN, Activation.RELU, 1)[0], 1.0 / INPUTS);
    assertNormal(draw(Initialization.NORMAL, Activation.RELU, 1)[0], 1);
    assertNormal(draw(Initialization.NORMAL, Activation.RELU, 1)[1], 1);
    assertArrayEquals(new float[OUTPUTS], draw(Initialization.HE, Activation.RELU, 1)[1]);
    assertArrayEquals(new float[OUTPUTS], draw(Initialization.XAVIER, Activation.RELU, 1)[1]);
  }

  @Test
  void theDefaultGoesByTheActivation() {
    for (Activation f : Activation.values()) {
      if (f != Activation.SOFTMAX) {
        Initialization expected =
            switch (f) {
              case RELU, LEAKY_RELU, ELU -> Initialization.HE;
              case SELU -> Initialization.LECUN;
              default -> Initialization.XAVIER;
            };
        assertArrayEquals(draw(expected, f, 5)[0], draw(Initialization.DEFAULT, f, 5)[0], f.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void everyLongIsASeed(long seed) {
    float[] weights = draw(Initialization.NORMAL, Activation.TANH, seed)[0];
    assertNormal(weights, 1);
    assertFalse(Arrays.equals(weights, draw(Initialization.NORMAL, Activation.TANH, seed + 1)[0]));
    Set<Float> distinct = new HashSet<>();
    for (float w : weights) {
      distinct.add(w);
    }
    assertTrue(distinct.size() > 0.99 * weights.length, () -> "distinct: " + distinct.size());
  }

  @Test
  void theBitsAreTheSameOnEveryJdk() {
    Randomness random = new Randomness(42, Randomness.Purpose.WEIGHTS);
    long hash = 1;
    for (int i = 0; i < 1000; i++) {
      hash = 31 * hash + Double.doubleToLongBits(random.gaussian());
    }
    assertEquals(GAUSSIANS_OF_SEED_42, hash);
  }

  private static final long GAUSSIANS_OF_SEED_42 = 1332858650748830974L;

  @Test
  void purposesShareNoNumbers() {
    Set<Long> seen = new HashSet<>();
    for (Randomness.Purpose purpose : Randomness.Purpose.values()) {
      Randomness random = new Randomness(7, purpose);
      for (int i = 0; i < 1000; i++) {
        assertTrue(seen.add(random.nextLong()));
      }
    }
  }

  @Test
  void shufflesEveryPlaceAlikeOften() {
    int[][] counts = new int[5][5];
    Randomness random = new Randomness(3, Randomness.Purpose.ORDER);
    for (int run = 0; run < 10_000; run++) {
      int[] values = {0, 1, 2, 3, 4};
      random.shuffle(values);
      for (int i = 0; i < 5; i++) {
        counts[values[i]][i]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(2000, count, 5 * Math.sqrt(10_000 * 0.2 * 0.8));
      }
    }
  }
}
