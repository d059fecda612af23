package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The temperature of held-out predictions")
class TemperatureTest {

  /** The mean of −log p(label), p the probabilities to the power 1/T over their sum. */
  private static double lossAt(Predictions held, double temperature) {
    double loss = 0;
    for (int i = 0; i < held.size(); i++) {
      double sum = 0;
      for (int c = 0; c < held.classes(); c++) {
        sum += Math.pow(held.probability(i, c), 1 / temperature);
      }
      loss -= Math.log(Math.pow(held.probability(i, held.label(i)), 1 / temperature) / sum);
    }
    return loss / held.size();
  }

  private static Predictions uneven() {
    return new Predictions(
        List.of("a", "b", "c"),
        new int[] {0, 1, 2, 0, 1},
        new float[] {
          0.7f, 0.2f, 0.1f, //
          0.5f, 0.3f, 0.2f, //
          0.05f, 0.15f, 0.8f, //
          0.2f, 0.6f, 0.2f, //
          0.1f, 0.85f, 0.05f
        });
  }

  @Test
  @DisplayName("is where the loss is lowest, and the calibrated loss is that")
  void lowest() {
    Predictions held = uneven();
    double temperature = Calibration.temperature(held);
    double loss = lossAt(held, temperature);
    assertEquals(loss, Calibration.calibratedLoss(held), 1e-12);
    for (double factor : new double[] {0.5, 0.9, 0.999, 1.001, 1.1, 2}) {
      assertTrue(lossAt(held, temperature * factor) > loss, factor + " times the temperature");
    }
    // The slope by 1/T is 0 there, not only nearly.
    double step = 1e-4;
    double slope =
        lossAt(held, 1 / (1 / temperature + step)) - lossAt(held, 1 / (1 / temperature - step));
    assertEquals(0, slope / (2 * step), 1e-7);
  }

  @Test
  @DisplayName("leaves the loss of an honest model as it is")
  void honest() {
    Predictions held =
        new Predictions(
            List.of("a", "b"),
            new int[] {0, 0, 0, 1},
            new float[] {0.75f, 0.25f, 0.75f, 0.25f, 0.75f, 0.25f, 0.75f, 0.25f});
    assertEquals(1, Calibration.temperature(held), 1e-9);
    assertEquals(lossAt(held, 1), Calibration.calibratedLoss(held), 1e-12);
  }

  @Test
  @DisplayName("has a loss at its bounds too, and of nothing there is none")
  void bounds() {
    Predictions right = new Predictions(List.of("a", "b"), new int[1], new float[] {0.75f, 0.25f});
    assertEquals(lossAt(right, 0.1), Calibration.calibratedLoss(right), 1e-12);
    Predictions wrong =
        new Predictions(List.of("a", "b"), new int[] {1}, new float[] {0.75f, 0.25f});
    assertEquals(lossAt(wrong, 10), Calibration.calibratedLoss(wrong), 1e-9);
    Predictions none = new Predictions(List.of("a", "b"), new int[0], new float[0]);
    assertEquals(Double.NaN, Calibration.calibratedLoss(none));
  }
}
