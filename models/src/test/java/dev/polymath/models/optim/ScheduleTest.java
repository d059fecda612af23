package dev.polymath.models.optim;

import static dev.polymath.models.optim.OptimizerTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

  @Test
  void refusesSettingsOutOfRange() {
    assertMessage("warmUp: expected 0 to below 1, found 1.0", () -> Schedule.cosine(1));
    assertMessage("epochs: expected at least 1, found 0", () -> Schedule.step(0, 0.5));
    assertMessage("factor: expected above 0, at most 1, found 2.0", () -> Schedule.step(1, 2));
  }
}
