package dev.polymath.models.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.internal.Randomness.Purpose;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Random numbers")
class RandomnessTest {

  private static final int MANY = 100_000;

  @Test
  @DisplayName("are those of the JDK's SplittableRandom for the same seed")
  void splitMix() {
    for (long seed : new long[] {0, 42, -1, Long.MIN_VALUE}) {
      Randomness random = new Randomness(seed);
      SplittableRandom expected = new SplittableRandom(seed);
      for (int i = 0; i < 100; i++) {
        assertEquals(expected.nextLong(), random.nextLong());
      }
    }
  }

  @Test
  @DisplayName("start again at the same place, with no half of a pair of normal numbers left")
  void restart() {
    Randomness random = new Randomness(7, Purpose.ORDER, 3, 5);
    double first = random.gaussian();
    random.restart(7, Purpose.ORDER, 3, 5);
    assertEquals(first, random.gaussian());
    for (long[] other : new long[][] {{8, 3, 5}, {7, 4, 5}, {7, 3, 6}, {7, 5, 3}}) {
      assertNotEquals(
          first, new Randomness(other[0], Purpose.ORDER, other[1], other[2]).gaussian());
    }
    assertNotEquals(first, new Randomness(7, Purpose.SHIFTS, 3, 5).gaussian());
  }

  @Test
  @DisplayName("below a bound hit each number alike often")
  void below() {
    Randomness random = new Randomness(1);
    int[] counts = new int[7];
    for (int i = 0; i < MANY; i++) {
      counts[random.below(7)]++;
    }
    for (int count : counts) {
      assertEquals(MANY / 7.0, count, 5 * Math.sqrt(MANY * (1 / 7.0) * (6 / 7.0)));
    }
    assertEquals(0, random.below(1));
    assertTrue(random.below(Integer.MAX_VALUE) >= 0);
  }

  @Test
  @DisplayName("between two bounds are uniform: in range, with their mean and variance")
  void uniform() {
    Randomness random = new Randomness(2);
    double[] values = new double[MANY];
    Arrays.setAll(values, i -> random.uniform(-1, 3));
    assertTrue(Arrays.stream(values).allMatch(v -> v >= -1 && v < 3));
    assertMoments(values, 1, 16 / 12.0);
    assertTrue(Arrays.stream(values).min().orElseThrow() < -0.99);
    assertTrue(Arrays.stream(values).max().orElseThrow() > 2.99);
  }

  @Test
  @DisplayName("that are nearly normal have mean 0 and variance 1, as the sum of eight bytes")
  void nearlyGaussian() {
    Randomness random = new Randomness(3);
    SplittableRandom bits = new SplittableRandom(3);
    double[] values = new double[MANY];
    for (int i = 0; i < MANY; i++) {
      values[i] = random.nearlyGaussian();
      long sum = 0;
      long word = bits.nextLong();
      for (int b = 0; b < 64; b += 8) {
        sum += word >>> b & 0xff;
      }
      assertEquals((sum - 1020) / Math.sqrt(43690), values[i], 1e-12);
    }
    assertMoments(values, 0, 1);
  }

  @Test
  @DisplayName("that are normal have mean 0 and variance 1, each one new")
  void gaussian() {
    Randomness random = new Randomness(4);
    double[] values = new double[MANY];
    Arrays.setAll(values, i -> random.gaussian());
    assertMoments(values, 0, 1);
    assertTrue(Arrays.stream(values).distinct().count() > MANY - 10);
  }

  private static void assertMoments(double[] values, double mean, double variance) {
    double found = Arrays.stream(values).average().orElseThrow();
    assertEquals(mean, found, 5 * Math.sqrt(variance / values.length));
    double squares =
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertEquals(variance, squares, 5 * variance * Math.sqrt(2.0 / values.length));
  }

  @Test
  @DisplayName("shuffle: every element stays, and a seed means one order")
  void shuffle() {
    int[] values = {0, 1, 2, 3, 4, 5, 6, 7};
    new Randomness(5).shuffle(values);
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    assertEquals("[0, 1, 2, 3, 4, 5, 6, 7]", Arrays.toString(sorted));
    int[] again = {0, 1, 2, 3, 4, 5, 6, 7};
    new Randomness(5).shuffle(again);
    assertEquals(Arrays.toString(values), Arrays.toString(again));
    new Randomness(6).shuffle(again);
    assertNotEquals(Arrays.toString(values), Arrays.toString(again));
  }

  @Test
  @DisplayName("of a member: the first one's seed is the run's, the others' are their own")
  void members() {
    assertEquals(9, Randomness.memberSeed(9, 0));
    assertNotEquals(Randomness.memberSeed(9, 1), Randomness.memberSeed(9, 2));
    assertEquals(new Randomness(9, Purpose.MEMBER, 1, 0).nextLong(), Randomness.memberSeed(9, 1));
  }

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** The hash that SplittableRandom makes of its state. */
  private static long mixed(long state) {
    return new SplittableRandom(state - GOLDEN).nextLong();
  }

  @Test
  @DisplayName("start where hashes of seed, purpose, epoch and step say, for ever")
  void start() {
    long purpose = 0x632be59bd9b4e019L * Purpose.SHIFTS.ordinal();
    long begun = mixed(7 + GOLDEN) + purpose;
    assertEquals(mixed(begun + GOLDEN), new Randomness(7, Purpose.SHIFTS).nextLong());
    long state = mixed(mixed(begun + 3 * GOLDEN) + 5 * GOLDEN);
    assertEquals(mixed(state + GOLDEN), new Randomness(7, Purpose.SHIFTS, 3, 5).nextLong());
  }

  @Test
  @DisplayName("take one number for each place of a shuffle but the last")
  void shuffleTakes() {
    Randomness random = new Randomness(11);
    random.shuffle(new int[4]);
    Randomness other = new Randomness(11);
    for (int i = 0; i < 3; i++) {
      other.nextLong();
    }
    assertEquals(other.nextLong(), random.nextLong());
  }
}
