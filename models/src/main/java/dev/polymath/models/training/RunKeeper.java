package dev.polymath.models.training;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the run of one network in the file of a checkpoint, and says when it is time to. */
final class RunKeeper implements TrainingListener {

  private final RunFile file;
  private final int member;
  private final long everyNanos;
  private final TrainingOptions options;
  private long last = System.nanoTime();

  /**
   * @param member from 0
   * @param everyNanos at most so often; 0 for each epoch
   * @param options of the run
   */
  RunKeeper(RunFile file, int member, long everyNanos, TrainingOptions options) {
    this.file = file;
    this.member = member;
    this.everyNanos = everyNanos;
    this.options = options;
  }

  /** The one that listens, or that of the checkpoint that does; null where there is neither. */
  static @Nullable RunKeeper of(
      Network network,
      TrainingOptions options,
      DataSet data,
      @Nullable DataSet held,
      InputScaling scaling,
      ModelOutput output) {
    for (TrainingListener listener : options.listeners()) {
      if (listener instanceof RunKeeper keeper) {
        return keeper;
      }
    }
    Checkpoint.Run run = Checkpoint.start(List.of(network), options, data, held, scaling, output);
    return run == null ? null : run.keeper(0);
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  /**
   * Where the run goes on; null where it begins.
   *
   * @throws IllegalArgumentException if it can't go on with as many epochs as are asked for
   */
  @Nullable RunState resumed(int stepsPerEpoch) {
    RunState state = file.resumed(member);
    if (state != null) {
      file.begun().requireSameSchedule(state, options, stepsPerEpoch);
    }
    return state;
  }

  /** The same with the name of the file. */
  IllegalArgumentException refusal(IllegalArgumentException why) {
    return file.refusal(why);
  }

  /** Never where each epoch is kept. Allocates nothing. */
  boolean dueAfterStep() {
    return everyNanos > 0 && System.nanoTime() - last >= everyNanos;
  }

  boolean dueAfterEpoch() {
    return everyNanos == 0 || dueAfterStep();
  }

  void keep(RunState state) {
    file.keep(member, state);
    last = System.nanoTime();
  }
}
