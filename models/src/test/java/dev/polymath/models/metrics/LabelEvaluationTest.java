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
  void figuresOfALabel() {
    LabelEvaluation.Figures f = new LabelEvaluation.Figures("x", 0.5, 8, 5, 4, 0.75, 0.5);
    assertEquals(4.0 / 5, f.precision());
    assertEquals(4.0 / 8, f.recall());
    assertEquals(8.0 / 13, f.f1());
  }

  @Test
  void meansAndText() {
    LabelEvaluation evaluation =
        new LabelEvaluation(
            10,
            List.of(
                new LabelEvaluation.Figures("longer name", 0.25, 4, 2, 1, 0.75, 0.5),
                new LabelEvaluation.Figures("b", 0.5, 7, 7, 7, 1, 1),
                new LabelEvaluation.Figures("none", 0.5, 0, 0, 0, Double.NaN, Double.NaN)),
            0.25,
            0.125,
            0.5,
            Double.NaN);
    assertEquals(0.875, evaluation.rocAuc());
    assertEquals(0.75, evaluation.averagePrecision());
    assertEquals((1.0 / 3 + 1) / 2, evaluation.macroF1(), 1e-15);
    assertEquals((0.6 + 0.7 + 1) / 3, evaluation.baseline(), 1e-15);
    String summary =
        "micro F1 undefined, macro F1 0.6667, ROC-AUC 0.8750 (mean over labels), all labels right"
            + " 50.00 %, Hamming loss 0.1250, log loss 0.2500, 10 examples";
    assertEquals(summary, evaluation.summary());
    assertEquals(
        summary
            + """


            label        examples  precision  recall      F1  ROC-AUC  threshold
            longer name         4     0.5000  0.2500  0.3333   0.7500     0.2500
            b                   7     1.0000  1.0000  1.0000   1.0000     0.5000
            none                0          -       -       -        -     0.5000"""
                .stripIndent(),
        evaluation.toString());
    LabelEvaluation one =
        new LabelEvaluation(
            1, List.of(new LabelEvaluation.Figures("x", 0.5, 1, 1, 1, 1, 1)), 0, 0, 1, 1);
    assertTrue(one.summary().endsWith(", 1 example"), one::summary);
    assertTrue(one.toString().contains("\n\nlabel  examples"), one::toString);
    assertTrue(one.toString().contains("\nx             1"), one::toString);
  }

  @Test
  void aFalsePositiveCountsInMicroF1() {
    LabelEvaluation evaluation =
        LabelEvaluation.of(
            new LabelPredictions(
                List.of("a", "b"),
                new boolean[] {true, false, true, false, false, false},
                new float[] {0.9f, 0.9f, 0.9f, 0.1f, 0.9f, 0.1f},
                new double[] {0.5, 0.5}));
    // Found 2; there are 2, predicted 4.
    assertEquals(4.0 / 6, evaluation.microF1(), 1e-15);
    assertEquals(2.0 / 6, evaluation.hammingLoss(), 1e-15);
    assertEquals(1.0 / 3, evaluation.subsetAccuracy(), 1e-15);
    assertEquals(3, evaluation.labels().get(0).predicted());
    assertEquals(1, evaluation.labels().get(1).predicted());
    assertEquals(0.5, evaluation.labels().get(0).threshold());
  }

  @Test
  void needsALabel() {
    says(
        "evaluation: expected at least one label, found none",
        assertThrows(
            IllegalArgumentException.class, () -> new LabelEvaluation(1, List.of(), 0, 0, 0, 0)));
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
