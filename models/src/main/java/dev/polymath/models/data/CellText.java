package dev.polymath.models.data;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.polymath.models.internal.PlainText;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a cell of a table reads: missing, a number or text. Cells are given without blanks around
 * them. Every reader of tables asks here, so that a later row reads as the training rows did.
 */
final class CellText {

  private static final int LONGEST_MISSING = "infinity".length() + 1;
  private static final double EXACT = 1e15;
  private static final int MOST_ZEROS = 30;
  private static final String CURRENCIES = "$€£¥₹";

  private CellText() {}

  /** Whether a cell says of itself that it is missing, whatever the column holds. */
  static boolean isMissing(String cell) {
    if (cell.length() > "#n/a".length()) {
      return false;
    }
    return switch (cell.toLowerCase(Locale.ROOT)) {
      case "", "?", "na", "n/a", "#n/a", "<na>", "nan", "null" -> true;
      default -> false;
    };
  }

  /** Whether a cell stands for a missing number: also {@code none}, {@code -} and infinities. */
  static boolean isMissingNumber(String cell) {
    return cell.length() <= LONGEST_MISSING && (isMissing(cell) || CsvNumber.isMissing(cell));
  }

  /** Whether a number may be a code, whose zeros count: {@code 007}. */
  static boolean hasLeadingZero(String cell) {
    int start = !cell.isEmpty() && (cell.charAt(0) == '-' || cell.charAt(0) == '+') ? 1 : 0;
    return cell.length() > start + 1
        && cell.charAt(start) == '0'
        && Character.isDigit(cell.charAt(start + 1));
  }

  /**
   * What a cell that is not missing is called as a category. A number has one name, however it is
   * written ({@code 3} for {@code 3.0}); a code keeps its zeros; what no model file can hold is
   * written as its code.
   *
   * @param number the cell as a number; not finite if it is none
   */
  static String category(String cell, double number) {
    if (Double.isFinite(number) && !hasLeadingZero(cell)) {
      return text(number);
    }
    return PlainText.escaped(CsvNumber.isPlainDecimal(cell) ? CsvNumber.canonical(cell) : cell);
  }

  /** A number in its usual form, the same on every JDK. */
  static String text(double number) {
    if (number == Math.rint(number) && Math.abs(number) < EXACT) {
      return Long.toString((long) number);
    }
    BigDecimal decimal = new BigDecimal(NumberOutput.toString(number, true)).stripTrailingZeros();
    boolean isShort = Math.abs(decimal.scale()) < MOST_ZEROS;
    return isShort ? decimal.toPlainString() : decimal.toString();
  }

  /**
   * A cell as a number with a currency or percent sign, or signs between thousands; NaN if it is
   * none. {@code 12 %} is 12.
   *
   * @param decimal the sign before decimals, a point or a comma
   */
  static double decorated(String cell, char decimal) {
    String core = cell;
    String sign = "";
    if (core.startsWith("-") || core.startsWith("+")) {
      sign = core.substring(0, 1);
      core = core.substring(1).strip();
    }
    if (!core.isEmpty() && CURRENCIES.indexOf(core.charAt(0)) >= 0) {
      core = core.substring(1).strip();
      if (sign.isEmpty() && core.startsWith("-")) {
        sign = "-";
        core = core.substring(1);
      }
    } else if (!core.isEmpty() && (CURRENCIES + '%').indexOf(core.charAt(core.length() - 1)) >= 0) {
      core = core.substring(0, core.length() - 1).strip();
    }
    if (core.isEmpty() || !Character.isDigit(core.charAt(0)) && core.charAt(0) != decimal) {
      return Double.NaN;
    }
    int point = core.lastIndexOf(decimal);
    String whole = point < 0 ? core : core.substring(0, point);
    String digits = withoutThousands(whole, decimal == '.' ? ",' \u00a0\u202f" : ".' \u00a0\u202f");
    return digits == null
        ? Double.NaN
        : CsvNumber.parse(sign + digits + (point < 0 ? "" : '.' + core.substring(point + 1)));
  }

  private static @Nullable String withoutThousands(String whole, String signs) {
    StringBuilder digits = new StringBuilder();
    int group = 0;
    boolean grouped = false;
    for (int i = 0; i < whole.length(); i++) {
      char c = whole.charAt(i);
      if (signs.indexOf(c) >= 0) {
        if (grouped ? group != 3 : group == 0 || group > 3) {
          return null;
        }
        grouped = true;
        group = 0;
      } else {
        digits.append(c);
        group++;
      }
    }
    return grouped && group != 3 ? null : digits.toString();
  }
}
