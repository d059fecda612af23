package dev.polymath.models.data;

import java.util.Arrays;

/**
 * What differs from the ground around it, whatever the light is: a morphological top-hat transform.
 * The ground of a pixel is the lightest that a window through it holds at its darkest place: what
 * is narrower than the window stands out, and a shadow, a desk or a slow change of the light does
 * not.
 */
final class LocalGround {

  /** Of the shorter side: strokes are narrower, shadows and desks wider. */
  private static final double WINDOW = 0.25;

  private LocalGround() {}

  /** Mean of 3 × 3 pixels: the lightest of many noisy ones would be far from their mean. */
  private static float[] smoothed(float[] grey, int height, int width) {
    float[] smooth = new float[grey.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float sum = 0;
        int count = 0;
        for (int i = Math.max(0, y - 1); i <= Math.min(height - 1, y + 1); i++) {
          for (int j = Math.max(0, x - 1); j <= Math.min(width - 1, x + 1); j++) {
            sum += grey[i * width + j];
            count++;
          }
        }
        smooth[y * width + x] = sum / count;
      }
    }
    return smooth;
  }

  /** How much darker than its ground each pixel is, or lighter where most is dark. */
  static float[] contrast(GreyImage picture) {
    int height = picture.size().height();
    int width = picture.size().width();
    float[] grey = smoothed(picture.brightness(), height, width);
    int reach = Math.max(2, (int) (WINDOW * Math.min(height, width) / 2));
    float[] light = lightest(lightest(grey, height, width, reach, 1), height, width, reach, -1);
    float[] dark = lightest(lightest(grey, height, width, reach, -1), height, width, reach, 1);
    boolean lightGround = lightGround(grey, light, dark, height, width);
    float[] ink = new float[grey.length];
    for (int i = 0; i < ink.length; i++) {
      // In a shadow the paper and the ink on it are darker by the same factor.
      ink[i] = lightGround ? (light[i] - grey[i]) / Math.max(0.1f, light[i]) : grey[i] - dark[i];
    }
    return ink;
  }

  /** Whether what differs from the median around it is mostly dark. */
  private static boolean lightGround(
      float[] grey, float[] light, float[] dark, int height, int width) {
    float[] median = medians(grey, height, width);
    double darker = 0;
    double lighter = 0;
    for (int i = 0; i < grey.length; i++) {
      float black = light[i] - grey[i];
      float white = grey[i] - dark[i];
      if (median[i] - grey[i] > 0.5f * black) {
        darker += black * black;
      }
      if (grey[i] - median[i] > 0.5f * white) {
        lighter += white * white;
      }
    }
    return darker >= lighter;
  }

  /** The median of what is around each pixel, at a coarse scale. */
  private static float[] medians(float[] grey, int height, int width) {
    double scale = Math.min(1, 48.0 / Math.min(height, width));
    int rows = Math.max(1, (int) (scale * height));
    int columns = Math.max(1, (int) (scale * width));
    float[] coarse =
        new GreyImage(new ImageSize(height, width), grey)
            .scaledTo(new ImageSize(rows, columns))
            .brightness();
    int reach = Math.max(1, (int) (0.18 * Math.min(rows, columns)));
    float[] medians = new float[coarse.length];
    float[] around = new float[(2 * reach + 1) * (2 * reach + 1)];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int count = 0;
        for (int i = Math.max(0, y - reach); i <= Math.min(rows - 1, y + reach); i++) {
          for (int j = Math.max(0, x - reach); j <= Math.min(columns - 1, x + reach); j++) {
            around[count++] = coarse[i * columns + j];
          }
        }
        Arrays.sort(around, 0, count);
        medians[y * columns + x] = around[count / 2];
      }
    }
    float[] full = new float[grey.length];
    for (int i = 0; i < full.length; i++) {
      int y = Math.min(rows - 1, (int) (scale * (i / width)));
      int x = Math.min(columns - 1, (int) (scale * (i % width)));
      full[i] = medians[y * columns + x];
    }
    return full;
  }

  /** The lightest of a square of pixels, or with a sign of −1 the darkest. */
  private static float[] lightest(float[] grey, int height, int width, int reach, int sign) {
    float[] rows = new float[grey.length];
    for (int y = 0; y < height; y++) {
      slide(grey, y * width, 1, width, reach, sign, rows);
    }
    float[] both = new float[grey.length];
    for (int x = 0; x < width; x++) {
      slide(rows, x, width, height, reach, sign, both);
    }
    return both;
  }

  private static void slide(
      float[] from, int at, int step, int count, int reach, int sign, float[] to) {
    int[] queue = new int[count];
    int head = 0;
    int tail = 0;
    for (int i = 0; i < count + reach; i++) {
      if (i < count) {
        float value = sign * from[at + i * step];
        while (tail > head && sign * from[at + queue[tail - 1] * step] <= value) {
          tail--;
        }
        queue[tail++] = i;
      }
      int middle = i - reach;
      if (middle >= 0) {
        while (queue[head] < middle - reach) {
          head++;
        }
        to[at + middle * step] = from[at + queue[head] * step];
      }
    }
  }
}
