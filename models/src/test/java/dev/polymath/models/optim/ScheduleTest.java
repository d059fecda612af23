package dev.polymath.models.optim;

import static dev.polymath.models.optim.OptimizerTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  @Test
  void constantIsAlwaysOne() {
    assertEquals(1, Schedule.constant().factor(0, 10, 3));
    assertEquals(1, Schedule.constant().factor(29, 10, 3));
  }

  @Test
  void stepFallsAfterEveryFewEpochs() {
    Schedule schedule = Schedule.step(2, 0.1);
    assertEquals(1, schedule.factor(0, 10, 6));
    assertEquals(1, schedule.factor(19, 10, 6));
    assertEquals(0.1, schedule.factor(20, 10, 6));
    assertEquals(0.1, schedule.factor(39, 10, 6));
    assertEquals(0.01, schedule.factor(40, 10, 6), 1e-15);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20})
  void cosineRisesAndFallsOverTheWholeRun(int epochs) {
    Schedule schedule = Schedule.cosine(0.2);
    int steps = 100 * epochs;
    int rising = 20 * epochs;
    for (int s = 1; s < steps; s++) {
      double change = schedule.factor(s, 100, epochs) - schedule.factor(s - 1, 100, epochs);
      assertTrue(s <= rising ? change > 0 : change < 0, "step " + s + " changes by " + change);
    }
    assertEquals(1.0 / (rising + 1), schedule.factor(0, 100, epochs), 1e-12);
    assertEquals(1, schedule.factor(rising, 100, epochs));
    assertEquals(0.5, schedule.factor((rising + steps) / 2, 100, epochs), 1e-12);
    double last = schedule.factor(steps - 1, 100, epochs);
    assertTrue(last > 0 && last < 0.001, "last: " + last);
  }

  @Test
  void cosineWithoutWarmUpStartsAtItsPeak() {
    assertEquals(1, Schedule.cosine(0).factor(0, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void oneCycleRisesFromA25thAndFallsToNearlyNothing(int epochs) {
    Schedule schedule = Schedule.oneCycle();
    int steps = 101 * epochs;
    double peak = 0.3 * (steps - 1);
    assertEquals(0.04, schedule.factor(0, 101, epochs), 1e-15);
    for (int s = 1; s < steps; s++) {
      double change = schedule.factor(s, 101, epochs) - schedule.factor(s - 1, 101, epochs);
      if (s < peak || s > peak + 1) {
        assertTrue(s < peak ? change > 0 : change < 0, "step " + s + " changes by " + change);
      }
    }
    assertEquals(1, schedule.factor(Math.round(peak), 101, epochs), 1e-3);
    assertEquals(4e-6, schedule.factor(steps - 1, 101, epochs), 1e-12);
    assertEquals(1, Schedule.oneCycle().factor(0, 1, 1));
  }

  @Test
  void cyclesPeakFourTimesAndGrowLonger() {
    Schedule schedule = Schedule.cycles();
    int steps = 100_000;
    // A cycle ends where log2(1 + 15t) is a whole number, and peaks halfway between two.
    for (int cycle = 0; cycle < 4; cycle++) {
      long end = Math.round((Math.pow(2, cycle + 1) - 1) / 15 * steps);
      long peak = Math.round((Math.pow(2, cycle + 0.5) - 1) / 15 * steps);
      assertEquals(0, schedule.factor(end - 1, 1000, 100), 1e-6);
      assertEquals(1, schedule.factor(peak, 1000, 100), 1e-6);
    }
    assertTrue(schedule.factor(0, 1000, 100) > 0);
    double t = 12345.5 / steps;
    double expected = (1 - Math.cos(2 * Math.PI * Math.log(1 + 15 * t) / Math.log(2))) / 2;
    assertEquals(expected, schedule.factor(12345, 1000, 100), 1e-12);
  }

  @Test
  void flatCosineStaysAndThenFalls() {
    Schedule schedule = Schedule.flatCosine(0.5);
    assertEquals(1, schedule.factor(0, 10, 10));
    assertEquals(1, schedule.factor(50, 10, 10));
    assertEquals(0.5, schedule.factor(75, 10, 10), 1e-12);
    assertEquals((1 + Math.cos(Math.PI * 49 / 50)) / 2, schedule.factor(99, 10, 10), 1e-12);
  }

  @Test
  void plateauFallsEachTimeThatTheLossDidNotForSoLong() {
    Schedule schedule = Schedule.plateau(2, 0.5);
    assertEquals(1, schedule.factor(99, 10, 10));
    double[] losses = {5, 4, 4, 4, 4, 4, 3, 3.5, 3, 2.9, 3, 3};
    double[] factors = {1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625};
    for (int i = 0; i < losses.length; i++) {
      double[] soFar = java.util.Arrays.copyOf(losses, i + 1);
      assertEquals(factors[i], schedule.factorAfter(soFar), "after epoch " + (i + 1));
    }
    assertTrue(schedule.followsValidation());
    assertEquals(1, Schedule.constant().factorAfter(losses));
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertMessage("rise: expected above 0, found 0.0", () -> new Schedule.OneCycle(0, 2));
    assertMessage("start: expected at least 1, found 0.5", () -> new Schedule.OneCycle(0.5, 0.5));
    assertMessage("count: expected 1 to 30, found 31", () -> new Schedule.Cycles(31));
    assertMessage("flat: expected 0 to below 1, found 1.0", () -> Schedule.flatCosine(1));
    assertMessage("epochs: expected at least 1, found 0", () -> Schedule.plateau(0, 0.5));
    assertMessage("factor: expected above 0, below 1, found 1.0", () -> Schedule.plateau(1, 1));
    assertMessage("warmUp: expected 0 to below 1, found 1.0", () -> Schedule.cosine(1));
    assertMessage("epochs: expected at least 1, found 0", () -> Schedule.step(0, 0.5));
    assertMessage("factor: expected above 0, at most 1, found 2.0", () -> Schedule.step(1, 2));
  }

  @Test
  void theLastSettingInRangeIsTaken() {
    assertEquals(1, Schedule.step(1, 1).factor(9, 1, 10));
    assertEquals(1, new Schedule.Cycles(1).factor(41, 1, 100), 1e-3);
    assertTrue(new Schedule.Cycles(30).factor(0, 1, 100) >= 0);
    assertEquals(1, new Schedule.OneCycle(0.5, 1).factor(0, 1, 100));
    assertEquals(1, Schedule.plateau(1, 0.5).factor(0, 1, 1));
    assertEquals(0.5, Schedule.plateau(1, 0.5).factorAfter(new double[] {1, 1}));
    assertMessage("count: expected 1 to 30, found 0", () -> new Schedule.Cycles(0));
    assertMessage(
        "start: expected at least 1, found Infinity",
        () -> new Schedule.OneCycle(0.5, Double.POSITIVE_INFINITY));
    assertMessage("rise: expected 0 to below 1, found 1.0", () -> new Schedule.OneCycle(1, 2));
    assertMessage("factor: expected above 0, at most 1, found 0.0", () -> Schedule.step(1, 0));
    assertMessage("factor: expected above 0, below 1, found 0.0", () -> Schedule.plateau(1, 0));
  }

  @Test
  void onlyThePlateauFollowsTheValidation() {
    assertFalse(Schedule.constant().followsValidation());
    assertFalse(Schedule.cosine(0.1).followsValidation());
  }

  @Test
  void cosineAloneFallsFromTheFirstStep() {
    Schedule schedule = Schedule.cosine(0);
    for (int s = 0; s < 10; s++) {
      assertEquals((1 + Math.cos(Math.PI * s / 10)) / 2, schedule.factor(s, 5, 2), 1e-15);
    }
  }

  @Test
  void flatCosineFallsFromItsOwnLevelOn() {
    Schedule schedule = Schedule.flatCosine(0.2);
    for (int s = 0; s < 10; s++) {
      double expected = s < 2 ? 1 : (1 + Math.cos(Math.PI * (s - 2) / 8)) / 2;
      assertEquals(expected, schedule.factor(s, 5, 2), 1e-15);
    }
  }
}
