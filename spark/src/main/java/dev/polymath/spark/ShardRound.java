package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LocalSteps;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * A round on one shard: some steps, one after the other, from the state that all shards begin with.
 * A function of plan, state, place in the training and rows: run again elsewhere, it gives the same
 * bits.
 *
 * @param epoch from 0
 * @param round of the epoch, from 0
 * @param done counts the rows that were trained on
 */
record ShardRound(
    Broadcast<TrainingPlan> plan,
    Broadcast<TrainingState> state,
    int epoch,
    int round,
    LongAccumulator done)
    implements Function2<Integer, Iterator<RowBlock>, Iterator<ShardRound.Result>> {

  /** Rows are drawn from so many bytes of blocks at a time: all of a shard that is no larger. */
  private static final long WINDOW = 32 << 20;

  /**
   * What a round has come to.
   *
   * @param shard its number
   * @param state null if the shard has no rows in this round
   * @param rows that it trained on
   * @param loss summed over the rows, each taken before its step
   * @param score summed over the rows: see {@link LocalSteps.Sums#score}
   * @param seconds that the task has computed, from the opening of a session to its end
   * @param problem why it broke off; null if it did not
   */
  record Result(
      int shard,
      @Nullable TrainingState state,
      long rows,
      double loss,
      double score,
      double seconds,
      @Nullable String problem)
      implements Serializable {}

  @Override
  public Iterator<Result> call(Integer shard, Iterator<RowBlock> blocks) {
    return List.of(run(shard, blocks)).iterator();
  }

  private Result run(int shard, Iterator<RowBlock> blocks) {
    TrainingPlan plan = this.plan.value();
    int first = plan.firstStep(round);
    int end = plan.firstStep(round + 1);
    if (plan.firstRow(shard, first) == plan.firstRow(shard, end)) {
      return new Result(shard, null, 0, 0, 0, 0, null);
    }
    long start = System.nanoTime();
    try (Backend backend = plan.demand().open(Tasks.threads())) {
      Network network = Network.of(backend, plan.layers());
      try (LocalSteps steps =
          new LocalSteps(
              network,
              plan.recipe().options(),
              plan.scaling(),
              plan.output(),
              plan.weighed(),
              plan.mostRows(shard))) {
        steps.restore(state.value().state());
        Course course = new Course(plan, shard, steps, first, end);
        course.follow(blocks);
        return course.result((System.nanoTime() - start) * 1e-9);
      }
    }
  }

  /** The steps of the round, as rows arrive. */
  private final class Course {

    private final TrainingPlan plan;
    private final int shard;
    private final LocalSteps steps;
    private final int end;
    private final long lastRow;
    private int step;
    private long row;
    private final RowBatch batch;
    private double loss;
    private double score;
    private long rows;
    private @Nullable String problem;

    Course(TrainingPlan plan, int shard, LocalSteps steps, int first, int end) {
      this.plan = plan;
      this.shard = shard;
      this.steps = steps;
      this.end = end;
      step = first;
      row = plan.firstRow(shard, first);
      lastRow = plan.firstRow(shard, end);
      batch = new RowBatch(plan, plan.mostRows(shard));
      beginBatch();
    }

    /** Goes to the next step that has rows. */
    private void beginBatch() {
      while (step < end && plan.firstRow(shard, step + 1) == row) {
        step++;
      }
      batch.begin((int) (plan.firstRow(shard, Math.min(step + 1, end)) - row));
    }

    void follow(Iterator<RowBlock> blocks) {
      long from = 0;
      for (int window = 0; row < lastRow && problem == null && blocks.hasNext(); window++) {
        List<RowBlock> drawn = new ArrayList<>();
        long bytes = 0;
        int count = 0;
        while (bytes < WINDOW && blocks.hasNext()) {
          RowBlock block = blocks.next();
          drawn.add(block);
          bytes += block.bytes().length;
          count += block.rows();
        }
        if (from + count > row) {
          draw(drawn, count, window, from);
        }
        from += count;
      }
      if (problem == null && row < lastRow) {
        throw new IllegalStateException(
            "shard "
                + shard
                + ": expected "
                + lastRow
                + " rows, found "
                + from
                + ": the rows differ from those that were counted");
      }
    }

    private void draw(List<RowBlock> drawn, int count, int window, long from) {
      int[] order = new int[count];
      int[] block = new int[count];
      int[] place = new int[count];
      int at = 0;
      for (int b = 0; b < drawn.size(); b++) {
        for (int i = 0; i < drawn.get(b).rows(); i++) {
          order[at] = at;
          block[at] = b;
          place[at++] = i;
        }
      }
      long stream = ((long) shard << 24) + window;
      new Randomness(plan.recipe().seed(), Randomness.Purpose.ORDER, epoch + 1, stream)
          .shuffle(order);
      for (int i = (int) (row - from); i < count && row < lastRow && problem == null; i++) {
        RowBlock holder = drawn.get(block[order[i]]);
        batch.add(holder.buffer(), holder.starts()[place[order[i]]]);
        row++;
        if (batch.full()) {
          take();
        }
      }
    }

    private void take() {
      Tasks.requireNotKilled();
      long number = (long) epoch * plan.stepsPerEpoch() + step;
      int count = batch.rows();
      double value = steps.step(batch.examples(), plan.rate(number), shard, number);
      if (!Double.isFinite(value)) {
        problem =
            "step "
                + (number + 1)
                + " (epoch "
                + (epoch + 1)
                + "): the loss is "
                + value
                + "; first value that is not finite: "
                + steps.firstNotFinite(count);
        return;
      }
      loss += value * count;
      score += steps.score();
      rows += count;
      done.add(count);
      step++;
      beginBatch();
    }

    Result result(double seconds) {
      TrainingState after = problem == null ? TrainingState.of(steps.state()) : null;
      return new Result(shard, after, rows, loss, score, seconds, problem);
    }
  }
}
