package dev.polymath.models.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  @Test
  void readsWell() {
    ConfusionMatrix m = new ConfusionMatrix(2);
    m.add(0, 0);
    m.add(1, 1);
    m.add(1, 0);
    Evaluation e = new Evaluation(0.25, m);
    assertEquals(2.0 / 3, e.accuracy());
    assertEquals("accuracy 66.67 % (2 of 3), loss 0.2500", e.summary());
    assertEquals(e.summary() + "\n\n" + m, e.toString());
  }

  @Test
  void readsTheSameInEveryLocale() {
    ConfusionMatrix m = new ConfusionMatrix(2);
    m.add(0, 0);
    Evaluation e = new Evaluation(0.5, m);
    String english = e.toString();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals(english, e.toString());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void withoutSamplesSaysSo() {
    Evaluation e = new Evaluation(Double.NaN, new ConfusionMatrix(2));
    assertEquals(Double.NaN, e.accuracy());
    assertEquals("no samples", e.toString());
  }
}
