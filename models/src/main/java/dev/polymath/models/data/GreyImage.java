package dev.polymath.models.data;

/**
 * One picture in grey.
 *
 * @param size its size
 * @param brightness [height · width], each from 0 (black) to 1 (white); not copied
 */
public record GreyImage(ImageSize size, float[] brightness) {
  /**
   * Checks the picture.
   *
   * @throws IllegalArgumentException if the length is wrong or a value is not from 0 to 1
   */
  public GreyImage {
    if (brightness.length != size.pixels()) {
      throw new IllegalArgumentException(
          "picture: expected " + size.pixels() + " pixels, found " + brightness.length);
    }
    for (float value : brightness) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(
            "picture: expected brightness from 0 to 1, found " + value);
      }
    }
  }

  /** Each pixel as an unsigned byte, as {@link DataSet#ofImages} takes them. */
  public byte[] toBytes() {
    byte[] bytes = new byte[brightness.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(255 * brightness[i]);
    }
    return bytes;
  }

  /**
   * The picture in another size. Where a side shrinks, a new pixel is the mean of the area that it
   * covers; where it grows, new pixels lie on straight lines between the old ones' centres.
   */
  public GreyImage scaledTo(ImageSize target) {
    return new GreyImage(
        target, scale(brightness, size.height(), size.width(), target.height(), target.width()));
  }

  /** A picture [height, width] as [rows, columns]: each side by itself. */
  private static float[] scale(float[] pixels, int height, int width, int rows, int columns) {
    float[] wide = alongRows(pixels, height, width, columns);
    float[] turned = transpose(wide, height, columns);
    return transpose(alongRows(turned, columns, height, rows), columns, rows);
  }

  private static float[] transpose(float[] pixels, int height, int width) {
    float[] turned = new float[pixels.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned[x * height + y] = pixels[y * width + x];
      }
    }
    return turned;
  }

  private static float[] alongRows(float[] pixels, int height, int width, int columns) {
    if (columns == width) {
      return pixels;
    }
    float[] scaled = new float[height * columns];
    double step = (double) width / columns;
    for (int x = 0; x < columns; x++) {
      if (step > 1) {
        average(pixels, height, width, x * step, (x + 1) * step, scaled, columns, x);
      } else {
        interpolate(pixels, height, width, (x + 0.5) * step - 0.5, scaled, columns, x);
      }
    }
    return scaled;
  }

  private static void average(
      float[] pixels,
      int height,
      int width,
      double from,
      double to,
      float[] scaled,
      int columns,
      int x) {
    int first = (int) from;
    int last = Math.min(width, (int) Math.ceil(to));
    for (int y = 0; y < height; y++) {
      double sum = 0;
      for (int i = first; i < last; i++) {
        double covered = Math.min(to, i + 1) - Math.max(from, i);
        sum += covered * pixels[y * width + i];
      }
      // Rounding must not lead out of the pixels' range.
      scaled[y * columns + x] = (float) Math.min(1, sum / (to - from));
    }
  }

  private static void interpolate(
      float[] pixels, int height, int width, double at, float[] scaled, int columns, int x) {
    double inside = Math.max(0, Math.min(width - 1, at));
    int first = (int) inside;
    int second = Math.min(width - 1, first + 1);
    float part = (float) (inside - first);
    for (int y = 0; y < height; y++) {
      float a = pixels[y * width + first];
      scaled[y * columns + x] = a + part * (pixels[y * width + second] - a);
    }
  }
}
