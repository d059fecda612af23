package dev.polymath.cli.command;

import dev.polymath.models.optim.Schedule;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The loss of a run whose rate grows from step to step by the same factor, until the loss explodes.
 * The range is cut into rows, each of as many steps as the others.
 */
final class RateCurve implements TrainingListener {

  static final double LEAST = 1e-6;
  static final double MOST = 10;

  private static final int ROWS = 28;
  private static final int BAR = 40;

  /** Times the lowest loss: what is above is not looked at any further. */
  private static final double EXPLODED = 4;

  /**
   * Some consecutive steps.
   *
   * @param rate the geometric mean of their rates
   * @param loss mean over the steps
   */
  record Row(double rate, double loss) {}

  /** Grows to {@link #MOST} over the run, where the peak rate is {@link #LEAST}. */
  record Growing() implements Schedule {
    @Override
    public double factor(long step, int stepsPerEpoch, int epochs) {
      double last = Math.max(1, (double) stepsPerEpoch * epochs - 1);
      return StrictMath.pow(MOST / LEAST, step / last);
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private double rates;
  private double losses;
  private long steps;
  private boolean done;
  private double lowest = Double.POSITIVE_INFINITY;

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  @Override
  public void step(TrainingListener.Step step) {
    // Of several members the first is enough.
    if (done) {
      return;
    }
    rates += StrictMath.log(step.learningRate());
    losses += step.loss();
    steps++;
    if (step.number() == step.steps() || step.number() * ROWS / step.steps() > rows.size()) {
      rows.add(new Row(StrictMath.exp(rates / steps), losses / steps));
      lowest = Math.min(lowest, losses / steps);
      rates = 0;
      losses = 0;
      steps = 0;
      done = step.number() == step.steps() || rows.get(rows.size() - 1).loss() > EXPLODED * lowest;
    }
  }

  @Override
  public boolean endsRun() {
    return done;
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** The rate with the lowest loss. */
  double best() {
    return rows.stream().filter(row -> row.loss() == lowest).findFirst().orElseThrow().rate();
  }

  /** The rate to try as a peak. */
  double suggested() {
    return best() / 5;
  }

  /** A line for each row: rate, loss, and the loss as a bar. */
  List<String> lines() {
    double most = rows.get(0).loss();
    for (Row row : rows) {
      most = row.loss() > EXPLODED * lowest ? most : Math.max(most, row.loss());
    }
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      int length = (int) Math.min(BAR, Math.max(1, Math.round(BAR * row.loss() / most)));
      lines.add(
          String.format(
              Locale.ROOT,
              "%8.1e  %9.4f  %s%s",
              row.rate(),
              row.loss(),
              "#".repeat(length),
              row.loss() == lowest ? "  lowest" : row.loss() > most ? "..." : ""));
    }
    return lines;
  }
}
