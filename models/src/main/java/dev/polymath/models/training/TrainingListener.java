package dev.polymath.models.training;

/** Hears of a training run while it runs, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

  /** An epoch has ended. */
  void epoch(EpochResult result);

  /**
   * A step has its loss and its gradients; its update comes next.
   *
   * @param step valid during this call only
   */
  default void beforeUpdate(TrainingStep step) {}

  /**
   * A step has been taken.
   *
   * @param step valid during this call only: the object is used again for the next step
   */
  default void step(TrainingStep step) {}

  /** The run has failed, and {@code cause} is about to be thrown. */
  default void diverged(TrainingDivergedException cause) {}
}
