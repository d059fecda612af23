package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a column writes its dates, each with a time of day or without. */
enum DateForm {
  /** {@code 2024-05-31}, {@code 2024/05/31} or {@code 2024-05-31T14:30:00Z}. */
  ISO("(\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})", 1, 3, 4),
  /** {@code 31.5.2024}. */
  DOTTED("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})", 3, 2, 1),
  /** {@code 5/31/2024}. */
  MONTH_FIRST("(\\d{1,2})/(\\d{1,2})/(\\d{4})", 3, 1, 2),
  /** {@code 31/5/2024}. */
  DAY_FIRST("(\\d{1,2})/(\\d{1,2})/(\\d{4})", 3, 2, 1),
  /** {@code 20240531}: a number as well, so that only a told column has it. */
  COMPACT("(\\d{4})(\\d{2})(\\d{2})", 1, 2, 3);

  static final double DAY = 86_400;

  private static final int SHORTEST = 8;
  private static final int LONGEST = 40;
  private static final String TIME =
      "(?:[T ]+(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}(?:[.,]\\d{1,9})?))?"
          + " ?(?:Z|UTC|[+-]\\d{2}:?\\d{2})?)?";

  private final Pattern pattern;
  private final int year;
  private final int month;
  private final int day;

  DateForm(String date, int year, int month, int day) {
    this.pattern = Pattern.compile(date + TIME);
    this.year = year;
    this.month = month;
    this.day = day;
  }

  /** The name in a model file. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> words() {
    return Stream.of(values()).map(DateForm::word).toList();
  }

  /** The first form that all cells have, and that nobody has to tell; empty if there is none. */
  static Optional<DateForm> ofAll(Supplier<Stream<String>> cells) {
    return Stream.of(values())
        .filter(form -> form != COMPACT)
        .filter(form -> cells.get().noneMatch(cell -> Double.isNaN(form.seconds(cell))))
        .findFirst();
  }

  /**
   * The form of a column that is told to hold dates.
   *
   * @throws IllegalArgumentException if a cell is no date, or of another form than most
   */
  static DateForm ofTold(Table table, int column) {
    TableColumn cells = table.cells(column);
    DateForm most = ISO;
    int mostRows = -1;
    for (DateForm form : values()) {
      int rows = 0;
      for (int row = 0; row < cells.size(); row++) {
        String text = cells.text(row);
        rows += text != null && !Double.isNaN(form.seconds(text)) ? 1 : 0;
      }
      if (rows > mostRows) {
        most = form;
        mostRows = rows;
      }
    }
    for (int row = 0; row < cells.size(); row++) {
      String text = cells.text(row);
      if (text != null && Double.isNaN(most.seconds(text))) {
        throw TargetCells.fault(
            table,
            column,
            row,
            "expected a date such as "
                + (mostRows > 0
                    ? most.example() + ", as in other rows"
                    : Stream.of(values()).map(DateForm::example).collect(Collectors.joining(", ")))
                + ", found "
                + PlainText.quote(text)
                + "; leave the cell empty if it is not known");
      }
    }
    return most;
  }

  private String example() {
    return switch (this) {
      case ISO -> "2024-05-31";
      case DOTTED -> "31.5.2024";
      case MONTH_FIRST -> "5/31/2024";
      case DAY_FIRST -> "31/5/2024";
      case COMPACT -> "20240531";
    };
  }

  /**
   * Seconds since the begin of 1970 by the clock that the cell shows, whatever its zone; NaN if it
   * is no date of this form.
   */
  double seconds(String cell) {
    if (cell.length() < SHORTEST || cell.length() > LONGEST) {
      return Double.NaN;
    }
    Matcher m = pattern.matcher(cell);
    if (!m.matches()) {
      return Double.NaN;
    }
    try {
      LocalDate date = LocalDate.of(number(m, year), number(m, month), number(m, day));
      String hour = m.group("hour");
      if (hour == null) {
        return date.toEpochDay() * DAY;
      }
      String second = m.group("second");
      double time =
          3600 * Double.parseDouble(hour)
              + 60 * Double.parseDouble(m.group("minute"))
              + (second == null ? 0 : Double.parseDouble(second.replace(',', '.')));
      return time > DAY ? Double.NaN : date.toEpochDay() * DAY + time;
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  /** The hour of the day of a moment in seconds, with its fraction. */
  static double hour(double seconds) {
    return (seconds - Math.floor(seconds / DAY) * DAY) / 3600;
  }

  /** The day of the week of a moment in seconds, 0 for Monday. */
  static int weekday(double seconds) {
    return (int) Math.floorMod((long) Math.floor(seconds / DAY) + 3, 7L);
  }
}
