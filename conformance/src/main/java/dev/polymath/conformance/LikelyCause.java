package dev.polymath.conformance;

/** What a wrong number looks like: the first guess for whoever reads a failure. */
final class LikelyCause {

  private LikelyCause() {}

  /** A clause to be added to a message, or nothing. */
  static String of(double expected, double found) {
    String cause = guess(expected, found);
    return cause.isEmpty() ? "" : " (" + cause + ")";
  }

  private static String guess(double expected, double found) {
    if (Double.isNaN(expected)) {
      return "0 · ∞ must be NaN and a NaN must not be lost: is a zero skipped, or a comparison with"
          + " NaN taken for false?";
    }
    if (Double.isNaN(found)) {
      return "a NaN that comes from nowhere: is the old content of the output read (0 · NaN is"
          + " NaN), was an element not written, or is it ∞ − ∞ or 0 · ∞?";
    }
    if (Double.isInfinite(found)) {
      return Double.isInfinite(expected)
          ? "the wrong sign"
          : "a step in between overflows: scale, or subtract the maximum first";
    }
    if (found == 0) {
      return Math.abs(expected) < 0x1p-100
          ? "too small for what was computed with: are subnormals taken as zero?"
          : "not computed at all, or what it is made of is taken as zero, as subnormal operands may"
              + " be";
    }
    return ofRatio(found / expected);
  }

  private static String ofRatio(double ratio) {
    if (Math.abs(ratio - 1) < 0x1p-6) {
      return Math.abs(ratio - 1) > 0x1p-13
          ? "right to two or three digits: is it computed in fewer bits than float32 has, or"
              + " scaled?"
          : "right to four digits or more: does a difference cancel, or is a sum that must be"
              + " double taken in float?";
    }
    if (Math.abs(ratio + 1) < 0x1p-13) {
      return "the wrong sign";
    }
    for (int factor : new int[] {2, 3, 4, 8}) {
      if (Math.abs(ratio - factor) < 0x1p-13 || Math.abs(ratio * factor - 1) < 0x1p-13) {
        return ratio > 1
            ? factor + " times too large: is it added to what was there, or a factor too many?"
            : factor + " times too small: is a factor forgotten, or a part of a sum?";
      }
    }
    return "";
  }
}
