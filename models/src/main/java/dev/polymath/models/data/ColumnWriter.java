package dev.polymath.models.data;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the cells of one column into features, and counts those that training did not have. */
abstract sealed class ColumnWriter {

  private int strange;
  private @Nullable String example;

  /** A writer for a column that is not left out. */
  static ColumnWriter of(EncodedColumn column) {
    if (column instanceof EncodedColumn.Numeric numeric) {
      return new Number(numeric);
    }
    if (column instanceof EncodedColumn.Category category) {
      return new Category(category);
    }
    if (column instanceof EncodedColumn.Dates dates) {
      return new Dates(dates);
    }
    throw new IllegalArgumentException("left out: " + column);
  }

  /** Whether cells are wanted as numbers, not as text. */
  boolean takesNumbers() {
    return this instanceof Number;
  }

  /** Writes a number, NaN for a missing one, to {@code target[at ..]}. */
  abstract void number(double number, float[] target, int at);

  /** Writes a category, null for a missing one, to {@code target[at ..]}. */
  abstract void text(@Nullable String text, float[] target, int at);

  /**
   * Writes some rows of a column.
   *
   * @param width features of a row
   * @param first where the column's features of the first row begin
   */
  void write(TableColumn cells, int from, int to, float[] target, int width, int first) {
    boolean numbers = takesNumbers();
    for (int row = from; row < to; row++) {
      if (numbers) {
        number(cells.number(row), target, first + (row - from) * width);
      } else {
        text(cells.text(row), target, first + (row - from) * width);
      }
    }
  }

  /** How many cells training had no feature for. */
  int strange() {
    return strange;
  }

  /** The first of them; null for a missing one. */
  @Nullable String example() {
    return example;
  }

  final void count(@Nullable String cell) {
    example = strange == 0 ? cell : example;
    strange++;
  }

  /** Of numbers. */
  static final class Number extends ColumnWriter {

    private static final double CLIP = 3;

    /** Where the square would overflow, the value is at its limit anyway. */
    private static final double FAR = 1e100;

    private final EncodedColumn.Numeric column;
    private final double[] knots;

    Number(EncodedColumn.Numeric column) {
      this.column = column;
      this.knots = column.knots().stream().mapToDouble(knot -> knot).toArray();
    }

    @Override
    void number(double number, float[] target, int at) {
      boolean missing = Double.isNaN(number);
      if (missing && !column.indicator()) {
        count(null);
      }
      double x = missing ? column.median() : number;
      int i = at;
      target[i++] = column.spread() == 0 ? 0 : scaled((x - column.center()) / column.spread());
      for (int k = 1; k < knots.length; k++) {
        double part = (x - knots[k - 1]) / (knots[k] - knots[k - 1]);
        target[i++] = (float) Math.max(0, Math.min(1, part));
      }
      if (column.indicator()) {
        target[i] = missing ? 1 : 0;
      }
    }

    private float scaled(double z) {
      if (!column.clip()) {
        return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, z));
      }
      if (Math.abs(z) > FAR) {
        return (float) (z > 0 ? CLIP : -CLIP);
      }
      return (float) (z / Math.sqrt(1 + z / CLIP * (z / CLIP)));
    }

    @Override
    void text(@Nullable String text, float[] target, int at) {
      throw new IllegalStateException("expected a number");
    }
  }

  /** Of categories. */
  static final class Category extends ColumnWriter {

    private final EncodedColumn.Category column;
    private final Map<String, Integer> places = new HashMap<>();

    Category(EncodedColumn.Category column) {
      this.column = column;
      for (String value : column.values()) {
        places.put(value, places.size());
      }
    }

    @Override
    void number(double number, float[] target, int at) {
      throw new IllegalStateException("expected text");
    }

    @Override
    void text(@Nullable String text, float[] target, int at) {
      for (int i = 0; i < column.width(); i++) {
        target[at + i] = 0;
      }
      if (text == null) {
        if (column.missing()) {
          target[at + column.width() - 1] = 1;
        } else {
          count(null);
        }
        return;
      }
      Integer place = places.get(text);
      if (place != null) {
        target[at + place] = 1;
        return;
      }
      if (column.other()) {
        target[at + places.size()] = 1;
      }
      count(text);
    }
  }

  /** Of dates. */
  static final class Dates extends ColumnWriter {

    private static final int WEEK = 7;

    private final EncodedColumn.Dates column;
    private final DateTexts dates;
    private final Number days;
    private final @Nullable Number hours;

    Dates(EncodedColumn.Dates column) {
      this.column = column;
      this.dates = new DateTexts(DateForm.values()[DateForm.words().indexOf(column.form())]);
      this.days = new Number(column.days());
      EncodedColumn.Numeric hours = column.hours();
      this.hours = hours == null ? null : new Number(hours);
    }

    @Override
    void number(double seconds, float[] target, int at) {
      boolean missing = Double.isNaN(seconds);
      int i = at;
      days.number(seconds / DateForm.DAY, target, i);
      i += column.days().width();
      if (hours != null) {
        hours.number(missing ? Double.NaN : DateForm.hour(seconds), target, i);
        i += hours.column.width();
      }
      if (column.weekdays()) {
        for (int day = 0; day < WEEK; day++) {
          target[i + day] = !missing && day == DateForm.weekday(seconds) ? 1 : 0;
        }
      }
    }

    @Override
    void text(@Nullable String text, float[] target, int at) {
      double seconds = text == null ? Double.NaN : dates.seconds(text);
      if (Double.isNaN(seconds) && (text != null || !column.days().indicator())) {
        count(text);
      }
      number(seconds, target, at);
    }
  }
}
