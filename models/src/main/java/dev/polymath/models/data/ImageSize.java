package dev.polymath.models.data;

/**
 * Size of the images of a data set, in pixels. Pixel (row, column) is feature {@code row · width +
 * column}.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageSize(int height, int width) {

  /** Size of MNIST's images: 28 x 28. */
  public static final ImageSize MNIST = new ImageSize(28, 28);

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if a side is below 1 or there are more pixels than an int
   *     counts
   */
  public ImageSize {
    if (height < 1 || width < 1 || (long) height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "image size "
              + height
              + " x "
              + width
              + ": expected sides from 1 and at most 2^31-1 pixels");
    }
  }

  /** Height · width. */
  public int pixels() {
    return height * width;
  }
}
