package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Scores of predictions")
class ScoresTest {

  private static final double EXACT = 1e-12;
  private static final double FLOAT = 1e-7;

  /** Two classes, no and yes, by the probability of yes. */
  static Predictions binary(int[] labels, double... yes) {
    float[] probabilities = new float[2 * yes.length];
    for (int i = 0; i < yes.length; i++) {
      probabilities[2 * i] = 1 - (float) yes[i];
      probabilities[2 * i + 1] = (float) yes[i];
    }
    return new Predictions(List.of("no", "yes"), labels, probabilities);
  }

  @Test
  @DisplayName("rank pairs of examples, equal ones by half")
  void ranking() {
    // Pairs in order: 3 of 3 for 0.9, 1.5 for 0.7, 1 for 0.4.
    Predictions predictions = binary(new int[] {1, 0, 1, 0, 1, 0}, 0.9, 0.8, 0.7, 0.7, 0.4, 0.2);
    Ranking ranking = Ranking.of(predictions, 1);
    assertEquals(5.5 / 9, ranking.rocAuc(), EXACT);
    // Precision 1 at the first, 2 of 4 at the second, 3 of 5 at the third.
    assertEquals((1 + 0.5 + 0.6) / 3, ranking.averagePrecision(), EXACT);
    assertEquals(6, ranking.points().size());
    assertEquals(new Ranking.Point(Double.POSITIVE_INFINITY, 0, 0), ranking.points().get(0));
    assertEquals(new Ranking.Point(0.7f, 2, 2), ranking.points().get(3));
    assertEquals(1, ranking.positive());
    assertEquals(3, ranking.positives());
    assertEquals(3, ranking.negatives());
    // From the other side the order is the same, turned round.
    assertEquals(5.5 / 9, Ranking.of(predictions, 0).rocAuc(), EXACT);
  }

  @Test
  @DisplayName("rank perfectly, backwards, and not at all")
  void extremes() {
    assertEquals(1, Ranking.of(binary(new int[] {0, 1}, 0.1, 0.2), 1).rocAuc());
    assertEquals(0, Ranking.of(binary(new int[] {1, 0}, 0.1, 0.2), 1).rocAuc());
    Predictions same = binary(new int[] {1, 0, 0, 0}, 0.5, 0.5, 0.5, 0.5);
    assertEquals(0.5, Ranking.of(same, 1).rocAuc());
    assertEquals(0.25, Ranking.of(same, 1).averagePrecision());
    assertEquals(1, Ranking.of(binary(new int[] {0, 1}, 0.1, 0.2), 1).averagePrecision());
    assertEquals(0.5, Ranking.of(binary(new int[] {1, 0}, 0.1, 0.2), 1).averagePrecision());
  }

  @Test
  @DisplayName("have no area where a class is absent, and say so")
  void absent() {
    for (int label : new int[] {0, 1}) {
      Predictions one = binary(new int[] {label, label}, 0.3, 0.6);
      assertFalse(Ranking.of(one, 1).hasBoth());
      assertEquals(Double.NaN, Ranking.of(one, 1).rocAuc());
      assertEquals(Double.NaN, Ranking.of(one, 1).averagePrecision());
      Scores scores = Scores.of(one);
      assertEquals(1 - label, scores.positive());
      assertEquals(Double.NaN, scores.rocAuc());
      assertEquals(Double.NaN, scores.averagePrecision());
      assertEquals(0.5, scores.balancedAccuracy());
      assertEquals(0, scores.matthews());
      assertTrue(
          scores.summary().contains("no ROC-AUC: all examples are of one class"), scores::summary);
    }
  }

  @Test
  @DisplayName("of nothing are nothing")
  void nothing() {
    Scores scores = Scores.of(binary(new int[0]));
    assertEquals(Double.NaN, scores.logLoss());
    assertEquals(Double.NaN, scores.brier());
    assertEquals(Double.NaN, scores.rocAuc());
    assertEquals(Double.NaN, scores.balancedAccuracy());
    assertEquals(Double.NaN, scores.matthews());
    assertEquals("no samples", scores.summary());
  }

