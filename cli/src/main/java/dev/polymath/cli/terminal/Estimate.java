package dev.polymath.cli.terminal;

import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How long work will still take, by its speed in the last seconds. It says nothing before that
 * means something: the first step is slow, for code is compiled and libraries are loaded, and does
 * not count.
 */
final class Estimate {

  private static final double FEWEST_SECONDS = 2;
  private static final double WINDOW_SECONDS = 5;
  private static final int FEWEST_STEPS = 10;

  private final LongSupplier nanos;
  private int steps = -1;

  /** Where the speed is measured from. */
  private long start;

  private double startDone;

  /** Where it will be measured from next. */
  private long later;

  private double laterDone;

  Estimate(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A step has ended, after which so much of the work is done. */
  void step(double done) {
    steps++;
    long now = nanos.getAsLong();
    if (steps == 0) {
      later = now;
      laterDone = done;
    }
    if (steps == 0 || (now - later) / 1e9 >= WINDOW_SECONDS) {
      start = later;
      startDone = laterDone;
      later = now;
      laterDone = done;
    }
  }

  /** Such as {@code 1:05 min left}; empty where that is not known yet, or nothing is left. */
  String left(double done) {
    double seconds = (nanos.getAsLong() - start) / 1e9;
    if (steps < FEWEST_STEPS || seconds < FEWEST_SECONDS || done <= startDone || done >= 1) {
      return "";
    }
    return duration(seconds / (done - startDone) * (1 - done)) + " left";
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }
}
