package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionsTest {

  private static final List<String> NAMES = List.of("cat", "dog");

  private static Predictions of(int[] labels, double... cat) {
    float[] p = new float[2 * cat.length];
    for (int i = 0; i < cat.length; i++) {
      p[2 * i] = (float) cat[i];
      p[2 * i + 1] = (float) (1 - cat[i]);
    }
    return new Predictions(NAMES, labels, p);
  }

  @Test
  void predictsTheMostProbableClassTheFirstOfEquals() {
    Predictions p = of(new int[] {0, 0, 1}, 0.75, 0.25, 0.5);
    assertEquals(3, p.size());
    assertEquals(2, p.classes());
    assertEquals(0, p.predicted(0));
    assertEquals(1, p.predicted(1));
    assertEquals(0, p.predicted(2));
    assertEquals(0.75f, p.confidence(1));
    assertEquals(0.25f, p.probability(1, 0));
    assertTrue(p.correct(0));
    assertFalse(p.correct(2));
  }

  @Test
  void theWorstMistakeComesFirst() {
    //                                     right  wrong  wrong  right  wrong
    Predictions p = of(new int[] {0, 0, 1, 1, 0}, 0.9, 0.25, 0.875, 0.1, 0.25);
    assertArrayEquals(new int[] {2, 1, 4}, p.mostWrong(10));
    assertArrayEquals(new int[] {2}, p.mostWrong(1));
    assertArrayEquals(new int[0], p.mostWrong(0));
  }

  @Test
  void equalMistakesGoByTheConfidenceInTheWrongClass() {
    Predictions p =
        new Predictions(
            List.of("a", "b", "c"), new int[] {0, 0}, new float[] {0, 0.5f, 0.5f, 0, 0.25f, 0.75f});
    assertArrayEquals(new int[] {1, 0}, p.mostWrong(2));
  }

  @Test
  void copiesWhatItIsGiven() {
    int[] labels = {0};
    float[] p = {1, 0};
    Predictions predictions = new Predictions(NAMES, labels, p);
    labels[0] = 1;
    p[0] = 0;
    assertEquals(0, predictions.label(0));
    assertEquals(1, predictions.probability(0, 0));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertMessage(
        "predictions: 1 examples of 2 classes take 2 probabilities, found 3",
        () -> new Predictions(NAMES, new int[1], new float[3]));
    assertMessage(
        "predictions: label of example 0: expected 0 to 1, found 2",
        () -> new Predictions(NAMES, new int[] {2}, new float[2]));
    assertMessage(
        "predictions: probability of class 1 in example 0: expected 0 to 1, found NaN",
        () -> new Predictions(NAMES, new int[1], new float[] {1, Float.NaN}));
    assertMessage(
        "predictions: expected at least 1 class, found 0",
        () -> new Predictions(List.of(), new int[0], new float[0]));
    Predictions p = of(new int[] {0}, 0.5);
    assertThrows(IndexOutOfBoundsException.class, () -> p.probability(0, 2));
  }

  private static void assertMessage(String expected, Runnable action) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  @Test
  void theLessProbableLabelIsTheWorseMistakeWhateverTheOrder() {
    Predictions p = of(new int[] {0, 0, 0, 0}, 0.25, 0.125, 0.375, 0.0625);
    assertArrayEquals(new int[] {3, 1, 0, 2}, p.mostWrong(4));
  }

  @Test
  void theLabelsProbabilityGoesBeforeTheConfidence() {
    Predictions p =
        new Predictions(
            List.of("a", "b", "c"),
            new int[] {0, 0},
            new float[] {0.2f, 0.8f, 0, 0.1f, 0.45f, 0.45f});
    assertArrayEquals(new int[] {1, 0}, p.mostWrong(2));
  }

  @Test
  void classesAndLabelsAtTheEndsOfTheirRangesAreTaken() {
    Predictions p = of(new int[] {1, 0}, 0.25, 1);
    assertEquals(0.75f, p.probability(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> p.probability(0, -1));
    assertEquals(
        "class: expected 0 to 1, found 2",
        assertThrows(IndexOutOfBoundsException.class, () -> p.probability(0, 2)).getMessage());
    assertMessage(
        "predictions: label of example 1: expected 0 to 1, found -1",
        () -> new Predictions(NAMES, new int[] {0, -1}, new float[4]));
    assertMessage(
        "predictions: probability of class 0 in example 1: expected 0 to 1, found 1.5",
        () -> new Predictions(NAMES, new int[2], new float[] {1, 0, 1.5f, 0}));
  }

  @Test
  void knowsItsThreshold() {
    Predictions p = of(new int[] {1, 0}, 0.25, 1);
    assertEquals(java.util.Optional.empty(), p.threshold());
    var threshold = new dev.polymath.models.data.ModelOutput.Threshold(1, 0.5);
    assertEquals(threshold, p.withThreshold(threshold).threshold().orElseThrow());
    assertEquals(threshold, p.withThreshold(threshold).subset(1).threshold().orElseThrow());
    assertEquals("Predictions[2 examples, 2 classes]", p.toString());
  }

  @Test
  void aSubsetHasItsExamplesInTheOrderAskedFor() {
    Predictions some = of(new int[] {1, 0, 1}, 0.25, 1, 0.5).subset(2, 0);
    assertEquals(2, some.size());
    assertEquals(0.5f, some.probability(0, 1));
    assertEquals(0.75f, some.probability(1, 1));
    assertEquals(1, some.label(0));
  }
}
