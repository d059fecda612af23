package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("Predictions of numbers")
class RegressionPredictionsTest {

  private final RegressionPredictions predictions =
      new RegressionPredictions(
          List.of("a", "b"), new double[] {1, 2, 3, 4, 5, 6}, new double[] {1, 1, 5, 2, 9, 3});

  @Test
  @DisplayName("stand by example and target")
  void places() {
    assertEquals(3, predictions.size());
    assertEquals(2, predictions.targets());
    assertEquals(List.of("a", "b"), predictions.names());
    assertEquals(4, predictions.actual(1, 1));
    assertEquals(2, predictions.predicted(1, 1));
    assertEquals(2, predictions.residual(1, 1));
    assertEquals(-4, predictions.residual(2, 0));
    assertEquals("RegressionPredictions[3 examples, 2 targets]", predictions.toString());
  }

  @Test
  @DisplayName("of some examples are those, in the order asked for")
  void subset() {
    RegressionPredictions some = predictions.subset(2, 0);
    assertEquals(2, some.size());
    assertEquals(6, some.actual(0, 1));
    assertEquals(9, some.predicted(0, 0));
    assertEquals(1, some.actual(1, 0));
    assertEquals(1, some.predicted(1, 1));
    assertEquals(List.of("a", "b"), some.names());
  }

  @Test
  @DisplayName("are copies")
  void copies() {
    double[] actual = {1};
    double[] predicted = {2};
    RegressionPredictions own = new RegressionPredictions(List.of("y"), actual, predicted);
    actual[0] = 7;
    predicted[0] = 7;
    assertEquals(-1, own.residual(0, 0));
  }

  @Test
  @DisplayName("are as many as targets for each example")
  void refused() {
    refused(
        "predictions: expected as many numbers as targets for each example, found 1 beside 2 of 1"
            + " targets",
        () -> new RegressionPredictions(List.of("a"), new double[2], new double[1]));
    refused(
        "predictions: expected as many numbers as targets for each example, found 3 beside 3 of 2"
            + " targets",
        () -> new RegressionPredictions(List.of("a", "b"), new double[3], new double[3]));
    refused(
        "predictions: expected as many numbers as targets for each example, found 0 beside 0 of 1"
            + " targets",
        () -> new RegressionPredictions(List.of("a"), new double[0], new double[0]));
    refused(
        "predictions: expected as many numbers as targets for each example, found 1 beside 1 of 0"
            + " targets",
        () -> new RegressionPredictions(List.of(), new double[1], new double[1]));
    for (int target : new int[] {-1, 2}) {
      assertEquals(
          "target: expected 0 to 1, found " + target,
          assertThrows(IndexOutOfBoundsException.class, () -> predictions.actual(0, target))
              .getMessage());
    }
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
