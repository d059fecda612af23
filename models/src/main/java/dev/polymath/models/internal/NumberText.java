package dev.polymath.models.internal;

import java.util.Locale;

/** Values of numeric targets, and figures in their units, as text. */
public final class NumberText {

  private NumberText() {}

  /** Four significant digits, without an exponent where it can be helped; a dash for NaN. */
  public static String text(double value) {
    double size = Math.abs(value);
    if (Double.isNaN(value)) {
      return "-";
    }
    if (size == 0) {
      return "0";
    }
    if (size >= 1e7 || size < 1e-4) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int digits = Math.max(0, 3 - (int) Math.floor(StrictMath.log10(size)));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** A prediction: seven significant digits, as many as float32 has. */
  public static String predicted(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size >= 1e15 || size < 1e-4)) {
      return String.format(Locale.ROOT, "%.6e", value);
    }
    int before = size < 1 ? 0 : (int) Math.floor(StrictMath.log10(size));
    return String.format(Locale.ROOT, "%." + Math.max(0, 6 - before) + "f", value);
  }
}
