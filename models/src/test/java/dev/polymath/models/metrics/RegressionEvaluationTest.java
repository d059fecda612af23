package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An evaluation of numbers")
class RegressionEvaluationTest {

  private static final double EXACT = 1e-12;

  private static RegressionPredictions one(double[] actual, double... predicted) {
    return new RegressionPredictions(List.of("y"), actual, predicted);
  }

  private static RegressionEvaluation.Figures figures(double[] actual, double... predicted) {
    return RegressionEvaluation.of(one(actual, predicted)).targets().get(0);
  }

  @Test
  @DisplayName("has each figure by its definition")
  void figures() {
    // Errors 1, 0, 2, 3; the mean of the targets is 5, their squares about it 9, 1, 1, 9.
    var f = figures(new double[] {2, 4, 6, 8}, 3, 4, 4, 11);
    assertEquals("y", f.name());
    assertEquals(Math.sqrt(14 / 4.0), f.rmse(), EXACT);
    assertEquals(1.5, f.mae(), EXACT);
    assertEquals(1.5, f.medianError(), EXACT);
    assertEquals(Math.sqrt(5), f.deviation(), EXACT);
    assertEquals(1 - 14 / 20.0, f.r2(), EXACT);
  }

  @Test
  @DisplayName("has the error in the middle as median, the mean of two if there are two")
  void median() {
    assertEquals(3, figures(new double[3], 7, -3, 1).medianError());
    assertEquals(4, figures(new double[4], 1, 3, -5, 9).medianError());
  }

  @Test
  @DisplayName("keeps its figures where squares would overflow or vanish")
  void extremes() {
    var large = figures(new double[] {1e200, -1e200}, 1e200, 1e200);
    assertEquals(Math.sqrt(2) * 1e200, large.rmse(), 1e188);
    assertEquals(1e200, large.deviation(), 1e188);
    assertEquals(-1, large.r2(), EXACT);
    var small = figures(new double[] {1e-200, -1e-200}, 1e-200, 1e-200);
    assertEquals(Math.sqrt(2) * 1e-200, small.rmse(), 1e-212);
    assertEquals(-1, small.r2(), EXACT);
  }

  @Test
  @DisplayName("has no R² for a target that never varies, not even by rounding")
  void constant() {
    var f = figures(new double[] {0.1, 0.1, 0.1}, 0.2, 0.1, 0.1);
    assertEquals(0, f.deviation());
    assertEquals(Double.NaN, f.r2());
    assertEquals(
        "RMSE 0.05774, R² undefined (the target never varies), MAE 0.03333, median error 0,"
            + " 3 examples",
        RegressionEvaluation.of(one(new double[] {0.1, 0.1, 0.1}, 0.2, 0.1, 0.1)).summary());
  }

  @Test
  @DisplayName("is perfect where the predictions are")
  void perfect() {
    var f = figures(new double[] {1, 2}, 1, 2);
    assertEquals(0, f.rmse());
    assertEquals(1, f.r2());
  }

  @Test
  @DisplayName("of several targets has the figures of each, and the mean of R² over those with one")
  void severalTargets() {
    RegressionEvaluation e =
        RegressionEvaluation.of(
            new RegressionPredictions(
                List.of("a", "b", "c"),
                new double[] {1, 5, 0, 3, 5, 10},
                new double[] {1, 6, 0, 3, 5, 5}));
    assertEquals(2, e.examples());
    assertEquals(1, e.targets().get(0).r2());
    assertEquals(Double.NaN, e.targets().get(1).r2());
    assertEquals(0.5, e.targets().get(2).r2(), EXACT);
    assertEquals(0.75, e.r2(), EXACT);
    assertEquals("mean R² of 3 targets 0.7500, 2 examples", e.summary());
    assertEquals(
        """
        mean R² of 3 targets 0.7500, 2 examples
          a: RMSE 0, R² 1.000, MAE 0, median error 0
          b: RMSE 0.7071, R² undefined (the target never varies), MAE 0.5000, median error 0.5000
          c: RMSE 3.536, R² 0.5000, MAE 2.500, median error 2.500\
        """,
        e.toString());
  }

  @Test
  @DisplayName("reads well from the smallest to the largest numbers, in every locale")
  void summary() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertSummary("1234", 1234.4);
      assertSummary("9999999", 9_999_999);
      assertSummary("1.000e+07", 1e7);
      assertSummary("0.0001000", 1e-4);
      assertSummary("9.900e-05", 9.9e-5);
      assertSummary("12.35", 12.346);
      assertSummary("1.000", 1);
    } finally {
      Locale.setDefault(before);
    }
  }

  /** One example that is off by {@code error}: RMSE, MAE and median error are that number. */
  private static void assertSummary(String shown, double error) {
    RegressionEvaluation e = RegressionEvaluation.of(one(new double[1], error));
    String expected =
        "RMSE %s, R² undefined (the target never varies), MAE %s, median error %s, 1 example"
            .formatted(shown, shown, shown);
    assertEquals(expected, e.summary());
    assertEquals(expected, e.toString());
  }

  @Test
  @DisplayName("shows a negative R² with its sign, and an R² that no target has as undefined")
  void signs() {
    RegressionEvaluation bad = RegressionEvaluation.of(one(new double[] {0, 2}, 3, -1));
    assertEquals("RMSE 3.000, R² -8.000, MAE 3.000, median error 3.000, 2 examples", bad.summary());
    RegressionEvaluation none =
        RegressionEvaluation.of(
            new RegressionPredictions(List.of("a", "b"), new double[2], new double[2]));
    assertEquals(Double.NaN, none.r2());
    assertEquals("mean R² of 2 targets undefined, 1 example", none.summary());
  }

  @Test
  @DisplayName("needs a target")
  void needsTarget() {
    assertEquals(
        "evaluation: expected at least one target, found none",
        assertThrows(IllegalArgumentException.class, () -> new RegressionEvaluation(0, List.of()))
            .getMessage());
  }
}
