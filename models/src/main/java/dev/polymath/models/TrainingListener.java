package dev.polymath.models;

/** Hears of a training run while it runs, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

  /** An epoch has ended. */
  void epoch(EpochResult result);

  /**
   * A step has been taken.
   *
   * @param step valid during this call only: the object is used again for the next step
   */
  default void step(TrainingStep step) {}
}
