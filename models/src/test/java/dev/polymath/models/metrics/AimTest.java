package dev.polymath.models.metrics;

import static dev.polymath.models.metrics.ScoresTest.binary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.ModelOutput.Threshold;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An aim")
class AimTest {

  private static final double FLOAT = 1e-7;

  @ParameterizedTest
  @CsvSource({
    "f1, 0.3",
    "accuracy, 0.3",
    "recall=0.6, 0.3",
    "recall=1, 0.3",
    "recall=0.3, 0.85",
    "precision=0.7, 0.3",
    "precision=0.9, 0.85",
    "precision=0.5, 0.3",
  })
  @DisplayName("chooses the threshold that serves it best")
  void chooses(String aim, double expected) {
    // F1 after each: 0.5, 0.4, 0.667, 0.857, 0.75, 0.667; precision 1, 0.5, 0.667, 0.75, 0.6, 0.5.
    Predictions held = binary(new int[] {1, 0, 1, 1, 0, 0}, 0.9, 0.8, 0.7, 0.4, 0.2, 0.1);
    Threshold chosen = Aim.parse(aim).choose(held, 1);
    assertEquals(1, chosen.positive());
    assertEquals(expected, chosen.probability(), FLOAT);
    assertTrue(Aim.parse(aim).isReachedBy(held.withThreshold(chosen).confusion(), 1));
  }

  @Test
  @DisplayName("of a precision that can't be had gets the highest one, and is not reached")
  void notReached() {
    Predictions held = binary(new int[] {0, 1}, 0.9, 0.8);
    Threshold chosen = Aim.parse("precision=0.9").choose(held, 1);
    assertEquals(0.4, chosen.probability(), FLOAT);
    assertFalse(Aim.parse("precision=0.9").isReachedBy(held.withThreshold(chosen).confusion(), 1));
  }

  @Test
  @DisplayName("of accuracy may call nothing positive; of equals it takes the nearest to a half")
  void nothingPositive() {
    Predictions held = binary(new int[] {0, 1, 0, 0}, 0.3, 0.2, 0.1, 0.05);
    assertEquals(0.65, Aim.parse("accuracy").choose(held, 1).probability(), FLOAT);
    Predictions certain = binary(new int[] {0, 1, 0, 0}, 1, 0.2, 0.1, 0.05);
    assertEquals(0.15, Aim.parse("accuracy").choose(certain, 1).probability(), FLOAT);
    // Nothing is above certainty: with a mistake of probability 1, two of four are the most.
    Predictions mistake = binary(new int[] {0, 1, 0, 0}, 1, 0.2, 0.3, 0.25);
    assertEquals(0.65, Aim.parse("accuracy").choose(mistake, 1).probability(), FLOAT);
  }

