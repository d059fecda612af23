package dev.polymath.models.training;

import dev.polymath.models.optim.AdamW;

/** The figures of {@link TrainingOptions#tables}: each was chosen on parts of training files. */
final class TableRecipe {

  private static final double LEARNING_RATE = 0.002;
  private static final double WEIGHT_DECAY = 0.02;
  private static final double DROPOUT = 0.1;
  private static final int FOLDS = 4;

  private static final int SMALLEST_BATCH = 16;
  private static final int LARGEST_BATCH = 256;

  /** Steps of an epoch that the batches aim at. */
  private static final int EPOCH_STEPS = 25;

  private static final int STEPS = 3000;
  private static final int FEWEST_EPOCHS = 20;
  private static final int MOST_EPOCHS = 200;

  private static final int LEAST_PATIENCE = 8;

  /** From so many examples on an epoch is long, and a part of them says enough of the others. */
  static final int LARGE = 1_000_000;

  private static final int LARGE_HELD_OUT = 50_000;
  private static final int LARGE_STEPS = 40_000;
  private static final int LARGE_PATIENCE = 3;

  private TableRecipe() {}

  static TrainingOptions options(TrainingOptions usual, int examples) {
    if (examples >= LARGE) {
      return large(usual, examples);
    }
    int folds = Math.min(FOLDS, examples);
    int learned = examples - examples / folds;
    int batch = batch(learned);
    int epochs = epochs(learned, batch);
    TrainingOptions options = common(usual).batch(batch).epochs(epochs);
    return folds == 1 ? options : options.folds(folds).patience(patience(epochs)).calibrate(true);
  }

  /** Few epochs, for each has thousands of steps, and one part held out. */
  private static TrainingOptions large(TrainingOptions usual, int examples) {
    int epochs = LARGE_STEPS / (examples / LARGEST_BATCH);
    return common(usual)
        .batch(LARGEST_BATCH)
        .epochs(Math.max(2, epochs))
        .validation((double) LARGE_HELD_OUT / examples)
        .patience(LARGE_PATIENCE)
        .calibrate(true);
  }

  private static TrainingOptions common(TrainingOptions usual) {
    return usual
        .optimizer(new AdamW(WEIGHT_DECAY))
        .learningRate(LEARNING_RATE)
        .dropout(DROPOUT)
        .labelSmoothing(0);
  }

  /** The power of two nearest to a 25th of the examples, in bounds. */
  static int batch(int examples) {
    int batch = SMALLEST_BATCH;
    // The next power is nearer, measured by ratio, from its square root's multiple on.
    while (batch < LARGEST_BATCH
        && 2L * batch * batch * EPOCH_STEPS * EPOCH_STEPS <= (long) examples * examples) {
      batch *= 2;
    }
    return batch;
  }

  static int epochs(int examples, int batch) {
    int steps = Math.max(1, examples / batch);
    return Math.max(FEWEST_EPOCHS, Math.min(MOST_EPOCHS, STEPS / steps));
  }

  static int patience(int epochs) {
    return Math.max(LEAST_PATIENCE, epochs / 6);
  }
}
