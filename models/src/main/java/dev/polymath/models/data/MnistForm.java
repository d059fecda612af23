package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Brings a picture of one digit into the form that MNIST's have: 28 × 28 pixels, light on black, no
 * side longer than 20 pixels, the centre of mass at the image's centre.
 *
 * <p>The darker or lighter majority of the pixels, those at the border counting more, is taken as
 * the ground, and the digit's brightness is measured from it, so that dark digits on light ground
 * come out light on black. What stands out from the ground's noise is cut out, scaled to fit 20 ×
 * 20 pixels with its proportions kept (by area where it shrinks, linearly where it grows), made as
 * bright as it can be and moved by whole pixels. An image that is in the form already stays as it
 * is.
 */
final class MnistForm {
  private static final int SIDE = 28;
  private static final int DIGIT = 20;

  /** Differences of brightness below this are no digit. */
  private static final double LEAST_CONTRAST = 0.08;

  /** Of the contrast: what is fainter is ground, whatever its noise. */
  private static final double LEAST_INK = 0.1;

  private static final double MOST_NOISE = 0.4;

  /** Of a box's side: a sheet that is turned a little is there, a round stroke is not. */
  private static final double CORNER = 0.14;

  /** Of the largest stroke's ink: what has less is dust. */
  private static final double SPECK = 0.01;

  /**
   * The median distance from the median, times this, is a normal deviation; four of them are noise.
   */
  private static final double NOISE = 4 * 1.4826;

  /**
   * MNIST's centres of mass lie within half a pixel of 14, counted from the first pixel's centre.
   */
  private static final double CENTRE = 14;

  private final int height;
  private final int width;
  private final float[] ink;
  private int top;
  private int bottom;
  private int left;
  private int right;

  private MnistForm(int height, int width, float[] ink) {
    this.height = height;
    this.width = width;
    this.ink = ink;
  }

