package dev.polymath.models.training;

/**
 * Training stopped because the loss was not finite. The message says in which step, and which value
 * stopped being finite first. The parameters are as the step before left them.
 */
public final class TrainingDivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long step;
  private final int epoch;

  public TrainingDivergedException(long step, int epoch, String message) {
    super(message);
    this.step = step;
    this.epoch = epoch;
  }

  /** The step's number in the run, from 1. */
  public long step() {
    return step;
  }

  /** The epoch, from 1. */
  public int epoch() {
    return epoch;
  }
}
