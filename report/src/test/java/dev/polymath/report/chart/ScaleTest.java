package dev.polymath.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

  private static List<String> labels(Scale scale) {
    return scale.ticks(5).stream().map(scale::label).toList();
  }

  @Test
  void placesValuesEvenlyAndNeverBeyondItsEnds() {
    Scale scale = Scale.linear(0, 10, 200, 100);
    assertEquals(200, scale.at(0));
    assertEquals(150, scale.at(5));
    assertEquals(100, scale.at(11));
    assertEquals(200, scale.at(-1));
  }

  @Test
  void placesPowersEvenlyOnALogarithmicScale() {
    Scale scale = Scale.logarithmic(1e-4, 1, 0, 400);
    assertEquals(100, scale.at(1e-3), 1e-9);
    assertEquals(0, scale.at(0));
    assertEquals(List.of("10⁻⁴", "10⁻³", "0.01", "0.1", "1"), labels(scale));
  }

  @Test
  void ticksAreRound() {
    assertEquals(
        List.of("0.0", "0.5", "1.0", "1.5", "2.0", "2.5"), labels(Scale.around(0, 2.31, 0, 1)));
    assertEquals(List.of("0", "5", "10", "15", "20", "25"), labels(Scale.linear(0, 25, 0, 1)));
    assertEquals(
        List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(Scale.linear(0, 1, 0, 1)));
    assertEquals(List.of("0.1", "0.2", "0.5", "1", "2"), labels(Scale.logarithmic(0.1, 2, 0, 1)));
    assertEquals(List.of("2·10⁻⁵", "5·10⁻⁵", "10⁻⁴"), labels(Scale.logarithmic(2e-5, 1e-4, 0, 1)));
    assertEquals(List.of("3", "10", "30", "100", "300"), labels(Scale.logarithmic(1.2, 300, 0, 1)));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "-3,5", "0.97,0.9701", "1e-12,2e-12", "0,1e30", "-5,-5"})
  void everyRangeHasSomeTicksAndHoldsItsValues(double least, double most) {
    Scale scale = Scale.around(least, most, 0, 1);
    assertTrue(scale.from() <= least && scale.to() >= most, scale::toString);
    int ticks = scale.ticks(5).size();
    assertTrue(ticks >= 3 && ticks <= 11, scale + ": " + scale.ticks(5));
  }

  @Test
  void longRangesSkipPowers() {
    int ticks = Scale.logarithmic(1e-30, 1e10, 0, 1).ticks(5).size();
    assertTrue(ticks >= 4 && ticks <= 7, "ticks: " + ticks);
  }

  @Test
  void refusesAnEmptyRange() {
    assertThrows(IllegalArgumentException.class, () -> Scale.linear(1, 1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Scale.logarithmic(0, 1, 0, 1));
  }
}
