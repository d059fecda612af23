package dev.polymath.models.optim;

/** The learning rate over a run, as a factor of its peak. A schedule is a value without state. */
public interface Schedule {

  /**
   * The factor of one step.
   *
   * @param step from 0 to {@code stepsPerEpoch · epochs − 1}
   * @param stepsPerEpoch at least 1
   * @param epochs at least 1
   */
  double factor(long step, int stepsPerEpoch, int epochs);

  /** Always 1. */
  static Schedule constant() {
    return new Constant();
  }

  /** Multiplies by {@code factor} after every {@code epochs} epochs. */
  static Schedule step(int epochs, double factor) {
    return new Step(epochs, factor);
  }

  /**
   * Rises in a line from near 0 to 1 over the first part of the run, then falls along half a cosine
   * to near 0 at its end, however many epochs that are.
   *
   * @param warmUp the fraction of all steps that rises, from 0 to below 1
   */
  static Schedule cosine(double warmUp) {
    return new Cosine(warmUp);
  }

  /** See {@link Schedule#constant}. */
  record Constant() implements Schedule {
    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      return 1;
    }
  }

  /**
   * See {@link Schedule#step}.
   *
   * @param every at least 1 epoch
   * @param decay above 0, at most 1
   */
  record Step(int every, double decay) implements Schedule {

    public Step {
      if (every < 1) {
        throw new IllegalArgumentException("epochs: expected at least 1, found " + every);
      }
      if (!(decay > 0 && decay <= 1)) {
        throw new IllegalArgumentException("factor: expected above 0, at most 1, found " + decay);
      }
    }

    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      double factor = 1;
      for (long e = step / stepsPerEpoch; e >= every; e -= every) {
        factor *= decay;
      }
      return factor;
    }
  }

  /**
   * See {@link Schedule#cosine}.
   *
   * @param warmUp from 0 to below 1
   */
  record Cosine(double warmUp) implements Schedule {

    public Cosine {
      Settings.fraction("warmUp", warmUp);
    }

    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      double steps = (double) stepsPerEpoch * epochs;
      double rising = warmUp * steps;
      if (step < rising) {
        return (step + 1) / (rising + 1);
      }
      // StrictMath: the same rates, and so the same weights, on every JDK.
      return (1 + StrictMath.cos(Math.PI * (step - rising) / (steps - rising))) / 2;
    }
  }
}
