package dev.polymath.report.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * Values to coordinates: {@code from} lies at {@code start}, {@code to} at {@code end}, evenly
 * between or, on a logarithmic scale, evenly in the exponent.
 */
public record Scale(boolean logarithmic, double from, double to, double start, double end) {

  /** Over so few powers of ten each has three ticks; over more, but not many, two. */
  private static final double FEW = 1.8;

  private static final double MANY = 3.5;
  private static final double[] ROUND = {1, 2, 5};

  /** A scale that is not empty. */
  public Scale {
    if (!(from < to) || logarithmic && !(from > 0)) {
      throw new IllegalArgumentException("scale: from " + from + " to " + to);
    }
  }

  /** Even. */
  public static Scale linear(double from, double to, double start, double end) {
    return new Scale(false, from, to, start, end);
  }

  /** From the tick below the least value to the tick above the most. */
  public static Scale around(double least, double most, double start, double end) {
    double margin = least == most ? Math.max(Math.abs(least) * 0.1, 1e-3) : 0;
    double step = step(least - margin, most + margin, 5);
    double from = Math.floor((least - margin) / step + 1e-9) * step;
    double to = Math.ceil((most + margin) / step - 1e-9) * step;
    // A multiple of the step may be rounded to the wrong side of the value it should hold.
    return linear(Math.min(from, least), Math.max(to, most), start, end);
  }

  /** Logarithmic, with at least a factor of 2 from end to end. */
  public static Scale logarithmic(double least, double most, double start, double end) {
    double middle = Math.sqrt(least * most);
    return new Scale(true, Math.min(least, middle / 1.5), Math.max(most, middle * 1.5), start, end);
  }

  /** Where a value lies; beyond an end, that end. */
  public double at(double value) {
    double fraction =
        logarithmic
            ? (Math.log(Math.max(value, from)) - Math.log(from)) / (Math.log(to) - Math.log(from))
            : (value - from) / (to - from);
    return start + Math.max(0, Math.min(1, fraction)) * (end - start);
  }

  /** Round values within the scale, in order. */
  public List<Double> ticks(int about) {
    return logarithmic ? powers(about) : even(about);
  }

  private List<Double> even(int about) {
    double step = step(from, to, about);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A power of ten times 1, 2 or 5 that divides the range into about so many parts. */
  private static double step(double from, double to, int parts) {
    double raw = (to - from) / parts;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  }

  private List<Double> powers(int about) {
    double decades = Math.log10(to / from);
    int every = (int) Math.max(1, Math.ceil(decades / about));
    double[] digits =
        decades > MANY ? new double[] {1} : decades > FEW ? new double[] {1, 3} : ROUND;
    List<Double> ticks = new ArrayList<>();
    for (int e = (int) Math.floor(Math.log10(from)) - 1; e <= Math.log10(to) + 1; e++) {
      for (double digit : digits) {
        double tick = digit * Math.pow(10, e);
        boolean shown = decades <= MANY || Math.floorMod(e, every) == 0;
        if (shown && tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** A tick as it is written beside the axis. */
  public String label(double tick) {
    if (logarithmic) {
      int exponent = (int) Math.floor(Math.log10(tick) + 1e-9);
      boolean whole = Math.abs(tick / Math.pow(10, exponent) - 1) < 1e-6;
      if (whole && (exponent < -2 || exponent > 3)) {
        return Format.power(exponent);
      }
      // Five digits are as many as there is room for.
      return exponent < -3 || exponent > 4
          ? Math.round(tick / Math.pow(10, exponent)) + "·" + Format.power(exponent)
          : plain(tick, Math.max(0, -exponent));
    }
    double step = step(from, to, 5);
    return plain(tick, (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  }

  private static String plain(double value, int decimals) {
    return Format.decimals(value == 0 ? 0 : value, decimals);
  }
}
