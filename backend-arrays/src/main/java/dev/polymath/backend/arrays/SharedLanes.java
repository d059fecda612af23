package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * How the last columns of several rows share one vector: two columns of four rows in a vector of 8
 * lanes, or four columns of four rows in one of 16. Where {@link Lanes#TWO_LENGTHS}.
 */
final class SharedLanes {

  static final VectorSpecies<Float> HALF = FloatVector.SPECIES_256;

  /** Floats in a vector of half the length. */
  static final int H = 8;

  /** The first two columns, for each row. */
  static final VectorShuffle<Float> FIRST_2 = repeat(HALF, 2);

  /** The first four columns, for each row. */
  static final VectorShuffle<Float> FIRST_4 = repeat(FLOATS, 4);

  /** The first four values, each for two columns. */
  static final VectorShuffle<Float> EACH_2 = VectorShuffle.fromOp(HALF, i -> i / 2);

  /** The four after these. */
  static final VectorShuffle<Float> LATER_2 = VectorShuffle.fromOp(HALF, i -> 4 + i / 2);

  /** From the second row's two columns on. */
  static final VectorShuffle<Float> SECOND_2 = from(HALF, 2);

  static final VectorShuffle<Float> THIRD_2 = from(HALF, 4);
  static final VectorShuffle<Float> FOURTH_2 = from(HALF, 6);

  /** From the second row's four columns on. */
  static final VectorShuffle<Float> SECOND_4 = from(FLOATS, 4);

  static final VectorShuffle<Float> THIRD_4 = from(FLOATS, 8);
  static final VectorShuffle<Float> FOURTH_4 = from(FLOATS, 12);

  /** The lanes of the second row's two columns. */
  static final VectorMask<Float> ROW_2_OF_2 = row(HALF, 2, 1);

  static final VectorMask<Float> ROW_3_OF_2 = row(HALF, 2, 2);
  static final VectorMask<Float> ROW_4_OF_2 = row(HALF, 2, 3);

  /** The lanes of the second row's four columns. */
  static final VectorMask<Float> ROW_2_OF_4 = row(FLOATS, 4, 1);

  static final VectorMask<Float> ROW_3_OF_4 = row(FLOATS, 4, 2);
  static final VectorMask<Float> ROW_4_OF_4 = row(FLOATS, 4, 3);

  private SharedLanes() {}

  private static VectorShuffle<Float> repeat(VectorSpecies<Float> species, int columns) {
    return VectorShuffle.fromOp(species, i -> i % columns);
  }

  private static VectorShuffle<Float> from(VectorSpecies<Float> species, int lane) {
    return VectorShuffle.fromOp(species, i -> (i + lane) % species.length());
  }

  private static VectorMask<Float> row(VectorSpecies<Float> species, int columns, int row) {
    boolean[] lanes = new boolean[species.length()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = i / columns == row;
    }
    return VectorMask.fromArray(species, lanes, 0);
  }
}
