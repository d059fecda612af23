package dev.polymath.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FormatTest {

  @Test
  void significantDigits() {
    assertEquals("0.0123", Format.significant(0.01234));
    assertEquals("2.39", Format.significant(2.388));
    assertEquals("0.003", Format.significant(0.003));
    assertEquals("10", Format.significant(10));
    assertEquals("0", Format.significant(0));
    assertEquals("-1234", Format.significant(-1234.4));
    assertEquals("4.5·10⁻⁷", Format.significant(4.5e-7));
    assertEquals("1.0·10⁶", Format.significant(1e6));
    assertEquals("1.0·10⁻³", Format.significant(9.99e-4));
    assertEquals("-1.0·10⁻³", Format.significant(-9.99e-4));
    assertEquals("–", Format.significant(Double.NaN));
  }

  @Test
  void aProbabilityThatIsNotCertainDoesNotLookIt() {
    assertEquals(">\u00a099.9\u00a0%", Format.probability(0.9999));
    assertEquals("<\u00a00.1\u00a0%", Format.probability(1e-9));
    assertEquals("100\u00a0%", Format.probability(1));
    assertEquals("0\u00a0%", Format.probability(0));
    assertEquals("76\u00a0%", Format.probability(0.7612));
    assertEquals("2.3\u00a0%", Format.probability(0.0233));
  }

  @Test
  void countsAndTimes() {
    assertEquals("10,000 examples", Format.count(10_000, "example", "examples"));
    assertEquals("1 class", Format.count(1, "class", "classes"));
    assertEquals("9,120", Format.shortCount(9120));
    assertEquals("12k", Format.shortCount(12_345));
    assertEquals("4\u00a0min 5\u00a0s", Format.seconds(245.2));
    assertEquals("12.3\u00a0s", Format.seconds(12.34));
    assertEquals("2\u00a0h 3\u00a0min", Format.seconds(7395));
  }

  @Test
  void shortensByCharactersNotByHalvesOfThem() {
    assertEquals("Iris-…", Format.shortened("Iris-virginica", 6));
    assertEquals("😀…", Format.shortened("😀😀😀", 2));
    assertEquals("😀😀", Format.shortened("😀😀", 2));
  }

  @Test
  void readsTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals("1,234", Format.count(1234));
      assertEquals("98.77\u00a0%", Format.percent(0.98765));
    } finally {
      Locale.setDefault(before);
    }
  }
}
