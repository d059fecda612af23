package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LocalSteps;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** What a state is on the rows of one shard that were held out. */
record ShardEvaluation(Broadcast<TrainingPlan> plan, Broadcast<TrainingState> state)
    implements FlatMapFunction<Iterator<RowBlock>, ShardEvaluation.Result> {

  private static final int BATCH = 512;

  /** Sums over the rows. */
  record Result(long rows, double loss, double score) implements Serializable {

    static final Result NONE = new Result(0, 0, 0);

    Result and(Result other) {
      return new Result(rows + other.rows, loss + other.loss, score + other.score);
    }
  }

  @Override
  public Iterator<Result> call(Iterator<RowBlock> blocks) {
    return List.of(blocks.hasNext() ? run(blocks) : Result.NONE).iterator();
  }

  private Result run(Iterator<RowBlock> blocks) {
    TrainingPlan plan = this.plan.value();
    Result sum = Result.NONE;
    try (Backend backend = plan.demand().open(Tasks.threads())) {
      Network network = Network.of(backend, plan.layers());
      try (LocalSteps steps =
          new LocalSteps(
              network, plan.recipe().options(), plan.scaling(), plan.output(), plan.weighed(), 1)) {
        steps.restore(state.value().state());
        RowBatch batch = new RowBatch(plan, BATCH);
        while (blocks.hasNext()) {
          RowBlock block = blocks.next();
          ByteBuffer bytes = block.buffer();
          for (int start : block.starts()) {
            batch.add(bytes, start);
            if (batch.full()) {
              sum = sum.and(evaluated(steps, batch));
            }
          }
        }
        return batch.rows() == 0 ? sum : sum.and(evaluated(steps, batch));
      }
    }
  }

  private static Result evaluated(LocalSteps steps, RowBatch batch) {
    Tasks.requireNotKilled();
    LocalSteps.Sums sums = steps.evaluate(batch.examples());
    Result result = new Result(batch.rows(), sums.loss(), sums.score());
    batch.begin(BATCH);
    return result;
  }
}
