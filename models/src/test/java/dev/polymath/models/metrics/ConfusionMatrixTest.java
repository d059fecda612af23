package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

  /** Of 6 cats 4 are found, of 3 dogs 2; no bird is ever predicted. */
  private static ConfusionMatrix animals() {
    ConfusionMatrix m = new ConfusionMatrix(List.of("cat", "dog", "bird"));
    add(m, 0, 0, 4);
    add(m, 0, 1, 2);
    add(m, 1, 0, 1);
    add(m, 1, 1, 2);
    add(m, 2, 0, 1);
    return m;
  }

  private static void add(ConfusionMatrix m, int actual, int predicted, int times) {
    for (int i = 0; i < times; i++) {
      m.add(actual, predicted);
    }
  }

  @Test
  void countsBySampleAndPrediction() {
    ConfusionMatrix m = animals();
    assertEquals(2, m.count(0, 1));
    assertEquals(1, m.count(1, 0));
    assertEquals(10, m.total());
    assertEquals(6, m.correct());
    assertEquals(6, m.support(0));
    assertEquals(6, m.predicted(0));
    assertEquals(4, m.predicted(1));
    assertEquals(0, m.predicted(2));
  }

  @Test
  void ratiosFollowTheirDefinitions() {
    ConfusionMatrix m = animals();
    assertEquals(0.6, m.accuracy());
    assertEquals(0, m.mostFrequent());
    assertEquals(0.6, m.baseline());
    assertEquals(List.of(2), m.rareClasses());
    assertEquals(4.0 / 6, m.precision(0));
    assertEquals(2.0 / 4, m.precision(1));
    assertEquals(4.0 / 6, m.recall(0));
    assertEquals(2.0 / 3, m.recall(1));
    double p = m.precision(1);
    double r = m.recall(1);
    assertEquals(2 * p * r / (p + r), m.f1(1), 1e-15);
    assertEquals((4.0 / 6 + 2.0 / 4 + 0) / 3, m.macroPrecision(), 1e-15);
    assertEquals((4.0 / 6 + 2.0 / 3 + 0) / 3, m.macroRecall(), 1e-15);
    assertEquals((m.f1(0) + m.f1(1) + 0) / 3, m.macroF1(), 1e-15);
  }

  @Test
  void aClassNeverPredictedHasPrecisionZero() {
    ConfusionMatrix m = animals();
    assertEquals(0, m.precision(2));
    assertEquals(0, m.recall(2));
    assertEquals(0, m.f1(2));
  }

  @Test
  void aClassThatDoesNotOccurIsLeftOutOfTheMacroAverages() {
    ConfusionMatrix m = new ConfusionMatrix(3);
    m.add(0, 0);
    m.add(1, 1);
    assertEquals(1, m.macroPrecision());
    assertEquals(1, m.macroRecall());
    assertEquals(1, m.macroF1());
    assertEquals(0, m.f1(2));
    m.add(0, 2);
    assertEquals(2.0 / 3, m.macroPrecision(), 1e-15);
  }

  @Test
  void withoutSamplesAveragesAreNaN() {
    ConfusionMatrix m = new ConfusionMatrix(2);
    assertEquals(0, m.total());
    assertEquals(Double.NaN, m.accuracy());
    assertEquals(Double.NaN, m.macroPrecision());
    assertEquals(Double.NaN, m.macroRecall());
    assertEquals(Double.NaN, m.macroF1());
    assertEquals(0, m.precision(0));
    assertEquals("no samples", m.toString());
  }

  @Test
  void theTableIsAligned() {
    assertEquals(
        """
        actual \\ predicted  cat  dog  bird  precision  recall      F1  support
        cat                   4    2     .     0.6667  0.6667  0.6667        6
        dog                   1    2     .     0.5000  0.6667  0.5714        3
        bird                  1    .     0     0.0000  0.0000  0.0000        1
        macro average                          0.3889  0.4444  0.4127       10\
        """,
        animals().toString());
  }

  @Test
  void namesOutsideTheBasicPlaneKeepTheTableAligned() {
    ConfusionMatrix m = new ConfusionMatrix(List.of("\uD834\uDD1E", "b"));
    m.add(0, 0);
    String[] lines = m.toString().split("\n");
    assertEquals(lines[2].length(), lines[1].codePointCount(0, lines[1].length()), m.toString());
  }

  @Test
  void aboveTwentyClassesTheCountsAreLeftOut() {
    ConfusionMatrix m = new ConfusionMatrix(21);
    IntStream.range(0, 21).forEach(c -> m.add(c, c));
    String[] lines = m.toString().split("\n");
    assertEquals("class          precision  recall      F1  support", lines[0]);
    assertEquals("0                 1.0000  1.0000  1.0000        1", lines[1]);
    assertEquals(23, lines.length);
  }

  @Test
  void classesOutOfRangeAreRefused() {
    ConfusionMatrix m = new ConfusionMatrix(3);
    assertEquals(
        "confusion matrix: actual: expected 0 to 2, found 3",
        assertThrows(IllegalArgumentException.class, () -> m.add(3, 0)).getMessage());
    assertEquals(
        "confusion matrix: predicted: expected 0 to 2, found -1",
        assertThrows(IllegalArgumentException.class, () -> m.add(0, -1)).getMessage());
    assertEquals(
        "confusion matrix: class: expected 0 to 2, found 7",
        assertThrows(IllegalArgumentException.class, () -> m.support(7)).getMessage());
    assertEquals(0, m.total());
    assertEquals(
        "confusion matrix: expected at least 1 class, found 0",
        assertThrows(IllegalArgumentException.class, () -> new ConfusionMatrix(0)).getMessage());
    assertEquals(
        "confusion matrix: expected at least 1 class, found 0",
        assertThrows(IllegalArgumentException.class, () -> new ConfusionMatrix(List.of()))
            .getMessage());
  }

  private static ConfusionMatrix of(long[][] counts) {
    ConfusionMatrix confusion = new ConfusionMatrix(counts.length);
    for (int a = 0; a < counts.length; a++) {
      for (int p = 0; p < counts.length; p++) {
        for (int i = 0; i < counts[a][p]; i++) {
          confusion.add(a, p);
        }
      }
    }
    return confusion;
  }

  @Test
  @DisplayName("has Matthews' correlation of two classes and of more")
  void matthews() {
    ConfusionMatrix two = of(new long[][] {{3, 1}, {2, 6}});
    assertEquals((6 * 3 - 1 * 2) / Math.sqrt(7 * 8 * 4 * 5), two.matthews(), 1e-12);
    ConfusionMatrix three = of(new long[][] {{2, 0, 0}, {0, 1, 1}, {1, 0, 1}});
    assertEquals(12 / Math.sqrt(24 * 22), three.matthews(), 1e-12);
    assertEquals(1, of(new long[][] {{2, 0}, {0, 3}}).matthews(), 1e-12);
    assertEquals(-1, of(new long[][] {{0, 2}, {3, 0}}).matthews(), 1e-12);
    assertEquals(0, of(new long[][] {{0, 2}, {0, 3}}).matthews());
    assertEquals(0, of(new long[][] {{2, 3}, {0, 0}}).matthews());
    assertEquals(Double.NaN, new ConfusionMatrix(2).matthews());
  }

  @Test
  @DisplayName("balances the accuracy over the classes that have samples")
  void balancedAccuracy() {
    assertEquals((0.75 + 0.5) / 2, of(new long[][] {{3, 1}, {1, 1}}).balancedAccuracy(), 1e-12);
    assertEquals(
        (0.5 + 1) / 2,
        of(new long[][] {{1, 0, 1}, {0, 2, 0}, {0, 0, 0}}).balancedAccuracy(),
        1e-12);
    assertEquals(Double.NaN, new ConfusionMatrix(2).balancedAccuracy());
  }

  @Test
  @DisplayName("finds the most frequent class wherever it stands, the first of equals")
  void mostFrequent() {
    assertEquals(1, of(new long[][] {{1, 0, 0}, {0, 2, 1}, {0, 0, 2}}).mostFrequent());
    assertEquals(2, of(new long[][] {{1, 0, 0}, {0, 1, 1}, {0, 0, 3}}).mostFrequent());
    assertEquals(1, of(new long[][] {{0, 1, 0}, {0, 2, 0}, {0, 0, 2}}).mostFrequent());
    assertEquals(3.0 / 6, of(new long[][] {{1, 0, 0}, {0, 2, 0}, {3, 0, 0}}).baseline());
  }

  @Test
  @DisplayName("calls a class rare that has some, but less than half of an even share")
  void rareClasses() {
    // An even share is 4 of 12.
    assertEquals(List.of(1), of(new long[][] {{0, 9, 0}, {1, 0, 0}, {0, 0, 2}}).rareClasses());
    assertEquals(List.of(2, 0), of(new long[][] {{1, 0, 0}, {0, 10, 0}, {0, 1, 0}}).rareClasses());
    assertEquals(List.of(), of(new long[][] {{0, 0}, {0, 3}}).rareClasses());
  }

  @Test
  @DisplayName("has one class at least, and a grid of twenty at most")
  void sizes() {
    assertEquals(List.of("0"), new ConfusionMatrix(1).classNames());
    ConfusionMatrix twenty = new ConfusionMatrix(20);
    twenty.add(19, 0);
    String[] lines = twenty.toString().split("\n");
    assertEquals(22, lines.length);
    assertEquals("actual \\ predicted", lines[0].substring(0, 18));
  }

  @Test
  @DisplayName("refuses a class out of range in each question")
  void questions() {
    ConfusionMatrix m = new ConfusionMatrix(2);
    assertEquals(
        "confusion matrix: actual: expected 0 to 1, found 2",
        assertThrows(IllegalArgumentException.class, () -> m.count(2, 0)).getMessage());
    assertEquals(
        "confusion matrix: predicted: expected 0 to 1, found -1",
        assertThrows(IllegalArgumentException.class, () -> m.count(0, -1)).getMessage());
    assertEquals(
        "confusion matrix: class: expected 0 to 1, found 2",
        assertThrows(IllegalArgumentException.class, () -> m.predicted(2)).getMessage());
  }
}
