package dev.polymath.models.data;

import java.util.Locale;

/** Cells as numbers. Cells are given without blanks around them. */
final class CsvNumber {

  private CsvNumber() {}

  /** Decimal digits with sign, point and exponent; NaN for anything else, infinite if too large. */
  static double parse(String cell) {
    int length = cell.length();
    int whole = 0;
    int digits = 0;
    for (int i = 0; i < length; i++) {
      char c = cell.charAt(i);
      if (isDigit(c)) {
        digits++;
        whole = whole * 10 + c - '0';
      } else if (c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return Double.NaN;
      }
    }
    if (digits == length && length > 0 && length < 10) {
      return whole;
    }
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** The same with a comma in place of the point. */
  static double parseWithComma(String cell) {
    return cell.indexOf('.') >= 0 || cell.indexOf(',') < 0
        ? Double.NaN
        : parse(cell.replace(',', '.'));
  }

  /** Whether a cell is a number, with a decimal point or a decimal comma. */
  static boolean isNumber(String cell) {
    return !Double.isNaN(parse(cell)) || !Double.isNaN(parseWithComma(cell));
  }

  /** Whether a cell is a number but for points and commas, which may also part thousands. */
  static boolean isNumberInAnyForm(String cell) {
    return isNumber(cell)
        || !cell.isEmpty()
            && isDigit(cell.charAt(cell.length() - 1))
            && !Double.isNaN(parse(cell.replace(".", "").replace(",", "")));
  }

  /** Whether the commas of a cell may as well part thousands: {@code 1,234}. */
  static boolean mayBeThousands(String cell) {
    if (cell.indexOf(',') < 0) {
      return false;
    }
    int start = cell.startsWith("-") || cell.startsWith("+") ? 1 : 0;
    String[] groups = cell.substring(start).split(",", -1);
    boolean may = groups.length > 1 && groups[0].length() <= 3 && !groups[0].startsWith("0");
    for (int i = 0; may && i < groups.length; i++) {
      may =
          (i == 0 ? !groups[0].isEmpty() : groups[i].length() == 3)
              && groups[i].chars().allMatch(c -> isDigit((char) c));
    }
    return may;
  }

  /** What stands for a number that is not known, or is not finite. */
  static boolean isMissing(String cell) {
    if (cell.length() > "-infinity".length()) {
      return false;
    }
    return switch (cell.toLowerCase(Locale.ROOT)) {
      case "", "?", "-", "na", "n/a", "nan", "null", "none", "inf", "+inf", "-inf" -> true;
      case "infinity", "+infinity", "-infinity" -> true;
      default -> false;
    };
  }

  /** Whether a cell is digits, with a sign and a point at most. */
  static boolean isPlainDecimal(String cell) {
    int digits = 0;
    int points = 0;
    for (int i = 0; i < cell.length(); i++) {
      char c = cell.charAt(i);
      if (isDigit(c)) {
        digits++;
      } else if (c == '.') {
        points++;
      } else if (i > 0 || c != '+' && c != '-') {
        return false;
      }
    }
    return digits > 0 && points <= 1;
  }

  /**
   * The usual form of a {@linkplain #isPlainDecimal plain decimal}: {@code 3} for {@code 3.0} and
   * {@code +3}, {@code 0.5} for {@code .50}. Leading zeros stay, as those of codes.
   */
  static String canonical(String decimal) {
    boolean negative = decimal.startsWith("-");
    String digits = negative || decimal.startsWith("+") ? decimal.substring(1) : decimal;
    int point = digits.indexOf('.');
    if (point >= 0) {
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      digits = digits.substring(0, end == point + 1 ? point : end);
      digits = digits.isEmpty() || digits.startsWith(".") ? "0" + digits : digits;
    }
    return negative && !digits.equals("0") ? "-" + digits : digits;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
