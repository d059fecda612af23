package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import org.jspecify.annotations.Nullable;

/**
 * What a source of data holds.
 *
 * @param kind what it was read from
 * @param all its examples, or those to train on where it has test examples of its own
 * @param test its own test examples; null if it has none
 */
record Examples(Kind kind, DataSet all, @Nullable DataSet test) {

  /** What examples are read from: each has options that make sense for no other. */
  enum Kind {
    IDX,
    TABLE,
    PICTURES
  }

  static Examples idx(TrainTest parts) {
    return new Examples(Kind.IDX, parts.train(), parts.test());
  }
}
