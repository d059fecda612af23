package dev.polymath.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AccuracyTest {

  @Test
  void theWilsonIntervalOfAProportion() {
    // Newcombe (1998), table I: 81 of 263, and 0 of 20.
    double[] many = Accuracy.wilson(81, 263);
    assertEquals(0.2553, many[0], 5e-5);
    assertEquals(0.3662, many[1], 5e-5);
    double[] none = Accuracy.wilson(0, 20);
    assertEquals(0, none[0], 1e-12);
    assertEquals(0.1611, none[1], 5e-5);
  }
}
