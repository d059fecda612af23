package dev.polymath.models.training;

/** The figures of {@link TrainingOptions#tables}: each was chosen on parts of training files. */
final class TableRecipe {

  static final double LEARNING_RATE = 0.002;
  static final double WEIGHT_DECAY = 0.02;
  static final double DROPOUT = 0.1;
  static final int FOLDS = 4;

  private static final int SMALLEST_BATCH = 16;
  private static final int LARGEST_BATCH = 256;

  /** Steps of an epoch that the batches aim at. */
  private static final int EPOCH_STEPS = 25;

  private static final int STEPS = 3000;
  private static final int FEWEST_EPOCHS = 20;
  private static final int MOST_EPOCHS = 200;

  private static final int LEAST_PATIENCE = 8;

  private TableRecipe() {}

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
