package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.INT_TYPE;
import static dev.polymath.backend.arrays.Lanes.LONG_TYPE;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of the squares of columns, in double: the chains of {@link ScalarSquares}, vectors of them
 * at once.
 *
 * <p>A vector of floats becomes one of doubles for the even lanes and one for the odd, by shifts: a
 * conversion, which changes the shape, is an object on JDK 17. The exponent of a float, moved to
 * the place of a double's, is 896 too small, and the product with 2⁸⁹⁶ is the float's size exactly,
 * that of a subnormal number too. The sign does not matter to a square.
 *
 * <p>∞ and NaN become finite that way, from 2¹²⁸ up. Columns whose sums they may be in are summed
 * again, one by one.
 */
final class VectorSquares {

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, FLOATS.vectorShape());

  private static final Class<DoubleVector> DOUBLE_TYPE = Lanes.type(DOUBLES);

  private static final int L = Lanes.COUNT;

  private static final int TWO = 2 * L;

  /** Lanes of a vector of doubles. */
  private static final int HALF = L / 2;

  /** The bits of a float without its sign, 29 places up. */
  private static final long SIZE = 0x0fff_ffff_e000_0000L;

  private static final double SCALE = 0x1p896;

  /** The square of what ∞ becomes. */
  private static final double SUSPECT = 0x1p256;

  /** Of fewer rows, the way there and back takes longer than the sums. */
  private static final int FEW = 8;

  /** Where the sums are first, even lanes before odd ones. */
  private static final int ROOM = SumOfSquaresJob.SIDE;

  private VectorSquares() {}

  static void columns(float[] x, int at, int stride, int rows, double[] sums, int sumsAt, int n) {
    int j = 0;
    // A loop of a single vector would be compiled into the same code as this one, and JDK 17 then
    // makes an object of each of its sums.
    for (; n - j >= TWO && rows >= FEW; j += TWO) {
      two(x, at + j, stride, rows, sums);
      if (!interleave(sums, sumsAt + j)) {
        ScalarSquares.columns(x, at + j, stride, rows, sums, sumsAt + j, TWO);
      }
    }
    ScalarSquares.columns(x, at + j, stride, rows, sums, sumsAt + j, n - j);
  }

  /** Puts the sums in the order of the columns; false if one may hide ∞ or NaN. */
  private static boolean interleave(double[] sums, int to) {
    double most = 0;
    for (int v = 0; v < TWO; v += L) {
      for (int i = 0; i < HALF; i++) {
        double even = sums[ROOM + v + i];
        double odd = sums[ROOM + v + HALF + i];
        sums[to + v + 2 * i] = even;
        sums[to + v + 2 * i + 1] = odd;
        most = Math.max(most, Math.max(even, odd));
      }
    }
    return most < SUSPECT;
  }

  /** Four chains of vectors of doubles. */
  private static void two(float[] x, int at, int stride, int rows, double[] sums) {
    DoubleVector even0 = DoubleVector.zero(DOUBLES);
    DoubleVector odd0 = even0;
    DoubleVector even1 = even0;
    DoubleVector odd1 = even0;
    for (int i = 0, p = at; i < rows; i++, p += stride) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, x, p));
      LongVector bits = LONG_TYPE.cast(INT_TYPE.cast(v.reinterpretAsInts()).reinterpretAsLongs());
      LongVector size = LONG_TYPE.cast(bits.lanewise(LSHL, 29));
      DoubleVector d = DOUBLE_TYPE.cast(LONG_TYPE.cast(size.and(SIZE)).reinterpretAsDoubles());
      d = DOUBLE_TYPE.cast(d.mul(SCALE));
      even0 = d.fma(d, even0);
      size = LONG_TYPE.cast(bits.lanewise(LSHR, 3));
      d = DOUBLE_TYPE.cast(LONG_TYPE.cast(size.and(SIZE)).reinterpretAsDoubles());
      d = DOUBLE_TYPE.cast(d.mul(SCALE));
      odd0 = d.fma(d, odd0);
      v = TYPE.cast(fromArray(FLOATS, x, p + L));
      bits = LONG_TYPE.cast(INT_TYPE.cast(v.reinterpretAsInts()).reinterpretAsLongs());
      size = LONG_TYPE.cast(bits.lanewise(LSHL, 29));
      d = DOUBLE_TYPE.cast(LONG_TYPE.cast(size.and(SIZE)).reinterpretAsDoubles());
      d = DOUBLE_TYPE.cast(d.mul(SCALE));
      even1 = d.fma(d, even1);
      size = LONG_TYPE.cast(bits.lanewise(LSHR, 3));
      d = DOUBLE_TYPE.cast(LONG_TYPE.cast(size.and(SIZE)).reinterpretAsDoubles());
      d = DOUBLE_TYPE.cast(d.mul(SCALE));
      odd1 = d.fma(d, odd1);
    }
    DOUBLE_TYPE.cast(even0).intoArray(sums, ROOM);
    DOUBLE_TYPE.cast(odd0).intoArray(sums, ROOM + HALF);
    DOUBLE_TYPE.cast(even1).intoArray(sums, ROOM + L);
    DOUBLE_TYPE.cast(odd1).intoArray(sums, ROOM + L + HALF);
  }
}
