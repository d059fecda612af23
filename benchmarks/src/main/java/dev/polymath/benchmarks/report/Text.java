package dev.polymath.benchmarks.report;

import dev.polymath.report.chart.Format;
import java.util.List;

/** Numbers and lists, as a person reads them. */
final class Text {

  private Text() {}

  /** Three significant digits, or all before the point. */
  static String number(double value) {
    double size = Math.abs(value);
    int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 || size == 0 ? 2 : 3;
    return Format.decimals(value, digits);
  }

  static String time(double seconds) {
    if (!Double.isFinite(seconds)) {
      return Format.NONE;
    }
    return seconds < 0.9995e-6
        ? number(seconds * 1e9) + " ns"
        : seconds < 0.9995e-3
            ? number(seconds * 1e6) + " µs"
            : seconds < 0.9995 ? number(seconds * 1e3) + " ms" : number(seconds) + " s";
  }

  /** For plain text, with a plain space. */
  static String percent(double fraction) {
    return Format.percent(fraction, 0).replace('\u00a0', ' ');
  }

  /** {@code ±2 %}, with a mark where that is wide. */
  static String spread(Sample sample) {
    if (!sample.known()) {
      return "";
    }
    String spread = sample.spread() > 10 ? "more than 1000 %" : percent(sample.spread());
    return "±" + spread + (sample.wide() ? " (wide)" : "");
  }

  /** A quotient: two decimals below 2, where they tell something, and fewer above. */
  static String ratio(double ratio) {
    int digits = ratio >= 9.95 ? 0 : ratio >= 1.995 ? 1 : 2;
    return Format.decimals(ratio, digits);
  }

  static String threads(int threads) {
    return threads == 1 ? "one thread" : threads + " threads";
  }

  static String bytes(double bytes) {
    return !Double.isFinite(bytes)
        ? Format.NONE
        : bytes < 1000
            ? Format.decimals(bytes, 0) + " B"
            : bytes < 1e6 ? number(bytes / 1000) + " kB" : number(bytes / 1e6) + " MB";
  }

  /** {@code a, b and c}. */
  static String list(List<String> items) {
    return items.size() < 2
        ? String.join("", items)
        : String.join(", ", items.subList(0, items.size() - 1))
            + " and "
            + items.get(items.size() - 1);
  }
}
