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

  /**
   * A further factor for the epochs to come, by how the run went so far. 1 unless replaced. It is a
   * function of the past alone, so a schedule needs no state for it either.
   *
   * @param validationLosses of all epochs that have ended, in order; at least one; read
   */
  default double factorAfter(double[] validationLosses) {
    return 1;
  }

  /** Whether {@link #factorAfter} is asked, for which a run needs validation examples. */
  default boolean followsValidation() {
    return false;
  }

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

  /**
   * One cycle (Smith, 2018): rises along half a cosine from a 25th over the first 30 % of the run,
   * then falls along half a cosine to nearly 0. Of the momentum, which Smith moves against the
   * rate, nothing is changed.
   */
  static Schedule oneCycle() {
    return new OneCycle(0.3, 25);
  }

  /**
   * Four cycles that grow longer, {@code ½ · (1 − cos(2π · log2(1 + 15t)))} at part t of the run:
   * of Holzmüller, Grinsztajn and Steinwart, 2024. Each rises from 0 to 1 and falls to 0 again.
   */
  static Schedule cycles() {
    return new Cycles(4);
  }

  /**
   * Stays at 1, then falls along half a cosine to near 0.
   *
   * @param flat the fraction of all steps that stays, from 0 to below 1
   */
  static Schedule flatCosine(double flat) {
    return new FlatCosine(flat);
  }

  /**
   * Stays at 1, and is multiplied by {@code factor} each time that the validation loss was not
   * below its lowest for {@code epochs} epochs. Needs validation examples.
   */
  static Schedule plateau(int epochs, double factor) {
    return new Plateau(epochs, factor);
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

    /** From 1 down to 0 along half a cosine, as {@code part} goes from 0 to 1. */
    private static double half(double part) {
      return (1 + StrictMath.cos(Math.PI * part)) / 2;
    }
  }

  /**
   * See {@link Schedule#oneCycle}.
   *
   * @param rise the fraction of all steps that rises, above 0 and below 1
   * @param start the peak over the factor that it starts with, at least 1
   */
  record OneCycle(double rise, double start) implements Schedule {

    /** The factor at the end, over that of the start. */
    private static final double END = 1e-4;

    public OneCycle {
      Settings.fraction("rise", rise);
      Settings.positive("rise", rise);
      if (!(start >= 1 && start < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("start: expected at least 1, found " + start);
      }
    }

    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      double last = (double) stepsPerEpoch * epochs - 1;
      double peak = rise * last;
      if (step < peak) {
        return between(1 / start, 1, step / peak);
      }
      return last == 0 ? 1 : between(1, END / start, (step - peak) / (last - peak));
    }

    private static double between(double from, double to, double part) {
      return to + (from - to) * Cosine.half(part);
    }
  }

  /**
   * See {@link Schedule#cycles}: {@code ½ · (1 − cos(2π · log2(1 + (2ⁿ − 1) · t)))}. A step is
   * taken at its middle, so that none has a rate of 0.
   *
   * @param count n, from 1 to 30
   */
  record Cycles(int count) implements Schedule {

    public Cycles {
      if (count < 1 || count > 30) {
        throw new IllegalArgumentException("count: expected 1 to 30, found " + count);
      }
    }

    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      double t = (step + 0.5) / ((double) stepsPerEpoch * epochs);
      double cycles = StrictMath.log(1 + ((1 << count) - 1) * t) / StrictMath.log(2);
      return (1 - StrictMath.cos(2 * Math.PI * cycles)) / 2;
    }
  }

  /**
   * See {@link Schedule#flatCosine}.
   *
   * @param flat from 0 to below 1
   */
  record FlatCosine(double flat) implements Schedule {

    public FlatCosine {
      Settings.fraction("flat", flat);
    }

    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      double steps = (double) stepsPerEpoch * epochs;
      double level = flat * steps;
      return step < level ? 1 : Cosine.half((step - level) / (steps - level));
    }
  }

  /**
   * See {@link Schedule#plateau}.
   *
   * @param patience at least 1 epoch
   * @param decay above 0, below 1
   */
  record Plateau(int patience, double decay) implements Schedule {

    public Plateau {
      if (patience < 1) {
        throw new IllegalArgumentException("epochs: expected at least 1, found " + patience);
      }
      if (!(decay > 0 && decay < 1)) {
        throw new IllegalArgumentException("factor: expected above 0, below 1, found " + decay);
      }
    }

    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      return 1;
    }

    @Override
    public double factorAfter(double[] validationLosses) {
      double factor = 1;
      double lowest = Double.POSITIVE_INFINITY;
      int waited = 0;
      for (double loss : validationLosses) {
        waited++;
        if (loss < lowest) {
          lowest = loss;
          waited = 0;
        } else if (waited == patience) {
          factor *= decay;
          waited = 0;
        }
      }
      return factor;
    }

    @Override
    public boolean followsValidation() {
      return true;
    }
  }
}
