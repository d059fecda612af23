package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Figures of several labels")
class LabelEvaluationTest {

  /** Label a: 1 1 0 0, said 0.9 0.4 0.6 0.1. Label b: 0 1 0 0, said 0.2 0.8 0.3 0.1. */
  private static LabelPredictions predictions() {
    return new LabelPredictions(
        List.of("a", "b"),
        new boolean[] {true, false, true, true, false, false, false, false},
        new float[] {0.9f, 0.2f, 0.4f, 0.8f, 0.6f, 0.3f, 0.1f, 0.1f},
        new double[] {0.5, 0.5});
  }

  private static void says(String message, Exception thrown) {
    assertEquals(message, thrown.getMessage());
  }

  @Test
  void byHand() {
    LabelEvaluation evaluation = LabelEvaluation.of(predictions());
    LabelEvaluation.Figures a = evaluation.labels().get(0);
    assertEquals(2, a.support());
    assertEquals(2, a.predicted());
    assertEquals(1, a.found());
    assertEquals(0.5, a.precision());
    assertEquals(0.5, a.recall());
    assertEquals(0.5, a.f1());
    assertEquals(0.75, a.rocAuc());
    assertEquals(1, evaluation.labels().get(1).f1());
    assertEquals(4.0 / 6, evaluation.microF1(), 1e-15);
    assertEquals(0.75, evaluation.macroF1());
    assertEquals(2.0 / 8, evaluation.hammingLoss());
    assertEquals(0.75, evaluation.accuracy());
    assertEquals(2.0 / 4, evaluation.subsetAccuracy());
    assertEquals((0.5 + 0.75) / 2, evaluation.baseline());
    double logs =
        Math.log(0.9f)
            + Math.log(1 - 0.2f)
            + Math.log(0.4f)
            + Math.log(0.8f)
            + Math.log(1 - 0.6f)
            + Math.log(1 - 0.3f)
            + 2 * Math.log(1 - 0.1f);
    assertEquals(-logs / 8, evaluation.logLoss(), 1e-7);
    assertTrue(evaluation.summary().startsWith("micro F1 0.6667, macro F1 0.7500, ROC-AUC 0.8750"));
    assertTrue(
        evaluation
            .toString()
            .contains("a             2     0.5000  0.5000  0.5000   0.7500     0.5000"),
        evaluation::toString);
  }

  @Test
  void thresholdsDecide() {
    LabelEvaluation lower =
        LabelEvaluation.of(predictions().withThresholds(new double[] {0.4f, 0.9}));
    assertEquals(3, lower.labels().get(0).predicted());
    assertEquals(1, lower.labels().get(0).recall());
    assertEquals(0, lower.labels().get(1).predicted());
    assertTrue(Double.isNaN(lower.labels().get(1).precision()));
    assertEquals(0, lower.labels().get(1).f1());
  }

  @Test
  void aLabelThatNobodyHasHasNoCurve() {
    LabelEvaluation evaluation =
        LabelEvaluation.of(
            new LabelPredictions(
                List.of("a", "none"),
                new boolean[] {true, false, false, false},
                new float[] {0.9f, 0.1f, 0.2f, 0.3f},
                new double[] {0.5, 0.5}));
    assertTrue(Double.isNaN(evaluation.labels().get(1).rocAuc()));
    assertTrue(Double.isNaN(evaluation.labels().get(1).f1()));
    assertEquals(1, evaluation.rocAuc());
    assertEquals(1, evaluation.macroF1());
    assertEquals(1, evaluation.microF1());
  }

  @Test
  void refusesWhatIsNoProbability() {
    says(
        "predictions: probability of label \"b\" in example 0: expected 0 to 1, found 1.5",
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new LabelPredictions(
                    List.of("a", "b"),
                    new boolean[2],
                    new float[] {0.1f, 1.5f},
                    new double[] {0.5, 0.5})));
  }
}
