package dev.polymath.models.data;

import java.security.MessageDigest;
import java.util.Objects;

/** How a data set keeps its features. The data set has checked every argument. */
sealed interface Features permits Pixels, FloatFeatures, DiskFeatures {
  /** Features of an example. */
  int count();

  /** Writes one example to {@code target[offset ..]}. */
  void copy(int example, float[] target, int offset);

  /** Writes {@code examples[from .. from+count)}, example i to {@code target[at + i · step ..]}. */
  void gather(int[] examples, int from, int count, float[] target, int at, int step);

  /** Copies the examples named, in that order. */
  Features subset(int[] examples);

  FeatureStatistics statistics();

  /** In words, for a data set's text. */
  String text();

  /** Feeds kind, sizes and every feature to the digest. */
  void digest(MessageDigest digest);

  /** Requires a batch of examples that exist, and room for it. */
  static void requireBatch(
      DataSet data, int[] examples, int from, int count, int room, int at, int step) {
    Objects.checkFromIndexSize(from, count, examples.length);
    requireRoom(count, data.features(), room, at, step);
    for (int i = from; i < from + count; i++) {
      Objects.checkIndex(examples[i], data.size());
    }
  }

  private static void requireRoom(int count, int features, int room, int at, int step) {
    if (at < 0 || step < features || count > 0 && at + (count - 1L) * step + features > room) {
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
