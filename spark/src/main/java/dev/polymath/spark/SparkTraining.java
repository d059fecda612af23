package dev.polymath.spark;

import dev.polymath.models.training.LocalSteps;
import dev.polymath.models.training.TrainingDivergedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of a training: synchronous rounds. Each ships the state to all shards, lets
 * each take some steps by itself, and takes the mean of what they have come to, in the order of the
 * shards.
 */
final class SparkTraining {

  private static final Logger LOG = LoggerFactory.getLogger(SparkTraining.class);

  private final JavaSparkContext spark;
  private final DealtRows rows;
  private final TrainingPlan plan;
  private final Progress progress;
  private final @Nullable Checkpoints checkpoints;
  private final Listener listener;
  private final Broadcast<TrainingPlan> shipped;
  private final LongAccumulator done;
  private int resumedAfter;
  private double roundSeconds;
  private double computeSeconds;

  /** Hears of a training, between two rounds. */
  interface Listener {
    /** A round has ended, and a checkpoint of it was written where it was due. */
    void round(int epoch, int round);
  }

  /**
   * @param checkpoints where the state is kept; null for nowhere
   */
  SparkTraining(
      JavaSparkContext spark,
      DealtRows rows,
      TrainingPlan plan,
      @Nullable Checkpoints checkpoints,
      Listener listener) {
    this.spark = spark;
    this.rows = rows;
    this.plan = plan;
    this.checkpoints = checkpoints;
    this.listener = listener;
    shipped = spark.broadcast(plan);
    done = spark.sc().longAccumulator("polymath: rows trained on");
    progress = new Progress();
  }

  /** What a training has come to between two rounds. */
  static final class Progress {
    /** Epochs that have ended. */
    final List<TrainingSummary.Epoch> epochs = new ArrayList<>();

    /** Rounds of the epoch that goes on. */
    int round;

    /** Of the epoch that goes on: sums over rows, in the order of rounds and shards. */
    long seen;

    double loss;
    double score;
    double seconds;
    @Nullable TrainingState state;

    /** The epoch with the lowest validation loss so far; 0 for none. */
    int best;

    @Nullable TrainingState bestState;
    TrainingSummary.@Nullable Ending ending;
  }

  /**
   * Trains to the end.
   *
   * @return the parameters by their names
   */
  Map<String, float[]> run() throws IOException {
    try {
      if (checkpoints != null && checkpoints.restore(progress)) {
        resumedAfter = progress.epochs.size() * plan.roundsPerEpoch() + progress.round;
        LOG.info("polymath: goes on after {} rounds, from a checkpoint", resumedAfter);
      } else {
        progress.state = begin();
      }
      while (progress.ending == null) {
        epoch();
      }
      TrainingState kept = progress.best > 0 ? progress.bestState : progress.state;
      return LocalSteps.parameters(required(kept).state());
    } finally {
      describe(null);
      shipped.unpersist(false);
    }
  }

  private static TrainingState required(@Nullable TrainingState state) {
    if (state == null) {
      throw new IllegalStateException("training: no state");
    }
    return state;
  }

  /** Draws the parameters on an executor: the driver needs no backend. */
  private TrainingState begin() {
    describe("polymath: drawing the parameters");
    Broadcast<TrainingPlan> plan = shipped;
    return spark.parallelize(List.of(0), 1).map(zero -> FirstState.of(plan.value())).first();
  }

  private void describe(@Nullable String text) {
    spark.setJobDescription(text);
  }

  private void epoch() throws IOException {
    int epoch = progress.epochs.size();
    int rounds = plan.roundsPerEpoch();
    while (progress.round < rounds) {
      long start = System.nanoTime();
      int round = progress.round;
      describe(
          "polymath: epoch "
              + (epoch + 1)
              + " of "
              + plan.recipe().epochs()
              + ", round "
              + (round + 1)
              + " of "
              + rounds);
      exchange(epoch, round);
      progress.round++;
      double seconds = (System.nanoTime() - start) * 1e-9;
      roundSeconds += seconds;
      progress.seconds += seconds;
      if (progress.round < rounds) {
        keep(false);
        listener.round(epoch, round);
      }
    }
    end(epoch);
    keep(true);
    listener.round(epoch, rounds - 1);
  }

  private void keep(boolean epochEnded) throws IOException {
    if (checkpoints != null) {
      checkpoints.keep(progress, epochEnded);
    }
  }

