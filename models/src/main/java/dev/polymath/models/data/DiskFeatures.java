package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;

/** Features that lie on disk. Small parts of them are copied into memory. */
sealed interface DiskFeatures extends Features permits DiskFloats, DiskPixels {

  /** Any number of examples, in that order; they stay on disk. */
  Features some(Ints examples);

  /** Rows of some rows, on disk. */
  static Ints compose(DiskSpace space, Ints rows, Ints chosen) {
    return space.copy(Ints.of(chosen.size(), i -> rows.at(chosen.at(i))));
  }
}
