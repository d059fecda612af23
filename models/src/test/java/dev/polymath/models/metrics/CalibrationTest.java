package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
}
