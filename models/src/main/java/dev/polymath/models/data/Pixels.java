package dev.polymath.models.data;

/** Features that are images of one byte a pixel, delivered as 0 … 1. */
sealed interface Pixels extends Features permits PixelFeatures, DiskPixels {

  /** Those features, of which {@code operation} needs that they are images. */
  static Pixels require(String operation, Features features) {
    if (features instanceof Pixels images) {
      return images;
    }
    throw new IllegalStateException(
        operation + ": expected images, found " + features.count() + " plain features");
  }

  ImageSize size();

  /**
   * As {@link #gather}, row i moved right by dx[shiftsFrom + i] and down by dy[shiftsFrom + i];
   * vacated pixels are {@code ground}.
   */
  void gatherShifted(
      int[] examples,
      int from,
      int count,
      int[] dx,
      int[] dy,
      int shiftsFrom,
      float ground,
      float[] target,
      int at,
      int step);

  /** The median of the pixels at the borders of all images, 0 … 255: what lies around them. */
  int ground();
}
