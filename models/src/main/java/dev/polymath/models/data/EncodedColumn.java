package dev.polymath.models.data;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one column of a table: all that was learned of it in training. Part of a {@link
 * TableEncoder}.
 */
public sealed interface EncodedColumn {

  /** Its name in the header; empty where it has none. */
  String name();

  /** How many features it becomes. */
  int width();

  /**
   * A column of numbers. Its first feature is {@code z = (x − center) / spread}, 0 where the spread
   * is 0; with {@code clip} it is {@code z / √(1 + (z / 3)²)}, within −3 and 3. For each two
   * neighbouring knots a and b follows {@code (x − a) / (b − a)}, limited to 0 and 1. A missing
   * number is {@code median}; with {@code indicator} the last feature is 1 for it and otherwise 0.
   *
   * @param spread at least 0
   * @param knots in ascending order, none or at least 2
   */
  record Numeric(
      String name,
      double center,
      double spread,
      boolean clip,
      double median,
      boolean indicator,
      List<Double> knots)
      implements EncodedColumn {

    public Numeric {
      knots = List.copyOf(knots);
      requireFinite(name, center);
      requireFinite(name, spread);
      requireFinite(name, median);
      if (spread < 0) {
        throw new IllegalArgumentException(
            "column " + name + ": spread: expected at least 0, found " + spread);
      }
      for (int i = 0; i < knots.size(); i++) {
        requireFinite(name, knots.get(i));
        if (knots.size() == 1 || i > 0 && knots.get(i) <= knots.get(i - 1)) {
          throw new IllegalArgumentException(
              "column " + name + ": knots: expected ascending numbers, found " + knots);
        }
      }
    }

    private static void requireFinite(String name, double number) {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(
            "column " + name + ": expected finite numbers, found " + number);
      }
    }

    /** The number that a scaled one came from, as far as float32 tells. */
    double unscaled(float scaled) {
      double part = clip ? scaled / 3.0 : 0;
      double z = part * part < 1 ? scaled / Math.sqrt(1 - part * part) : scaled * 1e3;
      return center + spread * z;
    }

    @Override
    public int width() {
      return 1 + Math.max(0, knots.size() - 1) + (indicator ? 1 : 0);
    }
  }

  /**
   * A column of categories: a feature for each value that was frequent in training, 1 for this
   * value and otherwise 0; then one for all other values, and one for missing ones. The last two
   * are there if training had such rows; without them, such a row has 0 in every feature.
   *
   * @param values all different, the most frequent first
   * @param other whether other values have a feature
   * @param missing whether missing values have a feature
   */
  record Category(String name, List<String> values, boolean other, boolean missing)
      implements EncodedColumn {

    public Category {
      values = List.copyOf(values);
      if (Set.copyOf(values).size() != values.size()) {
        throw new IllegalArgumentException(
            "column " + name + ": values: expected different ones, found " + values);
      }
      if (values.isEmpty() && !other && !missing) {
        throw new IllegalArgumentException("column " + name + ": expected a value, found none");
      }
    }

    @Override
    public int width() {
      return values.size() + (other ? 1 : 0) + (missing ? 1 : 0);
    }
  }

  /**
   * A column of dates, read as numbers: days since the begin of 1970, with a fraction for the time
   * of day; then the hour, and the day of the week as seven categories, each if it varied in
   * training.
   *
   * @param form how dates are written, as in a model file: {@code iso}, {@code dotted}, {@code
   *     month-first} or {@code day-first}
   */
  record Dates(String name, String form, Numeric days, @Nullable Numeric hours, boolean weekdays)
      implements EncodedColumn {

    public Dates {
      if (!DateForm.words().contains(form)) {
        throw new IllegalArgumentException(
            "column " + name + ": form: expected one of " + DateForm.words() + ", found " + form);
      }
    }

    @Override
    public int width() {
      return days.width() + (hours == null ? 0 : hours.width()) + (weekdays ? 7 : 0);
    }
  }

  /**
   * A column of which nothing is learned.
   *
   * @param why in a few words: {@code constant}
   */
  record LeftOut(String name, String why) implements EncodedColumn {

    @Override
    public int width() {
      return 0;
    }
  }
}
