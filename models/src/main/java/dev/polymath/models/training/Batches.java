package dev.polymath.models.training;

import dev.polymath.RowSource;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.passes.DataRows;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.TargetRows;

/**
 * The batches of a run: which training examples come when, and what a pass gets of them. Allocates
 * nothing once made.
 */
final class Batches {

  /** Examples of a batch; the last of an epoch may have fewer. */
  final int size;

  /** Batches of an epoch. */
  final int count;

  private final DataSet data;
  private final TargetRows targets;
  private final Order order;
  private final int[] examples;
  private final int[] dx;
  private final int[] dy;
  private final int shifts;
  private final boolean shifting;
  private final long seed;
  private final Randomness random;
  private final DropoutMasks dropout;
  private final RowSource features;

  /**
   * @param options decided for the data
   * @param targets of the data
   */
  Batches(DataSet data, TrainingOptions options, InputScaling scaling, TargetRows targets) {
    this.data = data;
    this.targets = targets;
    size = Math.min(options.batch(), data.size());
    count = (data.size() + size - 1) / size;
    order =
        options.isInBlocks()
            ? new BlockOrder(data.size(), options.seed())
            : Order.full(data.size(), options.seed());
    examples = new int[size];
    dx = new int[size];
    dy = new int[size];
    shifts = options.shifts().orElse(0);
    shifting = shifts > 0 && requireSmallShifts(data, shifts);
    seed = options.seed();
    random = new Randomness(seed);
    dropout = new DropoutMasks(options.dropout());
    features =
        shifting
            ? new DataRows(data, scaling, examples, dx, dy)
            : new DataRows(data, scaling, examples);
  }

  /** Whether the data are images, and then large enough. */
  private static boolean requireSmallShifts(DataSet data, int pixels) {
    if (data.imageSize().isEmpty()) {
      return false;
    }
    ImageSize size = data.imageSize().get();
    if (pixels >= Math.min(size.height(), size.width())) {
      throw new IllegalArgumentException(
          "shifts: expected less than the image's "
              + size.height()
              + " x "
              + size.width()
              + " pixels, found "
              + pixels);
    }
    return true;
  }

  /** Examples of an epoch. */
  int examples() {
    return data.size();
  }

  /** Examples of the last batch of an epoch; 0 where it is full. */
  int tail() {
    return data.size() % size;
  }

  /** Examples of a batch, the first of which is 1. */
  int rows(int batch) {
    return Math.min(size, data.size() - from(batch));
  }

  private int from(int batch) {
    return (batch - 1) * size;
  }

  /** An epoch's order depends on the seed and the epoch alone, not on the order before. */
  void shuffle(int epoch) {
    order.shuffle(epoch);
  }

  /** Writes the features, targets and masks of a batch to a pass. */
  void fill(int epoch, int batch, GradientPass pass) {
    int rows = rows(batch);
    order.take(from(batch), rows, examples);
    if (shifting) {
      random.restart(seed, Randomness.Purpose.SHIFTS, epoch, batch);
      for (int i = 0; i < rows; i++) {
        dx[i] = random.below(2 * shifts + 1) - shifts;
        dy[i] = random.below(2 * shifts + 1) - shifts;
      }
    }
    pass.features(rows, features);
    targets.fill(data, examples, 0, rows, pass.targets);
    pass.weigh(data, examples, 0, rows);
    if (pass.masks.length > 0) {
      random.restart(seed, Randomness.Purpose.DROPOUT, epoch, batch);
      dropout.draw(random, pass.masks, rows, pass.rows());
    }
  }

  /** What {@link TargetRows#score} says of a pass over the batch that was filled last. */
  double score(int batch, GradientPass pass) {
    return targets.score(data, examples, 0, rows(batch), pass.outputs);
  }
}