  /** One round: its results are summed in the order of the shards, whichever came first. */
  private void exchange(int epoch, int round) {
    Broadcast<TrainingState> state = spark.broadcast(required(progress.state));
    List<ShardRound.Result> results;
    try {
      results =
          rows.blocks()
              .mapPartitionsWithIndex(new ShardRound(shipped, state, epoch, round, done), true)
              .collect();
    } finally {
      state.destroy(false);
    }
    List<TrainingState> states = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (ShardRound.Result result : results) {
      if (result.problem() != null) {
        throw new TrainingDivergedException(
            (long) epoch * plan.stepsPerEpoch() + plan.firstStep(round) + 1,
            epoch + 1,
            "shard " + result.shard() + ": " + result.problem() + "; a smaller stepSize may help");
      }
      computeSeconds += result.seconds();
      if (result.state() != null) {
        states.add(result.state());
        counts.add(result.rows());
        progress.seen += result.rows();
        progress.loss += result.loss();
        progress.score += result.score();
      }
    }
    if (!states.isEmpty()) {
      progress.state = TrainingState.mean(states, counts);
    }
  }

  private void end(int epoch) {
    long start = System.nanoTime();
    double validationLoss = Double.NaN;
    double validationScore = Double.NaN;
    if (rows.heldOut().rows > 0) {
      describe("polymath: epoch " + (epoch + 1) + ": evaluating the rows held out");
      ShardEvaluation.Result held = evaluated();
      validationLoss = held.loss() / held.rows();
      validationScore = score(held.score() / held.rows());
    }
    TrainingSummary.Epoch ended =
        new TrainingSummary.Epoch(
            epoch + 1,
            progress.loss / progress.seen,
            score(progress.score / progress.seen),
            validationLoss,
            validationScore,
            progress.seconds + (System.nanoTime() - start) * 1e-9);
    follow(ended);
    progress.epochs.add(ended);
    progress.round = 0;
    progress.seen = 0;
    progress.loss = 0;
    progress.score = 0;
    progress.seconds = 0;
    LOG.info("polymath: {}", ended);
  }

  /** Classes have an accuracy, numbers an error in the target's unit. */
  private double score(double mean) {
    return plan.recipe().classes() ? mean : plan.targetScale() * Math.sqrt(mean);
  }

  private ShardEvaluation.Result evaluated() {
    Broadcast<TrainingState> state = spark.broadcast(required(progress.state));
    try {
      ShardEvaluation.Result sum = ShardEvaluation.Result.NONE;
      JavaRDD<RowBlock> held = rows.heldBlocks();
      for (ShardEvaluation.Result part :
          held.mapPartitions(new ShardEvaluation(shipped, state)).collect()) {
        sum = sum.and(part);
      }
      return sum;
    } finally {
      state.destroy(false);
    }
  }

  /** What an epoch means for those to come. */
  private void follow(TrainingSummary.Epoch ended) {
    TrainingPlan.Recipe recipe = plan.recipe();
    boolean held = !Double.isNaN(ended.validationLoss());
    if (held) {
      double lowest =
          progress.best == 0
              ? Double.POSITIVE_INFINITY
              : progress.epochs.get(progress.best - 1).validationLoss();
      if (progress.best == 0 || ended.validationLoss() < lowest) {
        progress.best = ended.epoch();
        progress.bestState = progress.state;
      }
    }
    if (!progress.epochs.isEmpty() && recipe.tol() > 0) {
      TrainingSummary.Epoch before = progress.epochs.get(progress.epochs.size() - 1);
      double was = held ? before.validationLoss() : before.loss();
      double is = held ? ended.validationLoss() : ended.loss();
      if (was - is < recipe.tol() * Math.abs(was)) {
        progress.ending = TrainingSummary.Ending.TOLERANCE;
      }
    }
    if (held && recipe.patience() > 0 && ended.epoch() - progress.best >= recipe.patience()) {
      progress.ending = TrainingSummary.Ending.PATIENCE;
    }
    if (ended.epoch() == recipe.epochs()) {
      progress.ending = TrainingSummary.Ending.COMPLETE;
    }
  }

  /** How it went; after the run. */
  TrainingSummary summary(double dealSeconds) {
    TrainingSummary.Ending ending = progress.ending;
    return new TrainingSummary(
        progress.epochs,
        progress.best > 0 ? progress.best : progress.epochs.size(),
        ending == null ? TrainingSummary.Ending.COMPLETE : ending,
        plan.rows(),
        rows.heldOut().rows,
        plan.shardRows().length,
        plan.roundsPerEpoch(),
        plan.firstStep(1),
        resumedAfter,
        dealSeconds,
        roundSeconds,
        computeSeconds);
  }
}
