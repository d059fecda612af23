package dev.polymath.report.chart;

import java.util.Locale;

/** Numbers as a page shows them, the same in every locale. */
public final class Format {

  /** What stands where there is no number. */
  public static final String NONE = "–";

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private Format() {}

  /** {@code 98.83 %}. */
  public static String percent(double fraction) {
    return percent(fraction, 2);
  }

  /** A fraction in percent. */
  public static String percent(double fraction, int decimals) {
    return Double.isFinite(fraction) ? decimals(100 * fraction, decimals) + "\u00a0%" : NONE;
  }

  /**
   * A probability without more digits than it deserves; one that is not 0 or 1 does not look it.
   */
  public static String probability(double p) {
    if (p > 0 && p < 0.001) {
      return "<\u00a00.1\u00a0%";
    }
    if (p < 1 && p > 0.999) {
      return ">\u00a099.9\u00a0%";
    }
    return percent(p, p > 0 && p < 0.1 || p > 0.99 && p < 1 ? 1 : 0);
  }

  /** With so many digits after the point; a dash for what is no number. */
  public static String decimals(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : NONE;
  }

  /** {@code 10,000}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** {@code 10 classes}, {@code 1 class}. */
  public static String count(long count, String one, String more) {
    return count(count) + " " + (count == 1 ? one : more);
  }

  /** At most five characters: {@code 812}, {@code 9,120}, {@code 12k}. */
  public static String shortCount(long count) {
    return count < 10_000
        ? count(count)
        : count < 1_000_000 ? count / 1000 + "k" : decimals(count / 1e6, 1) + "M";
  }

  /** At most three significant digits: {@code 0.0123}, {@code 1.23}, {@code 4.5·10⁻⁷}. */
  public static String significant(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 0.001 || size >= 100_000)) {
      // Rounded before its exponent is known: 9.99e-4 is a thousandth, not 10.0·10⁻⁴.
      String[] parts = String.format(Locale.ROOT, "%.1e", value).split("e");
      return parts[0] + "·" + power(Integer.parseInt(parts[1]));
    }
    int digits = size == 0 ? 0 : (int) Math.floor(Math.log10(size));
    String text = decimals(value, Math.max(0, Math.min(5, 2 - digits)));
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /** A value of any size: {@code 206,855}, {@code 12.3}, {@code 4.5·10⁻⁷}. */
  public static String value(double value) {
    double size = Math.abs(value);
    return size >= 1000 && size < 1e9 ? count(Math.round(value)) : significant(value);
  }

  /** {@code 10⁻³}. */
  public static String power(int exponent) {
    StringBuilder text = new StringBuilder("10");
    for (char c : Integer.toString(exponent).toCharArray()) {
      text.append(c == '-' ? '⁻' : SUPERSCRIPTS.charAt(c - '0'));
    }
    return text.toString();
  }

  /** {@code 12.3 s}, {@code 4 min 5 s}. */
  public static String seconds(double seconds) {
    if (seconds < 100) {
      return decimals(seconds, seconds < 10 ? 2 : 1) + "\u00a0s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? whole / 60 + "\u00a0min " + whole % 60 + "\u00a0s"
        : whole / 3600 + "\u00a0h " + whole % 3600 / 60 + "\u00a0min";
  }

  /** The text, or its beginning and an ellipsis. */
  public static String shortened(String text, int most) {
    int length = text.codePointCount(0, text.length());
    return length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
