package dev.polymath.models.data;

import dev.polymath.models.internal.Randomness;

/**
 * A data set in its two published parts: one to fit on, one to read once at the end.
 *
 * @param train examples to fit on
 * @param test examples kept apart, of the same features and classes or targets
 */
public record TrainTest(DataSet train, DataSet test) {
  /**
   * Checks that the two parts fit together.
   *
   * @throws IllegalArgumentException if image sizes, feature counts, or the names of classes or
   *     targets differ
   */
  public TrainTest {
    boolean alike =
        train.features() == test.features() && train.imageSize().equals(test.imageSize());
    if (!alike || train.task() != test.task() || !train.outputNames().equals(test.outputNames())) {
      throw new IllegalArgumentException("data sets differ: " + train + " and " + test);
    }
  }

  /**
   * Cuts a data set in two, class by class: of n examples {@code round(fraction · n)}, at least
   * one, are kept apart, from each class as near to its share as whole numbers allow, and one of
   * each class stays to fit on. The same seed gives the same parts on every JDK; both keep the
   * order of the examples.
   *
   * @param fraction in (0, 1)
   * @param seed any number
   * @throws IllegalArgumentException if the fraction is out of range, or no class has an example to
   *     spare
   */
  public static TrainTest split(DataSet examples, double fraction, long seed) {
    StratifiedSplit.requireFraction("test fraction", fraction);
    return examples.parts(fraction, new Randomness(seed)).of(examples);
  }
}
