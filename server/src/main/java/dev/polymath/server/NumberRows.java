package dev.polymath.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that is nothing but rows of numbers: {@code [[1, 2], [3, 4]]}, one row {@code [1, 2]},
 * or a row per line. It is what most requests are, and read straight from the bytes, without a
 * string or an object for a number. Whatever else it finds it leaves to the general reader, which
 * knows what to say of it.
 *
 * <p>Numbers are the float32 nearest to the double nearest to the decimal, as everywhere.
 */
final class NumberRows {

  /** Powers of ten that double holds exactly. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long EXACT = 1L << 53;

  private final byte[] bytes;
  private final int end;
  private final int width;
  private final float @Nullable [] levels;
  private int at;

  private NumberRows(byte[] bytes, int end, int width, float @Nullable [] levels) {
    this.bytes = bytes;
    this.end = end;
    this.width = width;
    this.levels = levels;
  }

  /**
   * The rows of a body.
   *
   * @param width numbers of a row
   * @param most rows
   * @param levels for each whole number from 0 on the feature that it stands for; null where
   *     numbers are features
   * @return {@code [rows, width]}; null if the body is anything else or has more rows
   */
  static float @Nullable [] parse(
      byte[] bytes, int end, int width, int most, float @Nullable [] levels) {
    return new NumberRows(bytes, end, width, levels).rows(most);
  }

  private float @Nullable [] rows(int most) {
    if (next() != '[') {
      return null;
    }
    int begin = at;
    at++;
    boolean within = next() == '[';
    if (!within) {
      at = begin;
    }
    // A number takes two bytes at least, with what stands between.
    long fits = Math.min(most, (end / 2L + 1) / width + 1);
    float[] features = new float[(int) Math.min(fits, 64) * width];
    int rows = 0;
    while (true) {
      if (rows == fits) {
        return null;
      }
      if ((rows + 1) * (long) width > features.length) {
        features = Arrays.copyOf(features, (int) Math.min(fits, 2L * rows) * width);
      }
      if (!row(features, rows * width)) {
        return null;
      }
      rows++;
      int c = next();
      if (within) {
        at++;
        if (c == ']') {
          break;
        }
        if (c != ',' || next() != '[') {
          return null;
        }
      } else if (c != '[') {
        break;
      }
    }
    return next() == -1
        ? (features.length == rows * width ? features : Arrays.copyOf(features, rows * width))
        : null;
  }

  /** The next character that is no blank, which stays; −1 at the end. */
  private int next() {
    while (at < end) {
      byte c = bytes[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c;
      }
      at++;
    }
    return -1;
  }

  private boolean row(float[] features, int to) {
    at++;
    for (int i = 0; i < width; i++) {
      next();
      int begin = at;
      double number = number();
      if (at == begin) {
        return false;
      }
      float feature;
      if (levels == null) {
        feature = (float) number;
      } else {
        int level = (int) number;
        if (level != number || level < 0 || level >= levels.length) {
          return false;
        }
        feature = levels[level];
      }
      if (!Float.isFinite(feature)) {
        return false;
      }
      features[to + i] = feature;
      if (next() != (i == width - 1 ? ']' : ',')) {
        return false;
      }
      at++;
    }
    return true;
  }

  /** The number that begins here; where none does, the place stays. */
  private double number() {
    int begin = at;
    boolean negative = at < end && bytes[at] == '-';
    int i = negative ? at + 1 : at;
    int first = i;
    long digits = 0;
    int count = 0;
    while (i < end && isDigit(bytes[i])) {
      digits = 10 * digits + (bytes[i++] - '0');
      count++;
    }
    if (count == 0 || count > 1 && bytes[first] == '0') {
      return Double.NaN;
    }
    int exponent = 0;
    if (i < end && bytes[i] == '.') {
      int point = ++i;
      while (i < end && isDigit(bytes[i])) {
        digits = 10 * digits + (bytes[i++] - '0');
      }
      exponent = point - i;
      count -= exponent;
      if (exponent == 0) {
        return Double.NaN;
      }
    }
    if (i < end && (bytes[i] == 'e' || bytes[i] == 'E')) {
      i++;
      boolean below = i < end && bytes[i] == '-';
      i += below || i < end && bytes[i] == '+' ? 1 : 0;
      int power = i;
      int more = 0;
      while (i < end && isDigit(bytes[i])) {
        more = Math.min(10_000, 10 * more + (bytes[i++] - '0'));
      }
      if (i == power) {
        return Double.NaN;
      }
      exponent += below ? -more : more;
    }
    at = i;
    // Both operands are exact, so that the one rounding is the right one; at most 18 digits fit.
    if (count <= 18 && digits <= EXACT && exponent >= -22 && exponent <= 22) {
      double number = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
      return negative ? -number : number;
    }
    return Double.parseDouble(new String(bytes, begin, i - begin, StandardCharsets.ISO_8859_1));
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }
}
