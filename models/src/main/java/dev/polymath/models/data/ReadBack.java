package dev.polymath.models.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Reads the cell of a column back from the features that were made of it. */
final class ReadBack {

  private static final String MISSING = "missing";

  /** Float64 tells no more digits. */
  private static final int MOST_DIGITS = 17;

  /** Numbers that differ by less than this part of them are one to a reader. */
  private static final double NEAR = 1e-5;

  private ReadBack() {}

  /**
   * The cell as text.
   *
   * @param at the first feature of the column
   */
  static String cell(EncodedColumn column, float[] features, int at) {
    if (column instanceof EncodedColumn.Numeric numeric) {
      return number(numeric, features, at);
    }
    if (column instanceof EncodedColumn.Category category) {
      return category(category, features, at);
    }
    return column instanceof EncodedColumn.Dates dates ? date(dates.days(), features, at) : "";
  }

  private static boolean isMissing(EncodedColumn.Numeric column, float[] features, int at) {
    return column.indicator() && features[at + column.width() - 1] != 0;
  }

  private static String number(EncodedColumn.Numeric column, float[] features, int at) {
    return isMissing(column, features, at) ? MISSING : shortest(column, features, at).text();
  }

  /** A number, and whether it is the only one of so few digits that the features allow. */
  private record Found(double number, boolean exact) {

    String text() {
      return (exact ? "" : "about ") + CellText.text(number);
    }
  }

  /** The number of the fewest digits that becomes the same features. */
  private static Found shortest(EncodedColumn.Numeric column, float[] features, int at) {
    double number = column.unscaled(features[at]);
    if (column.spread() == 0) {
      return new Found(number, false);
    }
    ColumnWriter writer = ColumnWriter.of(column);
    float[] again = new float[column.width()];
    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
      double rounded = new BigDecimal(number).round(new MathContext(digits)).doubleValue();
      writer.number(rounded, again, 0);
      if (again[0] == features[at]) {
        return new Found(rounded, isOnly(writer, rounded, again, features[at]));
      }
    }
    return new Found(new BigDecimal(number).round(new MathContext(4)).doubleValue(), false);
  }

  /** Far from the others, several numbers become the same feature: then it may be another one. */
  private static boolean isOnly(
      ColumnWriter writer, double number, float[] scratch, float feature) {
    for (double other : new double[] {number * (1 - NEAR), number * (1 + NEAR)}) {
      writer.number(other, scratch, 0);
      if (other != number && scratch[0] == feature) {
        return false;
      }
    }
    return true;
  }

  private static String category(EncodedColumn.Category column, float[] features, int at) {
    for (int i = 0; i < column.values().size(); i++) {
      if (features[at + i] != 0) {
        return column.values().get(i);
      }
    }
    int next = at + column.values().size();
    if (column.other() && features[next++] != 0) {
      return "another value";
    }
    return column.missing() && features[next] != 0 ? MISSING : "none that training had";
  }

  private static String date(EncodedColumn.Numeric days, float[] features, int at) {
    if (isMissing(days, features, at)) {
      return MISSING;
    }
    @Nullable LocalDate date = day(shortest(days, features, at).number());
    return date == null ? "far away" : date.toString();
  }

  private static @Nullable LocalDate day(double days) {
    double most = LocalDate.MAX.toEpochDay();
    return Math.abs(days) < most ? LocalDate.ofEpochDay((long) Math.floor(days)) : null;
  }
}
