package dev.polymath.models.metrics;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What was said of several labels")
class LabelPredictionsTest {

  private static final List<String> NAMES = List.of("a", "b", "c");

  /** Two examples of three labels. */
  private static LabelPredictions two() {
    return new LabelPredictions(
        NAMES,
        new boolean[] {true, false, true, false, false, true},
        new float[] {0.75f, 0.25f, 0.5f, 0.5f, 0.125f, 0},
        new double[] {0.75, 0.2, 0.6});
  }

  @Test
  @DisplayName("is read by example and label")
  void read() {
    LabelPredictions said = two();
    assertEquals(NAMES, said.names());
    assertEquals(3, said.labels());
    assertEquals(2, said.size());
    assertTrue(said.has(0, 0));
    assertFalse(said.has(0, 1));
    assertTrue(said.has(1, 2));
    assertEquals(0.25f, said.probability(0, 1));
    assertEquals(0.125f, said.probability(1, 1));
    assertEquals(0.2, said.threshold(1));
    assertEquals("LabelPredictions[2 examples, 3 labels]", said.toString());
  }

  @Test
  @DisplayName("predicts a label from its threshold on, and counts what is wrong either way")
  void decided() {
    LabelPredictions said = two();
    assertTrue(said.predicted(0, 0)); // just the threshold
    assertTrue(said.predicted(0, 1));
    assertFalse(said.predicted(0, 2));
    assertFalse(said.predicted(1, 0));
    assertEquals(2, said.wrong(0));
    assertEquals(1, said.wrong(1));
    LabelPredictions other = said.withThresholds(new double[] {0.8, 0.3, 0.5});
    assertFalse(other.predicted(0, 0));
    assertEquals(1, other.wrong(0));
    assertEquals(2, said.wrong(0));
  }

  @Test
  @DisplayName("is of some examples in the order in which they are named")
  void subset() {
    LabelPredictions some = two().subset(1, 0, 1);
    assertEquals(3, some.size());
    for (int j = 0; j < 3; j++) {
      assertEquals(two().probability(1, j), some.probability(0, j));
      assertEquals(two().probability(0, j), some.probability(1, j));
      assertEquals(two().probability(1, j), some.probability(2, j));
      assertEquals(two().has(1, j), some.has(0, j));
      assertEquals(two().has(0, j), some.has(1, j));
      assertEquals(two().threshold(j), some.threshold(j));
    }
    assertThrows(IllegalArgumentException.class, () -> two().subset());
  }

  @Test
  @DisplayName("is of one label two classes, decided by its threshold")
  void ofOne() {
    Predictions one = two().of(1);
    assertEquals(List.of("not b", "b"), one.classNames());
    assertEquals(2, one.size());
    assertEquals(0.75f, one.probability(0, 0));
    assertEquals(0.25f, one.probability(0, 1));
    assertEquals(0.125f, one.probability(1, 1));
    assertEquals(0, one.label(0));
    assertEquals(1, one.predicted(0)); // 0.25 is above the threshold of 0.2
    assertEquals(0, one.predicted(1));
    assertEquals(1, two().of(2).label(1));
  }

  @Test
  @DisplayName("is pooled label by label, example by example")
  void pooled() {
    Predictions all = two().pooled();
    assertEquals(List.of("without", "with"), all.classNames());
    assertEquals(6, all.size());
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(two().probability(i, j), all.probability(3 * i + j, 1));
        assertEquals(1 - two().probability(i, j), all.probability(3 * i + j, 0));
        assertEquals(two().has(i, j) ? 1 : 0, all.label(3 * i + j));
      }
    }
  }

  @Test
  @DisplayName("keeps copies of what it is given")
  void copies() {
    boolean[] actual = {true};
    float[] probabilities = {0.5f};
    double[] thresholds = {0.5};
    LabelPredictions said = new LabelPredictions(List.of("a"), actual, probabilities, thresholds);
    actual[0] = false;
    probabilities[0] = 0;
    thresholds[0] = 1;
    assertTrue(said.has(0, 0));
    assertEquals(0.5f, said.probability(0, 0));
    assertEquals(0.5, said.threshold(0));
  }

  private static LabelPredictions of(int names, int actual, int probabilities, int thresholds) {
    return new LabelPredictions(
        NAMES.subList(0, names),
        new boolean[actual],
        new float[probabilities],
        new double[thresholds]);
  }

  @Test
  @DisplayName("refuses what does not fit, or is no probability")
  void refused() {
    assertMessage(
        "predictions: expected a probability for each label of each example, and a threshold for"
            + " each label, found 6 probabilities and 2 thresholds beside 6 of 3 labels",
        () -> of(3, 6, 6, 2));
    for (int[] sizes :
        new int[][] {{3, 6, 3, 3}, {3, 3, 6, 3}, {3, 5, 5, 3}, {3, 0, 0, 3}, {0, 0, 0, 0}}) {
      assertThrows(
          IllegalArgumentException.class, () -> of(sizes[0], sizes[1], sizes[2], sizes[3]));
    }
    for (float wrong : new float[] {-0.001f, 1.001f, Float.NaN}) {
      assertMessage(
          "predictions: probability of label \"b\" in example 1: expected 0 to 1, found " + wrong,
          () ->
              new LabelPredictions(
                  List.of("a", "b"),
                  new boolean[4],
                  new float[] {0, 1, 0.5f, wrong},
                  new double[2]));
    }
    for (int label : new int[] {-1, 3}) {
      IndexOutOfBoundsException thrown =
          assertThrows(IndexOutOfBoundsException.class, () -> two().has(0, label));
      assertEquals("label: expected 0 to 2, found " + label, thrown.getMessage());
      assertThrows(IndexOutOfBoundsException.class, () -> two().probability(0, label));
    }
    assertFalse(two().has(0, 1));
    assertTrue(two().has(0, 2));
  }
}
