package dev.polymath.models.data;

import dev.polymath.models.internal.Ints;
import dev.polymath.models.internal.Randomness;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A data set cut in two, class by class. Both parts are in the order of the examples.
 *
 * @param kept numbers of the examples to train on, at least one of each class
 * @param heldOut numbers of the others, at least one
 */
record StratifiedSplit(Ints kept, Ints heldOut) {

  /** The two parts of some examples. */
  TrainTest of(DataSet examples) {
    return new TrainTest(examples.subset(kept), examples.subset(heldOut));
  }

  /**
   * Cuts examples by what they answer, unless their rows say otherwise.
   *
   * @param rows null where they do not
   */
  static StratifiedSplit of(
      Answers answers, @Nullable RowSplit rows, double fraction, Randomness random) {
    if (answers instanceof DiskAnswers disk) {
      return disk.split(fraction, random);
    }
    return rows == null ? of(answers.strata(), fraction, random) : rows.of(fraction, random);
  }

  /**
   * Holds out {@code round(fraction · n)} of n examples, from each class as near to its share as
   * whole numbers allow.
   *
   * @param classes the class of each example, from 0
   * @param fraction in (0, 1)
   * @throws IllegalArgumentException if no class has an example to spare
   */
  static StratifiedSplit of(int[] classes, double fraction, Randomness random) {
    int[] sizes = new int[Arrays.stream(classes).max().orElse(0) + 1];
    for (int c : classes) {
      sizes[c]++;
    }
    int[] left = quotas(sizes, classes.length, fraction);
    int[] order = new int[classes.length];
    Arrays.setAll(order, i -> i);
    random.shuffle(order);
    BitSet held = new BitSet(order.length);
    for (int example : order) {
      if (left[classes[example]]-- > 0) {
        held.set(example);
      }
    }
    return new StratifiedSplit(
        Ints.of(IntStream.range(0, order.length).filter(i -> !held.get(i)).toArray()),
        Ints.of(held.stream().toArray()));
  }

  /**
   * Deals the examples of each class in turn, where the class before has left off.
   *
   * @param classes the class of each example, from 0
   */
  static int[] folds(int[] classes, int folds, Randomness random) {
    int[] order = new int[classes.length];
    Arrays.setAll(order, i -> i);
    random.shuffle(order);
    int[] byClass =
        IntStream.of(order)
            .boxed()
            .sorted(Comparator.comparingInt(i -> classes[i]))
            .mapToInt(i -> i)
            .toArray();
    int[] fold = new int[classes.length];
    for (int i = 0; i < byClass.length; i++) {
      fold[byClass[i]] = i % folds;
    }
    return fold;
  }

  /** Requires a fraction that can be held out. */
  static void requireFraction(String what, double fraction) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "split: " + what + ": expected between 0 and 1, found " + fraction);
    }
  }

  /**
   * How many examples of each class are held out.
   *
   * @param sizes of the classes
   * @param examples of all classes
   */
  static int[] quotas(int[] sizes, int examples, double fraction) {
    int spare = Arrays.stream(sizes).map(size -> Math.max(0, size - 1)).sum();
    if (spare == 0) {
      throw new IllegalArgumentException(
          examples == 1
              ? "split: expected at least 2 examples, one to train on and one to hold out, found 1"
              : "split: expected a class of at least 2 examples, found "
                  + examples
                  + " examples of as many classes");
    }
    int[] quotas = new int[sizes.length];
    for (int c = 0; c < sizes.length; c++) {
      quotas[c] = Math.min((int) (fraction * sizes[c]), Math.max(0, sizes[c] - 1));
    }
    int missing = (int) Math.min(spare, Math.max(1, Math.round(fraction * examples)));
    missing -= Arrays.stream(quotas).sum();
    while (missing > 0) {
      // The classes that are furthest behind their share, each once, then again if need be.
      int[] behind =
          IntStream.range(0, sizes.length)
              .filter(c -> quotas[c] < sizes[c] - 1)
              .boxed()
              .sorted(Comparator.comparingDouble(c -> quotas[c] - fraction * sizes[c]))
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
