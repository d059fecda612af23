package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ink of a digit in a picture of real paper: lined or with a grid, in a box of a form,
 * under a lamp or the edge of a shadow, on a desk.
 *
 * <p>The ground is local: a pixel is ink by how much it differs from the lightest (or darkest) of
 * what surrounds it, a morphological top-hat transform, so that wide shadows and the desk have
 * none. Thin straight lines that go on for long are no ink; neither is what runs along the
 * picture's edge, nor a frame around the rest.
 */
final class PaperInk {

  /** A digit needs no more; lines and noise are known by their width in it. */
  private static final int LONGEST = 320;

  /** Of the ink's peak: what is fainter is ground, or lines of faint print. */
  private static final double FAINT = 0.38;

  /** Of the shorter side: a line is as long at least, and no wider. */
  private static final double LINE = 0.4;

  private static final double LINE_WIDTH = 0.025;

  /** Of the largest stroke's ink. */
  private static final double SPECK = 0.04;

  final int height;
  final int width;
  private final float[] ink;
  private float peak;

  private PaperInk(int height, int width, float[] ink) {
    this.height = height;
    this.width = width;
    this.ink = ink;
  }

  /** [height, width], 0 where there is no ink of the digit. */
  float[] ink() {
    return ink;
  }

  /**
   * The digit's ink.
   *
   * @throws IllegalArgumentException if no digit stands out
   */
  static PaperInk of(GreyImage picture) {
    GreyImage small = small(picture);
    PaperInk found =
        new PaperInk(small.size().height(), small.size().width(), LocalGround.contrast(small));
    found.peak = percentile(found.ink, 0.99);
    if (found.peak < 0.06) {
      throw nothing();
    }
    Stroke sheet = found.sheet();
    if (sheet != null) {
      try {
        return of(cut(small, sheet));
      } catch (IllegalArgumentException e) {
        // There is nothing on it: it is a thick digit.
      }
    }
    found.removeLines();
    found.keepDigit();
    return found;
  }

  /**
   * Whether thin straight lines reach the picture's border.
   *
   * @param ink how much each pixel differs from the ground
   * @param faintest what is fainter is no line
   */
  static boolean isLined(GreyImage ink, double faintest) {
    GreyImage small = small(ink);
    PaperInk found = new PaperInk(small.size().height(), small.size().width(), small.brightness());
    return found.reachesEdge(found.lines(found.set(faintest)));
  }

  private static GreyImage small(GreyImage picture) {
    ImageSize size = picture.size();
    int longer = Math.max(size.height(), size.width());
    if (longer <= LONGEST) {
      return picture;
    }
    double scale = (double) LONGEST / longer;
    return picture.scaledTo(
        new ImageSize(
            Math.max(1, (int) Math.round(scale * size.height())),
            Math.max(1, (int) Math.round(scale * size.width()))));
  }

  /** A sheet of paper that is small enough to look like ink itself; null if there is none. */
  private @Nullable Stroke sheet() {
    List<Stroke> strokes = strokes(new int[ink.length]);
    int shorter = Math.min(height, width);
    for (int k = 1; k < strokes.size(); k++) {
      Stroke stroke = strokes.get(k);
      int rows = stroke.bottom - stroke.top + 1;
      int columns = stroke.right - stroke.left + 1;
      // A cut of the whole would never end.
      if (stroke.pixels > 0.62 * rows * columns
          && Math.min(rows, columns) > Math.max(16, 0.3 * shorter)
          && Math.max(rows, columns) < 0.95 * Math.max(height, width)) {
        return stroke;
      }
    }
    return null;
  }

  private static GreyImage cut(GreyImage picture, Stroke box) {
    int rows = box.bottom - box.top + 1;
    int columns = box.right - box.left + 1;
    float[] inner = new float[rows * columns];
    for (int y = 0; y < rows; y++) {
      System.arraycopy(
          picture.brightness(),
          (box.top + y) * picture.size().width() + box.left,
          inner,
          y * columns,
          columns);
    }
    return new GreyImage(new ImageSize(rows, columns), inner);
  }

  private static IllegalArgumentException nothing() {
    return new IllegalArgumentException(
        "picture: no digit stands out from what is around it, expected a single one");
  }

