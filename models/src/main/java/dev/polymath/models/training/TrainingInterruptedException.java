package dev.polymath.models.training;

import dev.polymath.models.io.ModelFile;
import java.io.Serial;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run was {@linkplain TrainingListener#interruptsRun() broken off} before its end. */
public final class TrainingInterruptedException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final long step;
  private final int epoch;
  private final long steps;
  private final int ended;
  private final transient @Nullable ModelFile model;

  /**
   * @param step the last step taken; 0 before the first
   * @param epoch that it belongs to
   * @param steps of the whole run
   * @param ended how many epochs have ended
   */
  public TrainingInterruptedException(long step, int epoch, long steps, int ended) {
    this(step, epoch, steps, ended, null);
  }

  private TrainingInterruptedException(
      long step, int epoch, long steps, int ended, @Nullable ModelFile model) {
    super(
        String.format(
            Locale.ROOT,
            "the training was interrupted after step %,d of %,d, in epoch %d",
            step,
            steps,
            epoch));
    this.step = step;
    this.epoch = epoch;
    this.steps = steps;
    this.ended = ended;
    this.model = model;
  }

  /** The same with what the model would be if the run had ended here. */
  public TrainingInterruptedException with(ModelFile model) {
    TrainingInterruptedException more =
        new TrainingInterruptedException(step, epoch, steps, ended, model);
    more.setStackTrace(getStackTrace());
    return more;
  }

  /** The last step taken; 0 before the first. */
  public long step() {
    return step;
  }

  /** The epoch of {@link #step()}, from 1. */
  public int epoch() {
    return epoch;
  }

  /** How many steps the run would have had. */
  public long steps() {
    return steps;
  }

  /** How many epochs have ended. */
  public int ended() {
    return ended;
  }

  /**
   * What the model would be if the run had ended here: with the best epoch's parameters where that
   * is kept, of several members those that were trained so far, never calibrated. Empty where no
   * step was taken, or a single {@link Trainer} ran.
   */
  public Optional<ModelFile> model() {
    return Optional.ofNullable(model);
  }
}
