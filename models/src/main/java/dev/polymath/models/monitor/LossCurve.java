package dev.polymath.models.monitor;

import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss and the learning rate of every step of a run, as a curve of a bounded number of points:
 * when it is full, neighbours are joined in pairs. A step allocates nothing.
 *
 * <p>Of a model of several members the steps are the first member's, and each member's history is
 * kept as well.
 *
 * <p>For one run at a time: the first step of another clears it.
 */
public final class LossCurve implements TrainingListener {

  private static final int MOST_POINTS = 480;

  /**
   * Some consecutive steps.
   *
   * @param epochs where their middle lies, in epochs from the start: 1.5 is the middle of the
   *     second
   * @param steps how many, at least 1
   * @param loss mean over the steps
   * @param least the smallest loss
   * @param most the largest loss
   * @param learningRate mean over the steps
   */
  public record Point(
      double epochs, int steps, double loss, double least, double most, double learningRate) {}

  private final double[] epochs = new double[MOST_POINTS];
  private final double[] losses = new double[MOST_POINTS];
  private final double[] least = new double[MOST_POINTS];
  private final double[] most = new double[MOST_POINTS];
  private final double[] rates = new double[MOST_POINTS];
  private final int[] steps = new int[MOST_POINTS];
  private final List<TrainingHistory> members = new ArrayList<>();
  private int width = 1;
  private int size;

  /** An empty curve. */
  public LossCurve() {}

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  @Override
  public void step(TrainingListener.Step step) {
    if (step.number() == 1) {
      width = 1;
      size = 0;
      members.clear();
    }
    if (size == 0 || steps[size - 1] == width) {
      if (size == MOST_POINTS) {
        join();
      }
      open();
    }
    int i = size - 1;
    steps[i]++;
    epochs[i] += step.epoch() - 1 + (double) step.examplesSeen() / step.examples();
    losses[i] += step.loss();
    least[i] = Math.min(least[i], step.loss());
    most[i] = Math.max(most[i], step.loss());
    rates[i] += step.learningRate();
  }

  @Override
  public void member(int member, int members, TrainingHistory history) {
    this.members.add(history);
  }

  private void open() {
    steps[size] = 0;
    epochs[size] = 0;
    losses[size] = 0;
    least[size] = Double.POSITIVE_INFINITY;
    most[size] = Double.NEGATIVE_INFINITY;
    rates[size] = 0;
    size++;
  }

  private void join() {
    size /= 2;
    width *= 2;
    for (int i = 0; i < size; i++) {
      int a = 2 * i;
      int b = a + 1;
      steps[i] = steps[a] + steps[b];
      epochs[i] = epochs[a] + epochs[b];
      losses[i] = losses[a] + losses[b];
      least[i] = Math.min(least[a], least[b]);
      most[i] = Math.max(most[a], most[b]);
      rates[i] = rates[a] + rates[b];
    }
  }

  /** The points so far, in order; at most 480. */
  public List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double n = steps[i];
      points.add(
          new Point(epochs[i] / n, steps[i], losses[i] / n, least[i], most[i], rates[i] / n));
    }
    return points;
  }

  /** The run of each member of a model of several, in their order. */
  public List<TrainingHistory> members() {
    return List.copyOf(members);
  }

  /** How many points it has. */
  @Override
  public String toString() {
    return "LossCurve[" + size + " points of " + width + " steps]";
  }
}