  @Test
  @DisplayName("of two classes are those of the rarer one, or of the one that is told")
  void binaryScores() {
    Predictions predictions = binary(new int[] {1, 0, 0, 0}, 0.5, 0.75, 0.25, 0);
    Scores scores = Scores.of(predictions);
    assertEquals(1, scores.positive());
    // 1/2, 1/4, 3/4 and 1 for their own classes.
    assertEquals(Math.log(2 * 4 * 4 / 3.0) / 4, scores.logLoss(), FLOAT);
    assertEquals((0.25 + 0.5625 + 0.0625) / 4, scores.brier(), FLOAT);
    assertEquals(2 / 3.0, scores.rocAuc(), EXACT);
    assertEquals(0.5, scores.averagePrecision(), EXACT);
    // Of equals the first is predicted: yes is missed, and one no of three is.
    assertEquals(1 / 3.0, scores.balancedAccuracy(), EXACT);
    assertEquals(-1 / 3.0, scores.matthews(), EXACT);
    assertEquals(
        "log loss 0.5918, Brier 0.2188, ROC-AUC 0.6667, PR-AUC 0.5000 (positive: yes), balanced"
            + " accuracy 33.33 %, MCC -0.3333",
        scores.summary());
    Scores other = Scores.of(predictions, 0);
    assertEquals(scores.rocAuc(), other.rocAuc(), EXACT);
    assertEquals(scores.brier(), other.brier(), FLOAT);
    // no by 1, 0.75, 0.5 (which is yes), 0.25.
    assertEquals((1 + 1 + 0.75) / 3, other.averagePrecision(), EXACT);
    assertEquals(0, Scores.of(binary(new int[] {0, 1, 1}, 0.1, 0.2, 0.3)).positive());
    assertEquals(1, Scores.of(binary(new int[] {0, 1}, 0.1, 0.2)).positive());
  }

  @Test
  @DisplayName("of more classes are means of one against all, over those that occur")
  void classes() {
    float[] probabilities = {
      0.5f, 0.25f, 0.25f, 0,
      0.25f, 0.5f, 0.25f, 0,
      0.5f, 0.25f, 0.25f, 0
    };
    Predictions predictions =
        new Predictions(List.of("a", "b", "c", "d"), new int[] {0, 1, 1}, probabilities);
    Scores scores = Scores.of(predictions);
    assertEquals(-1, scores.positive());
    assertEquals(Math.log(2 * 2 * 4) / 3, scores.logLoss(), FLOAT);
    double right = 0.25 + 0.0625 + 0.0625;
    double wrong = 0.25 + 0.5625 + 0.0625;
    assertEquals((2 * right + wrong) / 3, scores.brier(), FLOAT);
    // a: one pair right, one equal; b: likewise; c and d never occur.
    assertEquals(0.75, scores.rocAuc(), EXACT);
    assertEquals((0.5 + (1 + 2 / 3.0) / 2) / 2, scores.averagePrecision(), EXACT);
    assertEquals(0.75, scores.balancedAccuracy(), EXACT);
    assertTrue(scores.summary().contains("ROC-AUC 0.7500 (mean of one class against all), bal"));
  }

  @Test
  @DisplayName("stay finite where a probability is 0")
  void certainMistake() {
    double loss = Scores.of(binary(new int[] {1, 0}, 0, 0)).logLoss();
    assertEquals(149 * Math.log(2) / 2, loss, 1e-9);
  }

  @Test
  @DisplayName("refuse a positive class that there is not")
  void noSuchClass() {
    assertEquals(
        "ranking: positive class: expected 0 to 1, found 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> Scores.of(binary(new int[] {0, 1}, 0.1, 0.2), 2))
            .getMessage());
  }
}
