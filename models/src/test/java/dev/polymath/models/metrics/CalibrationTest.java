package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {

  private static final List<String> NAMES = List.of("cat", "dog");

  @Test
  void sumsEachBinByHand() {
    // Confidences 0.5, 0.75 (right), 0.625 (wrong), 1.0 (right), in four bins.
    Predictions p =
        new Predictions(
            NAMES,
            new int[] {0, 0, 1, 1},
            new float[] {0.5f, 0.5f, 0.75f, 0.25f, 0.625f, 0.375f, 0, 1});
    Calibration c = Calibration.of(p, 4);
    assertEquals(4, c.bins().size());
    assertEquals(new Calibration.Bin(0, 0.25, 0, Double.NaN, Double.NaN), c.bins().get(0));
    assertEquals(new Calibration.Bin(0.5, 0.75, 2, 0.5625, 0.5), c.bins().get(2));
    assertEquals(new Calibration.Bin(0.75, 1, 2, 0.875, 1), c.bins().get(3));
    assertEquals(2.875 / 4, c.confidence());
    assertEquals(0.75, c.accuracy());
    assertEquals(0.5 * 0.0625 + 0.5 * 0.125, c.error());
  }

  @Test
  void aClassifierThatIsAlwaysSureAndRightHalfTheTimeIsOffByAHalf() {
    Predictions p = new Predictions(NAMES, new int[] {0, 1}, new float[] {1, 0, 1, 0});
    Calibration c = Calibration.of(p, 10);
    assertEquals(0.5, c.error());
    assertEquals(2, c.bins().get(9).count());
  }

  @Test
  void anHonestClassifierHasAnErrorNearZero() {
    SplittableRandom random = new SplittableRandom(1);
    int n = 100_000;
    int[] labels = new int[n];
    float[] p = new float[2 * n];
    for (int i = 0; i < n; i++) {
      p[2 * i] = (float) random.nextDouble();
      p[2 * i + 1] = 1 - p[2 * i];
      labels[i] = random.nextDouble() < p[2 * i] ? 0 : 1;
    }
    assertEquals(0, Calibration.of(new Predictions(NAMES, labels, p), 10).error(), 0.01);
  }

  @Test
  void withoutPredictionsThereIsNothingToSay() {
    Calibration c = Calibration.of(new Predictions(NAMES, new int[0], new float[0]), 2);
    assertEquals(Double.NaN, c.error());
    assertEquals(Double.NaN, c.confidence());
    assertEquals(0, c.bins().get(1).count());
  }

  @Test
  void needsABin() {
    Predictions p = new Predictions(NAMES, new int[0], new float[0]);
    assertEquals(
        "calibration: bins: expected at least 1, found 0",
        assertThrows(IllegalArgumentException.class, () -> Calibration.of(p, 0)).getMessage());
  }

  /** Examples that are given 0.9 for the first class. */
  private static Predictions sure(int right, int wrong) {
    int[] labels = new int[right + wrong];
    Arrays.fill(labels, right, labels.length, 1);
    float[] probabilities = new float[2 * labels.length];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = i % 2 == 0 ? 0.9f : 0.1f;
    }
    return new Predictions(List.of("a", "b"), labels, probabilities);
  }

  @Test
  void fitsTheTemperature() {
    // Divided by T, the log-odds ln 9 must be those of what is right.
    assertEquals(Math.log(9) / Math.log(7 / 3.0), Calibration.temperature(sure(7, 3)), 1e-6);
    assertEquals(1, Calibration.temperature(sure(9, 1)), 1e-6);
    assertEquals(Math.log(9) / Math.log(0.95 / 0.05), Calibration.temperature(sure(19, 1)), 1e-6);
  }

  @Test
  void boundsTheTemperature() {
    assertEquals(0.1, Calibration.temperature(sure(10, 0)), 1e-9);
    assertEquals(10, Calibration.temperature(sure(0, 10)), 1e-9);
    Predictions none = new Predictions(List.of("a", "b"), new int[0], new float[0]);
    assertEquals(1, Calibration.temperature(none));
    // Certain, and a probability of 0 is of the class itself.
    Predictions certain =
        new Predictions(List.of("a", "b"), new int[] {0, 1}, new float[] {1, 0, 1, 0});
    assertEquals(10, Calibration.temperature(certain), 1e-9);
  }

  @Test
  void trustsATemperatureAsFarAsThereAreErrors() {
    // Without an error no probability is too modest.
    assertEquals(1, Calibration.trustedTemperature(sure(1000, 0)));
    double one = Calibration.temperature(sure(99, 1));
    assertEquals(Math.pow(one, 1 / 11.0), Calibration.trustedTemperature(sure(99, 1)), 1e-12);
    // The same share of errors says more where there are more.
    double many = Calibration.temperature(sure(9900, 100));
    assertEquals(one, many, 1e-9);
    assertEquals(
        Math.pow(many, 100 / 110.0), Calibration.trustedTemperature(sure(9900, 100)), 1e-12);
    Predictions none = new Predictions(List.of("a", "b"), new int[0], new float[0]);
    assertEquals(1, Calibration.trustedTemperature(none));
  }

  @Test
  void fitsTheTemperatureOfManyClasses() {
    // softmax(z) of z = ln 4 · (1, 0, 0) is (4, 1, 1) / 6; right 2 of 4 wants odds of 2 to 1 to 1.
    float[] row = {4 / 6f, 1 / 6f, 1 / 6f};
    float[] probabilities = new float[12];
    for (int i = 0; i < 12; i++) {
      probabilities[i] = row[i % 3];
    }
    Predictions predictions =
        new Predictions(List.of("a", "b", "c"), new int[] {0, 0, 1, 2}, probabilities);
    assertEquals(2, Calibration.temperature(predictions), 1e-6);
  }

  @Test
  void oneBinHoldsAll() {
    Calibration c = Calibration.of(sure(7, 3), 1);
    assertEquals(10, c.bins().get(0).count());
    assertEquals(0.2, c.error(), 1e-6);
  }
}