  @Test
  @DisplayName("may be for the first class")
  void firstClass() {
    Predictions held = binary(new int[] {1, 1, 0}, 0.75, 0.5, 0.375);
    Threshold chosen = Aim.parse("f1").choose(held, 0);
    assertEquals(new Threshold(0, 0.5625), chosen);
    assertEquals(1, held.withThreshold(chosen).confusion().accuracy());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "f2",
        "F1",
        "recall",
        "recall=",
        "recall=x",
        "f1=1",
        "precision=0.5=1",
        "recall=NaN",
        "recall=0",
        "recall=1.5",
        "precision=-1"
      })
  @DisplayName("is refused where it makes no sense")
  void refused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Aim.parse(text)).getMessage();
    assertTrue(message.startsWith("aim: "), message);
  }

  @Test
  @DisplayName("needs two classes and examples of both")
  void needs() {
    Predictions one = binary(new int[] {0, 0}, 0.1, 0.2);
    assertEquals(
        "aim: no example of class \"yes\" to choose a threshold on",
        assertThrows(IllegalArgumentException.class, () -> Aim.parse("f1").choose(one, 1))
            .getMessage());
    Predictions three =
        new Predictions(List.of("a", "b", "c"), new int[] {0}, new float[] {0.5f, 0.25f, 0.25f});
    assertEquals(
        "aim: expected 2 classes to decide between, found 3",
        assertThrows(IllegalArgumentException.class, () -> Aim.parse("f1").choose(three, 1))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> three.withThreshold(new Threshold(1, 0.5)));
  }

  @Test
  @DisplayName("is written as it is read")
  void text() {
    for (String text : List.of("f1", "accuracy", "recall=0.9", "precision=0.6")) {
      assertEquals(text, Aim.parse(text).toString());
    }
  }

  @Test
  @DisplayName("A threshold decides for its class from its probability on")
  void decides() {
    Predictions predictions = binary(new int[] {0, 0, 1}, 0.25, 0.5, 0.75);
    Predictions decided = predictions.withThreshold(new Threshold(1, 0.25));
    assertEquals(1, decided.predicted(0));
    assertEquals(0.25f, decided.confidence(0));
    assertEquals(0, predictions.withThreshold(new Threshold(1, 0.5000001)).predicted(1));
    assertEquals(1, predictions.withThreshold(new Threshold(0, 0.5000001)).predicted(1));
    // Odds of 1 to 4 become 1 to 2, and the ends stay.
    assertEquals(1 / 3.0, new Threshold(1, 0.2).at(2).probability(), 1e-12);
    assertEquals(0, new Threshold(1, 0).at(2).probability());
    assertEquals(1, new Threshold(1, 1).at(2).probability());
    assertThrows(IllegalArgumentException.class, () -> new Threshold(2, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Threshold(0, Double.NaN));
  }

  @Test
  @DisplayName("is reached by just what it asks for")
  void reached() {
    ConfusionMatrix decided = new ConfusionMatrix(2);
    // Of 4 positive ones 3 are found, among 5 that are called so.
    for (int[] cell : new int[][] {{1, 1}, {1, 1}, {1, 1}, {1, 0}, {0, 1}, {0, 1}}) {
      decided.add(cell[0], cell[1]);
    }
    assertTrue(Aim.parse("recall=0.75").isReachedBy(decided, 1));
    assertFalse(Aim.parse("recall=0.76").isReachedBy(decided, 1));
    assertTrue(Aim.parse("precision=0.6").isReachedBy(decided, 1));
    assertFalse(Aim.parse("precision=0.61").isReachedBy(decided, 1));
  }

  @Test
  @DisplayName("names the class that has no example, whichever it is")
  void absent() {
    Predictions all = binary(new int[] {1, 1}, 0.1, 0.2);
    assertEquals(
        "aim: no example of class \"no\" to choose a threshold on",
        assertThrows(IllegalArgumentException.class, () -> Aim.parse("f1").choose(all, 1))
            .getMessage());
    Predictions none = binary(new int[] {0, 0}, 0.1, 0.2);
    assertEquals(
        "aim: no example of class \"yes\" to choose a threshold on",
        assertThrows(IllegalArgumentException.class, () -> Aim.parse("f1").choose(none, 1))
            .getMessage());
  }

  @Test
  @DisplayName(
      "counts what is right on both sides where it is for accuracy, and recall by its share")
  void shares() {
    // Right with 0 to 6 called positive: 3, 4, 5, 4, 5, 4, 3 of 6. 0.625 is nearer to a half.
    Predictions held = binary(new int[] {1, 1, 0, 1, 0, 0}, 0.95, 0.9, 0.35, 0.3, 0.2, 0.1);
    assertEquals(0.625, Aim.parse("accuracy").choose(held, 1).probability(), FLOAT);
    // With recall 0.6 reached by 2 of 3, precision decides: 2 of 2.
    assertEquals(0.625, Aim.parse("recall=0.6").choose(held, 1).probability(), FLOAT);
    assertEquals(0.25, Aim.parse("recall=0.7").choose(held, 1).probability(), FLOAT);
  }

  @Test
  @DisplayName("asks for a number or for none, by its kind")
  void numbers() {
    assertEquals(
        "aim: f1: expected no number, found 0.5",
        assertThrows(IllegalArgumentException.class, () -> new Aim(Aim.Kind.F1, 0.5)).getMessage());
    assertEquals(
        "aim: recall: expected above 0 and at most 1, found 0.0",
        assertThrows(IllegalArgumentException.class, () -> new Aim(Aim.Kind.RECALL, 0))
            .getMessage());
    assertEquals(
        "aim: precision: expected above 0 and at most 1, found 0.0",
        assertThrows(IllegalArgumentException.class, () -> new Aim(Aim.Kind.PRECISION, 0))
            .getMessage());
  }
}
