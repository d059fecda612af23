package dev.polymath.models.data;

import java.security.MessageDigest;

/** How a data set keeps its features. The data set has checked every argument. */
sealed interface Features permits Pixels, FloatFeatures, DiskFeatures {
  /** Features of an example. */
  int count();

  /** Writes one example to {@code target[offset ..]}. */
  void copy(int example, float[] target, int offset);

  /** Writes {@code examples[from .. from+count)} to the first rows of the target. */
  void gather(int[] examples, int from, int count, float[] target);

  /** Copies the examples named, in that order. */
  Features subset(int[] examples);

  FeatureStatistics statistics();

  /** In words, for a data set's text. */
  String text();

  /** Feeds kind, sizes and every feature to the digest. */
  void digest(MessageDigest digest);

  /** Requires room for a batch. */
  static void requireRoom(int count, int features, int room) {
    if ((long) count * features > room) {
      throw new IndexOutOfBoundsException(
          "gather: "
              + count
              + " examples of "
              + features
              + " features do not fit in "
              + room
              + " elements");
    }
  }

  /** Requires {@code examples · features} values. */
  static void requireLength(int found, int examples, int features) {
    if (found != (long) examples * features) {
      throw new IllegalArgumentException(
          "data set: "
              + examples
              + " examples and "
              + features
              + " features take "
              + (long) examples * features
              + " values, found "
              + found);
    }
  }
}
