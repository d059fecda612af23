package dev.polymath.models.training;

import dev.polymath.models.internal.Randomness;

/**
 * An order that suits a disk: blocks of neighbouring examples are taken in random order, and so
 * many of them as make a window are shuffled together, example by example. A window of few examples
 * is read at once, and stays in memory while it is used.
 *
 * <p>Up to a window, the order is that of {@link Order#full}.
 */
final class BlockOrder implements Order {

  /** Examples of a block: some hundred kilobytes of a table. */
  static final int BLOCK = 1024;

  /** Blocks of a window. */
  static final int WINDOW = 64;

  private final int examples;
  private final long seed;
  private final int[] blocks;
  private final int[] window = new int[BLOCK * WINDOW];
  private final Randomness random;
  private int epoch;
  private int loaded = -1;
  private int begin;
  private int end;

  BlockOrder(int examples, long seed) {
    this.examples = examples;
    this.seed = seed;
    this.blocks = new int[(int) (((long) examples + BLOCK - 1) / BLOCK)];
    this.random = new Randomness(seed);
  }

  @Override
  public void shuffle(int epoch) {
    this.epoch = epoch;
    loaded = -1;
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = i;
    }
    if (blocks.length > WINDOW) {
      random.restart(seed, Randomness.Purpose.ORDER, epoch, 0);
      random.shuffle(blocks);
    }
  }

  @Override
  public void take(int from, int count, int[] target) {
    int done = 0;
    while (done < count) {
      int at = from + done;
      if (loaded < 0 || at < begin) {
        load(0, 0);
      }
      while (at >= end) {
        load(loaded + 1, end);
      }
      int piece = Math.min(count - done, end - at);
      System.arraycopy(window, at - begin, target, done, piece);
      done += piece;
    }
  }

  /** Draws a window, which begins at a place of the order. */
  private void load(int number, int at) {
    int size = 0;
    int last = Math.min(blocks.length, (number + 1) * WINDOW);
    for (int b = number * WINDOW; b < last; b++) {
      int first = blocks[b] * BLOCK;
      int rows = Math.min(BLOCK, examples - first);
      for (int i = 0; i < rows; i++) {
        window[size++] = first + i;
      }
    }
    // A window that is all there is has the stream of the whole order.
    long step = blocks.length > WINDOW ? 1L + number : 0;
    random.restart(seed, Randomness.Purpose.ORDER, epoch, step);
    random.shuffle(window, size);
    loaded = number;
    begin = at;
    end = at + size;
  }
}
