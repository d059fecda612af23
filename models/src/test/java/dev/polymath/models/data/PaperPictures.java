package dev.polymath.models.data;

import java.util.Random;

/** Draws digits as a camera would see them on real paper, in several styles. */
final class PaperPictures {

  /** How the picture looks. */
  enum Style {
    PLAIN,
    CHALK,
    NOISE,
    LINED,
    FAINT_GRID,
    DARK_GRID,
    BOXED,
    LINEAR_GRADIENT,
    LAMP,
    SHADOW_EDGE,
    DESK
  }

  private final Random random;
  private final Style style;
  private final int height;
  private final int width;
  private final double[] paper;
  private double boxTop;
  private double boxLeft;
  private double boxSide;

  private PaperPictures(Style style, long seed) {
    this.random = new Random(31 * seed + style.ordinal());
    this.style = style;
    this.width = 260 + random.nextInt(200);
    this.height = 220 + random.nextInt(140);
    this.paper = new double[height * width];
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /**
   * A picture.
   *
   * @param digit 28 × 28, light on black
   */
  static GreyImage draw(GreyImage digit, Style style, long seed) {
    return new PaperPictures(style, seed).picture(digit);
  }

  private GreyImage picture(GreyImage digit) {
    boolean chalk = style == Style.CHALK;
    double ground = chalk ? between(0.1, 0.25) : between(0.8, 0.95);
    double mark = chalk ? between(0.75, 0.95) : between(0.08, 0.3);
    java.util.Arrays.fill(paper, ground);
    boxSide = between(0.4, 0.62) * height;
    double margin = style == Style.DESK ? 0.14 : 0.06;
    boxTop = between(margin * height, (1 - margin) * height - boxSide);
    boxLeft = between(margin * width, (1 - margin) * width - boxSide);
    lines(ground);
    ink(digit, mark, chalk);
    light();
    if (style == Style.DESK) {
      desk();
    }
    blur();
    double noise = style == Style.NOISE ? 0.06 : between(0.006, 0.02);
    float[] grey = new float[paper.length];
    for (int i = 0; i < grey.length; i++) {
      double level = Math.round(255 * (paper[i] + noise * random.nextGaussian())) / 255.0;
      grey[i] = (float) Math.max(0, Math.min(1, level));
    }
    return new GreyImage(new ImageSize(height, width), grey);
  }

  private void lines(double ground) {
    double tilt = between(-0.03, 0.03);
    switch (style) {
      case LINED -> rule(between(22, 40), between(1, 2.5), between(0.4, 0.7), tilt, true);
      case FAINT_GRID -> {
        double step = between(14, 28);
        rule(step, 1.2, between(0.62, 0.75), tilt, true);
        rule(step, 1.2, between(0.62, 0.75), -tilt, false);
      }
      case DARK_GRID -> {
        double step = between(16, 30);
        double level = between(0.25, 0.5);
        double thick = between(1, 2.2);
        rule(step, thick, level, tilt, true);
        rule(step, thick, level, -tilt, false);
      }
      case BOXED -> {
        double level = between(0.1, 0.35);
        double thick = between(1.5, 4);
        double room = between(0.08, 0.22) * boxSide;
        double side = boxSide + 2 * room;
        int boxes = random.nextInt(3);
        for (int b = -boxes; b <= boxes; b++) {
          frame(boxTop - room, boxLeft - room + b * side, side, thick, level, tilt);
        }
      }
      default -> {
        // Nothing is printed on it.
      }
    }
  }

  private void rule(double step, double thick, double level, double tilt, boolean across) {
    double offset = between(0, step);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double at = across ? y + tilt * x : x + tilt * y;
        double far = Math.abs((((at - offset) % step) + step) % step - step / 2);
        cover(y, x, step / 2 - far - thick / 2, level);
      }
    }
  }

  /** Paints what is less than half a pixel away. */
  private void cover(int y, int x, double distance, double level) {
    double part = Math.max(0, Math.min(1, 0.5 - distance));
    int i = y * width + x;
    paper[i] = Math.min(paper[i], paper[i] + part * (level - paper[i]));
  }

  private void frame(
      double top, double left, double side, double thick, double level, double tilt) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double v = y - top - side / 2 + tilt * (x - left);
        double u = x - left - side / 2 - tilt * (y - top);
        double far = Math.max(Math.abs(u), Math.abs(v)) - side / 2;
        cover(y, x, Math.abs(far) - thick / 2, level);
      }
    }
  }

  private void ink(GreyImage digit, double mark, boolean chalk) {
    int side = (int) boxSide;
    // Without MNIST's own margin of four pixels.
    float[] inner = new float[20 * 20];
    for (int i = 0; i < inner.length; i++) {
      inner[i] = digit.brightness()[(i / 20 + 4) * 28 + i % 20 + 4];
    }
    float[] large =
        new GreyImage(new ImageSize(20, 20), inner)
            .scaledTo(new ImageSize(side, side))
            .brightness();
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double part = Math.max(0, Math.min(1, (large[y * side + x] - 0.3) / 0.3));
        part *= chalk ? between(0.6, 1) : 1;
        int row = (int) boxTop + y;
        int column = (int) boxLeft + x;
        if (row >= 0 && row < height && column >= 0 && column < width) {
          int i = row * width + column;
          double inked = paper[i] + part * (mark - paper[i]);
          paper[i] = chalk ? Math.max(paper[i], inked) : Math.min(paper[i], inked);
        }
      }
    }
  }

  private void light() {
    double angle = between(0, 2 * Math.PI);
    double dark = between(0.4, 0.6);
    double edge = between(1, 8);
    double place = between(-0.25, 0.25);
    double lampY = between(0, height);
    double lampX = between(0, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double along = (x - width / 2.0) * Math.cos(angle) + (y - height / 2.0) * Math.sin(angle);
        double far = Math.hypot(x - lampX, y - lampY) / Math.hypot(height, width);
        double factor =
            switch (style) {
              case LINEAR_GRADIENT -> dark + (1 - dark) * (0.5 + along / Math.hypot(height, width));
              case LAMP -> 1 - (1 - dark) * Math.min(1, 1.3 * far * far + 0.4 * far);
              case SHADOW_EDGE ->
                  dark + (1 - dark) / (1 + Math.exp(-(along - place * width) / edge));
              default -> 1;
            };
        paper[y * width + x] *= factor;
      }
    }
  }

  private void desk() {
    double desk = between(0.25, 0.5);
    double grain = between(0.01, 0.05);
    double angle = between(-0.12, 0.12);
    double roomY = Math.min(boxTop, height - boxTop - boxSide) * between(0.3, 0.8);
    double roomX = Math.min(boxLeft, width - boxLeft - boxSide) * between(0.3, 0.8);
    double halfY = boxSide / 2 + roomY;
    double halfX = boxSide / 2 + roomX;
    double middleY = boxTop + boxSide / 2;
    double middleX = boxLeft + boxSide / 2;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = (x - middleX) * Math.cos(angle) + (y - middleY) * Math.sin(angle);
        double v = (y - middleY) * Math.cos(angle) - (x - middleX) * Math.sin(angle);
        if (Math.abs(u) > halfX || Math.abs(v) > halfY) {
          paper[y * width + x] = desk + grain * Math.sin(y / 4.0 + Math.sin(x / 40.0));
        }
      }
    }
  }

  private void blur() {
    double[] once = new double[paper.length];
    for (int pass = 0; pass < 2; pass++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int a = pass == 0 ? y * width + Math.max(0, x - 1) : Math.max(0, y - 1) * width + x;
          int b =
              pass == 0
                  ? y * width + Math.min(width - 1, x + 1)
                  : Math.min(height - 1, y + 1) * width + x;
          int i = y * width + x;
          once[i] = (paper[a] + 2 * paper[i] + paper[b]) / 4;
        }
      }
      System.arraycopy(once, 0, paper, 0, paper.length);
    }
  }
}
