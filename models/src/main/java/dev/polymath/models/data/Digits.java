package dev.polymath.models.data;

import dev.polymath.models.internal.Randomness;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Handwriting-like digits, drawn by a model of strokes: each digit is one of several paths of a
 * pen, written with random slant, turn, size, place, line width, pressure, wobble and noise.
 *
 * <p>28 × 28 pixels, light on dark as in MNIST, ten balanced classes. 10,000 examples to train on
 * and 2,000 to test, from one distribution and different random streams. A linear model gets about
 * 84 % right, a network with hidden layers about 99 %.
 */
public final class Digits {
  private static final int TRAIN = 10_000;
  private static final int TEST = 2_000;
  private static final int BLOCK = 250;

  private Digits() {}

  /**
   * Draws a data set. The same seed gives the same pixels on every JDK, for any number of threads.
   *
   * @param seed any number; another seed gives other training and test examples
   */
  public static TrainTest generate(long seed) {
    Randomness random = new Randomness(seed);
    return new TrainTest(draw(TRAIN, random), draw(TEST, random));
  }

  private static DataSet draw(int examples, Randomness random) {
    int[] labels = new int[examples];
    long[] seeds = new long[examples];
    for (int i = 0; i < examples; i++) {
      labels[i] = i % 10;
      seeds[i] = random.nextLong();
    }
    random.shuffle(labels);
    ImageSize size = new ImageSize(DigitPainter.SIDE, DigitPainter.SIDE);
    byte[] pixels = new byte[examples * size.pixels()];
    // Every image has a stream of its own, so blocks may be drawn in any order.
    IntStream.range(0, examples / BLOCK)
        .parallel()
        .forEach(
            block -> {
              DigitPainter painter = new DigitPainter();
              for (int i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
                painter.paint(labels[i], new Randomness(seeds[i]), pixels, i * size.pixels());
              }
            });
    return new DataSet(
        PixelFeatures.ofUnsigned(size, pixels),
        labels,
        List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  }
}
