package dev.polymath.models.metrics;

import static dev.polymath.models.metrics.ScoresTest.binary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Cross-validation")
class CrossValidationTest {

  private static final double EXACT = 1e-12;
  private static final double FLOAT = 1e-7;

  @Test
  @DisplayName("has each figure of two classes by fold, its mean and its spread")
  void twoClasses() {
    // Fold 0: both right. Fold 1: both wrong. Fold 2 has one class and so no ROC-AUC.
    Predictions held = binary(new int[] {1, 0, 1, 0, 0, 0}, 0.75, 0.25, 0.25, 0.75, 0.25, 0.75);
    CrossValidation result = CrossValidation.of(held, new int[] {0, 0, 1, 1, 2, 2});
    assertEquals(3, result.folds());
    assertEquals(
        List.of("accuracy", "log loss", "ROC-AUC"),
        result.figures().stream().map(CrossValidation.Figure::name).toList());
    CrossValidation.Figure accuracy = result.figures().get(0);
    assertEquals("", accuracy.target());
    assertEquals(List.of(1.0, 0.0, 0.5), accuracy.values());
    assertEquals(0.5, accuracy.mean());
    assertEquals(0.5, accuracy.spread(), EXACT);
    double right = -Math.log(0.75);
    double wrong = -Math.log(0.25);
    CrossValidation.Figure loss = result.figures().get(1);
    assertEquals(right, loss.values().get(0), FLOAT);
    assertEquals((right + wrong) / 2, loss.mean(), FLOAT);
    assertEquals((wrong - right) / 2, loss.spread(), FLOAT);
    CrossValidation.Figure auc = result.figures().get(2);
    assertEquals(List.of(1.0, 0.0, Double.NaN), auc.values());
    assertEquals(0.5, auc.mean());
    assertEquals(Math.sqrt(0.5), auc.spread(), EXACT);
  }

  @Test
  @DisplayName("of more classes has no ROC-AUC")
  void threeClasses() {
    Predictions held =
        new Predictions(List.of("a", "b", "c"), new int[] {0, 1}, new float[] {1, 0, 0, 1, 0, 0});
    CrossValidation result = CrossValidation.of(held, new int[] {0, 1});
    assertEquals(
        List.of("accuracy", "log loss"),
        result.figures().stream().map(CrossValidation.Figure::name).toList());
    assertEquals(List.of(1.0, 0.0), result.figures().get(0).values());
  }

  @Test
  @DisplayName("of numbers has RMSE and R² of each target; one fold's figure has no spread")
  void numbers() {
    RegressionPredictions held =
        new RegressionPredictions(
            List.of("a", "b"),
            new double[] {1, 0, 3, 0, 5, 2, 5, 4},
            new double[] {1, 1, 3, -1, 6, 2, 4, 4});
    CrossValidation result = CrossValidation.of(held, new int[] {0, 0, 1, 1});
    assertEquals(2, result.folds());
    List<CrossValidation.Figure> figures = result.figures();
    assertEquals(
        List.of("RMSE a", "R² a", "RMSE b", "R² b"),
        figures.stream().map(f -> f.name() + " " + f.target()).toList());
    assertEquals(List.of(0.0, 1.0), figures.get(0).values());
    assertEquals(List.of(1.0, Double.NaN), figures.get(1).values());
    assertEquals(1, figures.get(1).mean());
    assertEquals(Double.NaN, figures.get(1).spread());
    assertEquals(List.of(1.0, 0.0), figures.get(2).values());
    assertEquals(List.of(Double.NaN, 1.0), figures.get(3).values());
  }

  @Test
  @DisplayName("needs the fold of each example, and two folds")
  void refused() {
    Predictions held = binary(new int[] {1, 0}, 0.75, 0.25);
    assertEquals(
        "cross-validation: expected the fold of each of 2 examples, at least 2 folds, found 1"
            + " numbers and 2 folds",
        assertThrows(IllegalArgumentException.class, () -> CrossValidation.of(held, new int[] {1}))
            .getMessage());
    assertEquals(
        "cross-validation: expected the fold of each of 2 examples, at least 2 folds, found 2"
            + " numbers and 1 fold",
        assertThrows(IllegalArgumentException.class, () -> CrossValidation.of(held, new int[2]))
            .getMessage());
  }
}
