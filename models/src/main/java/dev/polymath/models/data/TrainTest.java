package dev.polymath.models.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A data set in its two published parts: one to fit on, one to read once at the end.
 *
 * @param train examples to fit on
 * @param test examples kept apart, of the same features and classes
 */
public record TrainTest(DataSet train, DataSet test) {
  /**
   * Checks that the two parts fit together.
   *
   * @throws IllegalArgumentException if image sizes, feature counts or class names differ
   */
  public TrainTest {
    train.requireSameKind(test);
  }

  /**
   * Cuts a data set in two, class by class: of n examples {@code round(testPart · n)}, at least
   * one, are kept apart, from each class as near to its share as whole numbers allow, and one of
   * each class stays to fit on. The same seed gives the same parts on every JDK; both keep the
   * order of the examples.
   *
   * @param testPart in (0, 1)
   * @param seed any number
   * @throws IllegalArgumentException if the part is out of range, or no class has an example to
   *     spare
   */
  public static TrainTest split(DataSet examples, double testPart, long seed) {
    if (!(testPart > 0 && testPart < 1)) {
      throw new IllegalArgumentException(
          "split: test part " + testPart + ", expected between 0 and 1");
    }
    int[] left = quotas(examples, testPart);
    int[] order = new int[examples.size()];
    Arrays.setAll(order, i -> i);
    Draws.shuffle(new SplittableRandom(seed), order);
    BitSet apart = new BitSet(order.length);
    for (int example : order) {
      if (left[examples.label(example)]-- > 0) {
        apart.set(example);
      }
    }
    return new TrainTest(
        examples.subset(IntStream.range(0, order.length).filter(i -> !apart.get(i)).toArray()),
        examples.subset(apart.stream().toArray()));
  }

  /** How many examples of each class are kept apart. */
  private static int[] quotas(DataSet examples, double part) {
    int[] sizes = new int[examples.classes()];
    for (int i = 0; i < examples.size(); i++) {
      sizes[examples.label(i)]++;
    }
    int spare = Arrays.stream(sizes).map(size -> Math.max(0, size - 1)).sum();
    if (spare == 0) {
      throw new IllegalArgumentException(
          "split: expected a class of at least 2 examples, found "
              + examples.size()
              + " examples of as many classes");
    }
    int[] quotas = new int[sizes.length];
    for (int c = 0; c < sizes.length; c++) {
      quotas[c] = Math.min((int) (part * sizes[c]), Math.max(0, sizes[c] - 1));
    }
    int missing = (int) Math.min(spare, Math.max(1, Math.round(part * examples.size())));
    missing -= Arrays.stream(quotas).sum();
    while (missing > 0) {
      // The classes that are furthest behind their share, each once, then again if need be.
      int[] behind =
          IntStream.range(0, sizes.length)
              .filter(c -> quotas[c] < sizes[c] - 1)
              .boxed()
              .sorted(Comparator.comparingDouble(c -> quotas[c] - part * sizes[c]))
              .limit(missing)
              .mapToInt(c -> c)
              .toArray();
      for (int c : behind) {
        quotas[c]++;
      }
      missing -= behind.length;
    }
    return quotas;
  }
}
