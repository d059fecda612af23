package dev.polymath.models.data;

/**
 * Tells a digit that reaches the border of its picture from what else does: lines, shadows, light
 * that changes and the desk.
 *
 * <p>Shadows run along the border for long, light that changes makes wide areas of middle
 * brightness, and lines are thin and straight. The strokes of a digit do none of it, even where the
 * picture is cut to the digit's box; but in a narrow box they run along more of it.
 */
final class BorderInk {

  /** Of the contrast: what is fainter is ground. */
  private static final double FAINT = 0.15;

  /** Of the border: no stroke runs along more of it. */
  private static final double LONGEST_RUN = 0.3;

  /** Of the border, where a narrow digit is cut to its box. */
  private static final double LONGEST_NARROW_RUN = 0.5;

  /** Of the longer side: the shorter one of a narrow digit. */
  private static final double NARROW = 0.62;

  /** Of the longer side: strokes are no wider. */
  private static final double WIDEST_STROKE = 0.45;

  /** Of the longer side: the edges of strokes, neither dark nor light, are no wider. */
  private static final double WIDEST_EDGE = 0.13;

  private static final double EDGE_FROM = 0.12;
  private static final double EDGE_TO = 0.7;

  /** A line that shrinks with the picture becomes fainter. */
  private static final double LINE = 0.6;

  private final int height;
  private final int width;
  private final float[] ink;

  private BorderInk(int height, int width, float[] ink) {
    this.height = height;
    this.width = width;
    this.ink = ink;
  }

  /**
   * Whether all that reaches the border can be strokes of a digit.
   *
   * @param ink [height, width], 0 for the ground to 1 for the most that differs from it
   * @param faintest what is fainter is noise
   */
  static boolean isStrokes(int height, int width, float[] ink, double faintest) {
    BorderInk border = new BorderInk(height, width, ink);
    int longer = Math.max(height, width);
    double longestRun = border.isCutNarrow() ? LONGEST_NARROW_RUN : LONGEST_RUN;
    return border.longestRun() <= longestRun * 2 * (height + width)
        && border.widest(FAINT, 2) <= WIDEST_STROKE * longer
        && border.widest(EDGE_FROM, EDGE_TO) <= WIDEST_EDGE * longer
        && !PaperInk.isLined(new GreyImage(new ImageSize(height, width), ink), LINE * faintest);
  }

  /**
   * Whether the picture is as narrow as a 1, with ink at each of its four sides. A shadow lies at
   * one side or around a corner, and nothing makes the digit reach the others.
   */
  private boolean isCutNarrow() {
    if (Math.min(height, width) > NARROW * Math.max(height, width)) {
      return false;
    }
    boolean top = false;
    boolean bottom = false;
    boolean left = false;
    boolean right = false;
    for (int i = 0; i < ink.length; i++) {
      boolean inked = ink[i] >= 0.5f;
      top |= inked && i < width;
      bottom |= inked && i >= ink.length - width;
      left |= inked && i % width == 0;
      right |= inked && i % width == width - 1;
    }
    return top && bottom && left && right;
  }

  /** The longest run of ink around the border, in pixels. */
  private int longestRun() {
    int around = 2 * (height + width) - 4;
    int longest = 0;
    int run = 0;
    // Twice around: a run may go over where the walk begins.
    for (int k = 0; k < 2 * around; k++) {
      run = ink[onBorder(k % around)] >= FAINT ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return Math.min(longest, around);
  }

  /** The index of a pixel of the border, clockwise from the first. */
  private int onBorder(int k) {
    int right = width - 1;
    int bottom = height - 1;
    if (k < right) {
      return k;
    }
    if (k < right + bottom) {
      return (k - right) * width + right;
    }
    if (k < 2 * right + bottom) {
      return bottom * width + right - (k - right - bottom);
    }
    return (bottom - (k - 2 * right - bottom)) * width;
  }

  /** The side of the largest square with all ink from one value up to another, in pixels. */
  private int widest(double from, double to) {
    int[] side = new int[ink.length];
    int widest = 0;
    for (int i = 0; i < ink.length; i++) {
      if (ink[i] < from || ink[i] >= to) {
        continue;
      }
      boolean first = i < width || i % width == 0;
      side[i] =
          first ? 1 : 1 + Math.min(side[i - 1], Math.min(side[i - width], side[i - width - 1]));
      widest = Math.max(widest, side[i]);
    }
    return widest;
  }
}