  private static float percentile(float[] values, double part) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (part * (sorted.length - 1))];
  }

  /** Sets thin straight lines to 0 where nothing crosses them. */
  private void removeLines() {
    boolean[] set = set(FAINT * peak);
    boolean[] line = lines(set);
    double before = 0;
    double after = 0;
    for (int i = 0; i < ink.length; i++) {
      before += set[i] ? ink[i] : 0;
      after += set[i] && !line[i] ? ink[i] : 0;
    }
    if (after < 0.05 * before && !reachesEdge(line)) {
      // All there is: a digit of straight strokes, drawn with a thin pen.
      return;
    }
    for (int i = 0; i < ink.length; i++) {
      if (line[i]) {
        ink[i] = 0;
      }
    }
  }

  private boolean[] set(double faintest) {
    boolean[] set = new boolean[ink.length];
    for (int i = 0; i < ink.length; i++) {
      set[i] = ink[i] >= faintest;
    }
    return set;
  }

  private boolean[] lines(boolean[] set) {
    boolean[] line = new boolean[ink.length];
    markLines(set, line, true);
    markLines(set, line, false);
    return line;
  }

  private boolean reachesEdge(boolean[] line) {
    for (int i = 0; i < line.length; i++) {
      if (line[i] && isAtEdge(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAtEdge(int i) {
    int row = i / width;
    int column = i % width;
    return row == 0 || column == 0 || row == height - 1 || column == width - 1;
  }

  private void markLines(boolean[] set, boolean[] line, boolean across) {
    int length = across ? width : height;
    int depth = across ? height : width;
    int shorter = Math.min(height, width);
    int longEnough = (int) (LINE * shorter);
    int widest = Math.max(3, (int) Math.round(LINE_WIDTH * shorter));
    int[] thickness = new int[ink.length];
    for (int x = 0; x < length; x++) {
      for (int y = 0; y < depth; ) {
        int end = y;
        while (end < depth && set[index(x, end, across)]) {
          end++;
        }
        for (int k = y; k < end; k++) {
          thickness[index(x, k, across)] = end - y;
        }
        y = Math.max(end, y + 1);
      }
    }
    for (int slope = -12; slope <= 12; slope++) {
      for (int y = -depth / 8; y < depth + depth / 8; y++) {
        markRuns(set, line, thickness, across, slope / 100.0, y, longEnough, widest);
      }
    }
  }

  private int index(int x, int y, boolean across) {
    return across ? y * width + x : x * width + y;
  }

  /** The runs along one straight line through the picture; small gaps do not end them. */
  private void markRuns(
      boolean[] set,
      boolean[] line,
      int[] thickness,
      boolean across,
      double slope,
      int start,
      int longEnough,
      int widest) {
    int length = across ? width : height;
    int depth = across ? height : width;
    int begin = -1;
    int last = -1;
    int thin = 0;
    for (int x = 0; x <= length; x++) {
      int y = (int) Math.round(start + slope * (x - length / 2.0));
      boolean in = x < length && y >= 0 && y < depth && set[index(x, y, across)];
      if (in) {
        begin = begin < 0 ? x : begin;
        last = x;
        thin += thickness[index(x, y, across)] <= widest ? 1 : 0;
      } else if (begin >= 0 && (x - last > 3 || x == length)) {
        if (last - begin + 1 >= longEnough && thin > 0.5 * (last - begin + 1)) {
          for (int i = begin; i <= last; i++) {
            int at = (int) Math.round(start + slope * (i - length / 2.0));
            erase(set, line, thickness, across, i, at, widest);
          }
        }
        begin = -1;
        thin = 0;
      }
    }
  }

  /** Marks the whole width of a line, with its faint edges. */
  private void erase(
      boolean[] set, boolean[] line, int[] thickness, boolean across, int x, int y, int widest) {
    int depth = across ? height : width;
    if (y < 0 || y >= depth) {
      return;
    }
    int at = index(x, y, across);
    if (!set[at] || thickness[at] > widest) {
      return;
    }
    int first = y;
    while (first > 0 && set[index(x, first - 1, across)]) {
      first--;
    }
    int last = y;
    while (last < depth - 1 && set[index(x, last + 1, across)]) {
      last++;
    }
    for (int k = Math.max(0, first - 1); k <= Math.min(depth - 1, last + 1); k++) {
      line[index(x, k, across)] = true;
    }
  }

  /** Connected pixels. */
  private static final class Stroke {
    double mass;
    int top = Integer.MAX_VALUE;
    int bottom = -1;
    int left = Integer.MAX_VALUE;
    int right = -1;
    int atEdge;
    int pixels;

    boolean encloses(Stroke other) {
      return top < other.top && bottom > other.bottom && left < other.left && right > other.right;
    }

    int side() {
      return Math.max(bottom - top, right - left) + 1;
    }
  }

  /** Sets all but the digit's strokes to 0. */
  private void keepDigit() {
    int[] number = new int[ink.length];
    List<Stroke> strokes = strokes(number);
    boolean[] kept = new boolean[strokes.size()];
    double largest = 0;
    double all = 0;
    for (int k = 1; k < strokes.size(); k++) {
      Stroke stroke = strokes.get(k);
      kept[k] = !isEdge(stroke) && !isFrame(stroke, strokes);
      largest = kept[k] ? Math.max(largest, stroke.mass) : largest;
    }
    int main = 0;
    for (int k = 1; k < strokes.size(); k++) {
      kept[k] &= strokes.get(k).mass >= SPECK * largest;
      all += kept[k] ? strokes.get(k).mass : 0;
      main = kept[k] && strokes.get(k).mass == largest ? k : main;
    }
    if (main == 0) {
      throw nothing();
    }
    double near = 0;
    Stroke digit = strokes.get(main);
    for (int k = 1; k < strokes.size(); k++) {
      kept[k] &= k == main || isNear(digit, strokes.get(k));
      near += kept[k] ? strokes.get(k).mass : 0;
    }
    if (near < 0.5 * all || digit.side() < Math.min(height, width) / 14) {
      throw nothing();
    }
    for (int i = 0; i < ink.length; i++) {
      ink[i] = kept[number[i]] ? Math.min(1, ink[i] / peak) : 0;
    }
  }

  /** A part of a digit lies no further from the rest than half its size. */
  private static boolean isNear(Stroke digit, Stroke other) {
    int reach = digit.side() / 3;
    return other.bottom >= digit.top - reach
        && other.top <= digit.bottom + reach
        && other.right >= digit.left - reach
        && other.left <= digit.right + reach;
  }

  private boolean isEdge(Stroke stroke) {
    return stroke.atEdge > (height + width) / 40 || stroke.atEdge > 0 && stroke.side() < 8;
  }

  /** A stroke with another inside of it that is no speck. */
  private static boolean isFrame(Stroke stroke, List<Stroke> strokes) {
    double area = (double) (stroke.bottom - stroke.top + 1) * (stroke.right - stroke.left + 1);
    for (int k = 1; k < strokes.size(); k++) {
      Stroke other = strokes.get(k);
      if (other != stroke
          && stroke.encloses(other)
          && other.mass > 0.15 * stroke.mass
          && other.side() > 0.25 * stroke.side()
          && stroke.pixels < 0.3 * area) {
        return true;
      }
    }
    return false;
  }

  private List<Stroke> strokes(int[] number) {
    List<Stroke> strokes = new ArrayList<>(List.of(new Stroke()));
    int[] stack = new int[ink.length];
    for (int i = 0; i < ink.length; i++) {
      if (ink[i] >= 0.5f * peak && number[i] == 0) {
        strokes.add(fill(i, strokes.size(), number, stack));
      }
    }
    return strokes;
  }

  private Stroke fill(int first, int name, int[] number, int[] stack) {
    Stroke stroke = new Stroke();
    int size = 0;
    stack[size++] = first;
    number[first] = name;
    while (size > 0) {
      int at = stack[--size];
      int row = at / width;
      int column = at % width;
      stroke.mass += ink[at];
      stroke.pixels++;
      stroke.top = Math.min(stroke.top, row);
      stroke.bottom = Math.max(stroke.bottom, row);
      stroke.left = Math.min(stroke.left, column);
      stroke.right = Math.max(stroke.right, column);
      stroke.atEdge += isAtEdge(at) ? 1 : 0;
      for (int y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (int x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          int next = y * width + x;
          if (number[next] == 0 && ink[next] >= FAINT * peak) {
            number[next] = name;
            stack[size++] = next;
          }
        }
      }
    }
    return stroke;
  }
}
