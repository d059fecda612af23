package dev.polymath.backend.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The gain of sharing jobs")
class GainTest {

  private final Gain gain = new Gain(Gain.LEAST);
  private long now = Long.MAX_VALUE - 10 * Gain.WINDOW; // System.nanoTime may wrap around.

  /** Jobs that fill a window. */
  private void window(double worked) {
    for (int i = 0; i < 10; i++) {
      long time = Gain.WINDOW / 10;
      now += time;
      gain.ran(now, time, (long) (worked * time));
    }
  }

  /** How long nothing is shared from now on; 0 if it is. */
  private long pause() {
    long pause = 0;
    while (!gain.pays(now)) {
      now += 100_000;
      pause += 100_000;
    }
    return pause;
  }

  @Test
  @DisplayName("is taken for granted at first, and as long as it is there")
  void there() {
    for (int i = 0; i < 20; i++) {
      assertTrue(gain.pays(now));
      window(1.9);
    }
    assertTrue(gain.pays(now));
  }

  @Test
  @DisplayName("may be missing from one window")
  void interrupted() {
    for (int i = 0; i < 5; i++) {
      window(0.5);
      assertTrue(gain.pays(now));
      window(1.9);
    }
  }

  @Test
  @DisplayName(
      "pauses after two windows without, and after each further one for longer, up to a limit")
  void pauses() {
    window(1.0);
    long expected = Gain.FIRST_PAUSE;
    for (int i = 0; i < 10; i++) {
      window(1.0);
      assertEquals(expected, pause());
      expected = Math.min(2 * expected, Gain.LONGEST_PAUSE);
    }
  }

  @Test
  @DisplayName("is there again after a window that brought some")
  void again() {
    window(0.7);
    window(0.7);
    pause();
    window(0.7);
    pause();
    window(1.5);
    window(0.7);
    assertTrue(gain.pays(now));
    window(0.7);
    assertEquals(Gain.FIRST_PAUSE, pause());
  }

  @Test
  @DisplayName("is measured over a window, not by one short job")
  void window() {
    window(0.7);
    gain.ran(now, Gain.WINDOW - 1, 0);
    assertTrue(gain.pays(now));
    gain.ran(now, 1, 0);
    assertFalse(gain.pays(now));
  }

  @Test
  @DisplayName("need not be there for a pool that shares always")
  void always() {
    Gain none = new Gain(0);
    none.ran(now, Gain.WINDOW, 0);
    none.ran(now, Gain.WINDOW, 0);
    assertTrue(none.pays(now));
  }
}
