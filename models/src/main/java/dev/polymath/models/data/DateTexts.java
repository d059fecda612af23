package dev.polymath.models.data;

import java.util.HashMap;
import java.util.Map;

/** Reads the dates of a column, each different one once, as long as they are not too many. */
final class DateTexts {

  private static final int MOST = 1 << 12;

  private final DateForm form;
  private final Map<String, Double> known = new HashMap<>();

  DateTexts(DateForm form) {
    this.form = form;
  }

  /** See {@link DateForm#seconds}. */
  double seconds(String cell) {
    Double before = known.get(cell);
    if (before != null) {
      return before;
    }
    double seconds = form.seconds(cell);
    if (known.size() < MOST) {
      known.put(cell, seconds);
    }
    return seconds;
  }
}