  /**
   * The picture in MNIST's form, 28 × 28.
   *
   * @throws IllegalArgumentException if the picture is blank
   */
  static GreyImage of(GreyImage picture) {
    float[] grey = picture.brightness();
    ImageSize size = picture.size();
    float low = 1;
    float high = 0;
    for (float value : grey) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (high - low < LEAST_CONTRAST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "picture: is blank, expected a digit; its brightness goes from %d to %d of 255",
              Math.round(255 * low),
              Math.round(255 * high)));
    }
    boolean lightGround = lightGround(size, grey, (low + high) / 2);
    float ground = ground(grey, (low + high) / 2, lightGround);
    float[] ink = new float[grey.length];
    float contrast = lightGround ? ground - low : high - ground;
    for (int i = 0; i < ink.length; i++) {
      float above = lightGround ? ground - grey[i] : grey[i] - ground;
      ink[i] = Math.max(0, Math.min(1, above / contrast));
    }
    MnistForm form = new MnistForm(size.height(), size.width(), ink);
    boolean plain = form.findDigit();
    if (!lightGround && form.isInForm()) {
      return picture;
    }
    return plain ? form.formed() : onPaper(picture).formed();
  }

  /** The digit by a ground that is not the same everywhere. */
  private static MnistForm onPaper(GreyImage picture) {
    PaperInk paper = PaperInk.of(picture);
    MnistForm form = new MnistForm(paper.height, paper.width, paper.ink());
    form.box(i -> form.ink[i] > 0);
    return form;
  }

  /** Whether most is light; the border's pixels together count as much as all. */
  private static boolean lightGround(ImageSize size, float[] grey, float middle) {
    int light = 0;
    int lightBorder = 0;
    int border = 0;
    for (int i = 0; i < grey.length; i++) {
      int row = i / size.width();
      int column = i % size.width();
      boolean atBorder =
          row == 0 || column == 0 || row == size.height() - 1 || column == size.width() - 1;
      border += atBorder ? 1 : 0;
      if (grey[i] > middle) {
        light++;
        lightBorder += atBorder ? 1 : 0;
      }
    }
    return (double) light / grey.length + (double) lightBorder / border > 1;
  }

  /** The median of the pixels on the ground's side. */
  private static float ground(float[] grey, float middle, boolean light) {
    float[] side = new float[grey.length];
    int count = 0;
    for (float value : grey) {
      if (value > middle == light) {
        side[count++] = value;
      }
    }
    return median(side, count);
  }

  private static float median(float[] values, int count) {
    Arrays.sort(values, 0, count);
    return values[count / 2];
  }

  /**
   * Of the ground's own pixels half are at 0, the others' median is the noise's; a ground that is
   * nearly all 0 is clean.
   */
  private static double faintest(float[] ink) {
    float[] faint = new float[ink.length];
    int zeros = 0;
    int positive = 0;
    for (float value : ink) {
      if (value == 0) {
        zeros++;
      } else if (value < 0.5f) {
        faint[positive++] = value;
      }
    }
    if (positive == 0 || zeros > 3 * positive) {
      return LEAST_INK;
    }
    return Math.min(MOST_NOISE, Math.max(LEAST_INK, NOISE * median(faint, positive)));
  }

  /**
   * Sets the digit's box, and all outside of its strokes to 0. Strokes are connected pixels above
   * the noise, at least one of them of half the contrast, and no speck beside the largest.
   *
   * @return whether the ground is plain: what reaches the picture's border is no line, shadow or
   *     desk, and no stroke is a frame around the others or a sheet of paper
   */
  private boolean findDigit() {
    double faintest = faintest(ink);
    int[] stroke = new int[ink.length];
    int[] stack = new int[ink.length];
    List<Double> masses = new ArrayList<>(List.of(0.0));
    double largest = 0;
    for (int i = 0; i < ink.length; i++) {
      if (ink[i] >= 0.5f && stroke[i] == 0) {
        double mass = fill(i, faintest, masses.size(), stroke, stack);
        masses.add(mass);
        largest = Math.max(largest, mass);
      }
    }
    double least = SPECK * largest;
    boolean plain = isPlain(stroke, masses, least, faintest);
    for (int i = 0; i < ink.length; i++) {
      if (masses.get(stroke[i]) < least) {
        // What is faint belongs to the edges of strokes, unless it is noise.
        ink[i] = stroke[i] == 0 && faintest == LEAST_INK && ink[i] < faintest ? ink[i] : 0;
      }
    }
    box(i -> masses.get(stroke[i]) >= least);
    return plain;
  }

  /** Sets the box around some pixels. */
  private void box(IntPredicate inside) {
    top = height;
    left = width;
    bottom = -1;
    right = -1;
    for (int i = 0; i < ink.length; i++) {
      if (inside.test(i)) {
        top = Math.min(top, i / width);
        bottom = Math.max(bottom, i / width);
        left = Math.min(left, i % width);
        right = Math.max(right, i % width);
      }
    }
  }

  private boolean isPlain(int[] stroke, List<Double> masses, double least, double faintest) {
    if (Math.min(height, width) <= 2 * SIDE) {
      // Too small for a photograph, and digits fill such pictures to their borders.
      return true;
    }
    Box[] boxes = new Box[masses.size()];
    int inked = 0;
    boolean reachesBorder = false;
    for (int i = 0; i < ink.length; i++) {
      boolean atBorder = isAtBorder(i);
      inked += atBorder && ink[i] >= Math.max(0.15, faintest) ? 1 : 0;
      if (masses.get(stroke[i]) >= least) {
        reachesBorder |= atBorder;
        Box box = boxes[stroke[i]];
        boxes[stroke[i]] = box == null ? new Box(i, width) : box.with(i, width);
      }
    }
    reachesBorder |= inked > 0.02 * 2 * (height + width);
    // A digit may reach the border, too.
    if (reachesBorder && !BorderInk.isStrokes(height, width, ink, faintest)) {
      return false;
    }
    for (int k = 1; k < boxes.length; k++) {
      Box outer = boxes[k];
      if (outer == null) {
        continue;
      }
      for (Box inner : boxes) {
        if (inner != null && outer.frames(inner)) {
          return false;
        }
      }
      if (outer.isSheet(Math.min(height, width)) && hasCorners(outer, stroke, k)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the box is filled near its four corners: a sheet has them, a thick digit is round. */
  private boolean hasCorners(Box box, int[] stroke, int number) {
    int down = (int) (CORNER * (box.bottom - box.top));
    int across = (int) (CORNER * (box.right - box.left));
    return stroke[(box.top + down) * width + box.left + across] == number
        && stroke[(box.top + down) * width + box.right - across] == number
        && stroke[(box.bottom - down) * width + box.left + across] == number
        && stroke[(box.bottom - down) * width + box.right - across] == number;
  }

  private boolean isAtBorder(int i) {
    int row = i / width;
    int column = i % width;
    return row == 0 || column == 0 || row == height - 1 || column == width - 1;
  }

  /** Where some pixels lie, and how many they are. */
  private record Box(int top, int bottom, int left, int right, int pixels) {
    Box(int pixel, int width) {
      this(pixel / width, pixel / width, pixel % width, pixel % width, 1);
    }

    Box with(int pixel, int width) {
      int row = pixel / width;
      int column = pixel % width;
      return new Box(
          Math.min(top, row),
          Math.max(bottom, row),
          Math.min(left, column),
          Math.max(right, column),
          pixels + 1);
    }

    /** Whether it lies around another that is no speck beside it. */
    boolean frames(Box other) {
      return top < other.top
          && bottom > other.bottom
          && left < other.left
          && right > other.right
          && 3 * (other.bottom - other.top) > bottom - top;
    }

    /** Whether it is rather a piece of paper than a stroke. */
    boolean isSheet(int shorter) {
      int rows = bottom - top + 1;
      int columns = right - left + 1;
      return pixels > 0.62 * rows * columns && Math.min(rows, columns) > 0.25 * shorter;
    }
  }

  /** Numbers a stroke's pixels, of which {@code first} is one; returns the sum of their ink. */
  private double fill(int first, double faintest, int number, int[] stroke, int[] stack) {
    int size = 0;
    double mass = 0;
    stack[size++] = first;
    stroke[first] = number;
    while (size > 0) {
      int at = stack[--size];
      mass += ink[at];
      int row = at / width;
      int column = at % width;
      for (int y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (int x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          int next = y * width + x;
          if (stroke[next] == 0 && ink[next] >= faintest) {
            stroke[next] = number;
            stack[size++] = next;
          }
        }
      }
    }
    return mass;
  }

  private boolean isInForm() {
    int longer = Math.max(bottom - top, right - left) + 1;
    return height == SIDE
        && width == SIDE
        && (longer == DIGIT || longer == DIGIT - 1)
        && Math.abs(centre(ink, height, width, true) - CENTRE) < 0.6
        && Math.abs(centre(ink, height, width, false) - CENTRE) < 0.6;
  }

  /** The centre of mass along one side, in pixels from the first pixel's centre. */
  private static double centre(float[] pixels, int height, int width, boolean down) {
    double mass = 0;
    double moment = 0;
    for (int i = 0; i < height * width; i++) {
      mass += pixels[i];
      moment += (double) pixels[i] * (down ? i / width : i % width);
    }
    return moment / mass;
  }

  private GreyImage formed() {
    int boxHeight = bottom - top + 1;
    int boxWidth = right - left + 1;
    double scale = (double) DIGIT / Math.max(boxHeight, boxWidth);
    int rows = Math.max(1, (int) Math.round(boxHeight * scale));
    int columns = Math.max(1, (int) Math.round(boxWidth * scale));
    float[] box = new float[boxHeight * boxWidth];
    for (int y = 0; y < boxHeight; y++) {
      System.arraycopy(ink, (top + y) * width + left, box, y * boxWidth, boxWidth);
    }
    float[] digit =
        new GreyImage(new ImageSize(boxHeight, boxWidth), box)
            .scaledTo(new ImageSize(rows, columns))
            .brightness();
    float brightest = 0;
    for (float value : digit) {
      brightest = Math.max(brightest, value);
    }
    int y0 = place(centre(digit, rows, columns, true), rows);
    int x0 = place(centre(digit, rows, columns, false), columns);
    float[] result = new float[SIDE * SIDE];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        result[(y0 + y) * SIDE + x0 + x] = digit[y * columns + x] / brightest;
      }
    }
    return new GreyImage(ImageSize.MNIST, result);
  }

  /** The first row or column, so that the centre of mass comes to 13.5 up to 14.5. */
  private static int place(double centre, int length) {
    int first = (int) Math.ceil(CENTRE - 0.5 - centre);
    return Math.max(0, Math.min(SIDE - length, first));
  }
}
