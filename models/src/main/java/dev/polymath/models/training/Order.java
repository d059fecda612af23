package dev.polymath.models.training;

import dev.polymath.models.internal.Randomness;

/** In which order an epoch takes its examples. It depends on the seed and the epoch alone. */
interface Order {

  /** Draws the order of an epoch, from 1. */
  void shuffle(int epoch);

  /** Writes the examples from a place of the order on to the first elements of {@code target}. */
  void take(int from, int count, int[] target);

  /** One by one, over all examples: needs an int for each. */
  static Order full(int examples, long seed) {
    int[] order = new int[examples];
    Randomness random = new Randomness(seed);
    return new Order() {
      @Override
      public void shuffle(int epoch) {
        for (int i = 0; i < order.length; i++) {
          order[i] = i;
        }
        random.restart(seed, Randomness.Purpose.ORDER, epoch, 0);
        random.shuffle(order);
      }

      @Override
      public void take(int from, int count, int[] target) {
        System.arraycopy(order, from, target, 0, count);
      }
    };
  }
}
