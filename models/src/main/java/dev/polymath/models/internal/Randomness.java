package dev.polymath.models.internal;

/**
 * A stream of random numbers that every JDK draws alike: integer arithmetic and StrictMath alone.
 * Every long is a valid seed.
 *
 * <p>A run's randomness is derived: what is drawn for a step depends on its seed, purpose, epoch
 * and step, and on nothing that was drawn before. So a run can go on anywhere, and no generator's
 * state is ever kept.
 *
 * <p>The numbers are those of {@link java.util.SplittableRandom}: SplitMix64 of Steele, Lea and
 * Flood (2014), with David Stafford's variant 13 of the mixing function.
 */
public final class Randomness {

  /** What a stream is for: two purposes with one seed share no numbers. New ones go to the end. */
  public enum Purpose {
    /** The first weights of a network. */
    WEIGHTS,
    /** Which examples validation holds out. */
    VALIDATION,
    /** The order of an epoch's examples. */
    ORDER,
    /** How far the images of a batch are moved. */
    SHIFTS,
    /** What a gradient check takes for features and labels. */
    CHECK,
    /** Which outputs of hidden layers are dropped. */
    DROPOUT,
    /** The seeds of an ensemble's members. */
    MEMBER,
    /** Which fold an example is in. */
    FOLDS,
    /** In which order a column's values are given to other examples. */
    IMPORTANCE,
    /** The recipes that a search tries. */
    TRIAL
  }

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final long PURPOSE = 0x632be59bd9b4e019L;
  private static final double ULP = 0x1.0p-53;
  private static final double BYTES = 1 / Math.sqrt(43690);

  private long state;
  private double spare = Double.NaN;

  /** The plain stream of a seed. */
  public Randomness(long seed) {
    state = seed;
  }

  /** The stream of a seed and a purpose. */
  public Randomness(long seed, Purpose purpose) {
    state = start(seed, purpose);
  }

  /** The stream of a seed, a purpose, an epoch and a step of it. */
  public Randomness(long seed, Purpose purpose, long epoch, long step) {
    restart(seed, purpose, epoch, step);
  }

  /** Goes to the beginning of the stream of a seed, a purpose, an epoch and a step of it. */
  public void restart(long seed, Purpose purpose, long epoch, long step) {
    state = mix(mix(start(seed, purpose) + GOLDEN * epoch) + GOLDEN * step);
    spare = Double.NaN;
  }

  /**
   * The seed of one member of an ensemble.
   *
   * @param member from 0, which has the seed itself
   */
  public static long memberSeed(long seed, int member) {
    return member == 0 ? seed : new Randomness(seed, Purpose.MEMBER, member, 0).nextLong();
  }

  // Streams whose states differ by a multiple of GOLDEN overlap; a hash in between keeps
  // neighbouring seeds, purposes, epochs and steps apart.
  private static long start(long seed, Purpose purpose) {
    return mix(seed + GOLDEN) + PURPOSE * purpose.ordinal();
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Uniform over all longs. */
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform from 0 to {@code bound − 1}. */
  public int below(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Uniform in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * ((nextLong() >>> 11) * ULP);
  }

  /** From N(0, 1), by Box and Muller. */
  public double gaussian() {
    if (!Double.isNaN(spare)) {
      double result = spare;
      spare = Double.NaN;
      return result;
    }
    double u = ((nextLong() >>> 11) + 1) * ULP; // in (0, 1]: its logarithm is finite
    double angle = 2 * Math.PI * ((nextLong() >>> 11) * ULP);
    double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
    spare = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /**
   * Nearly normal, mean 0, standard deviation 1, within ±4.9: the sum of the eight bytes of one
   * draw. It needs no logarithm, which matters at one draw per pixel.
   */
  public double nearlyGaussian() {
    long bits = nextLong();
    // Pairs of bytes, then of 16-bit sums, then of 32-bit sums.
    bits = (bits & 0x00ff00ff00ff00ffL) + (bits >>> 8 & 0x00ff00ff00ff00ffL);
    bits = (bits & 0x0000ffff0000ffffL) + (bits >>> 16 & 0x0000ffff0000ffffL);
    long sum = (bits & 0xffffffffL) + (bits >>> 32);
    // A byte has mean 127.5 and variance 65535/12; eight of them 1020 and 43690.
    return (sum - 1020) * BYTES;
  }

  /** Puts the elements in a random order (Fisher and Yates). */
  public void shuffle(int[] values) {
    shuffle(values, values.length);
  }

  /** The same with the first {@code count} elements. */
  public void shuffle(int[] values, int count) {
    for (int i = count - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
