package dev.polymath.cli.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Successive halving (Jamieson and Talwalkar, 2016): all trials are given few epochs, the best
 * third of them three times as many, and so on; the last rung has all epochs. Trial 0, the recipe
 * that the others must beat, goes on to every rung and takes no other's place.
 */
final class Halving {

  private static final int FACTOR = 3;
  private static final int MOST_RUNGS = 3;

  /**
   * One round.
   *
   * @param epochs that each of its trials gets
   * @param best how many trials of the round before go on to it; of the first, all
   */
  record Rung(int epochs, int best) {}

  /** Trains and judges some trials. */
  interface Judge {
    /**
     * Judges trials at a number of epochs.
     *
     * @param result is told each trial's loss, one after the other
     */
    void judge(int epochs, int[] trials, Result result);
  }

  /** Takes down what a trial came to. */
  interface Result {
    /** A trial has this loss; not finite where it failed. */
    void is(int trial, double loss);
  }

  private final List<Rung> rungs;
  private final List<List<Double>> losses = new ArrayList<>();

  /**
   * Plans a search.
   *
   * @param trials at least 1
   * @param epochs of the last rung, at least 1
   */
  Halving(int trials, int epochs) {
    int count = 1;
    while (count < MOST_RUNGS && trials >= power(count) && epochs >= power(count)) {
      count++;
    }
    List<Rung> planned = new ArrayList<>();
    for (int rung = 0; rung < count; rung++) {
      int share = power(count - 1 - rung);
      int best = (trials - 1) / power(rung) + 1;
      planned.add(new Rung((int) Math.round((double) epochs / share), best));
    }
    rungs = List.copyOf(planned);
    for (int trial = 0; trial < trials; trial++) {
      losses.add(new ArrayList<>());
    }
  }

  private static int power(int exponent) {
    int power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= FACTOR;
    }
    return power;
  }

  /** The rounds, the first with all trials. */
  List<Rung> rungs() {
    return rungs;
  }

  /** How many epochs all rounds take at most, over all trials. */
  long epochs() {
    long sum = 0;
    for (int rung = 0; rung < rungs.size(); rung++) {
      int more = rung > 0 ? 1 : 0;
      sum +=
          (long) rungs.get(rung).epochs() * Math.min(losses.size(), rungs.get(rung).best() + more);
    }
    return sum;
  }

  /** Runs all rounds. What is judged by then can be read where the judge throws. */
  void run(Judge judge) {
    int[] running = IntStream.range(0, losses.size()).toArray();
    for (int rung = 0; rung < rungs.size(); rung++) {
      if (rung > 0) {
        int last = rung - 1;
        int[] best =
            Arrays.stream(running)
                .boxed()
                .filter(trial -> Double.isFinite(loss(trial, last)))
                .sorted(Comparator.comparingDouble(trial -> loss(trial, last)))
                .limit(rungs.get(rung).best())
                .mapToInt(trial -> trial)
                .toArray();
        running =
            IntStream.concat(IntStream.of(0), IntStream.of(best)).distinct().sorted().toArray();
      }
      judge.judge(
          rungs.get(rung).epochs(),
          running,
          (trial, loss) -> losses.get(trial).add(Double.isFinite(loss) ? loss : Double.NaN));
    }
  }

  private double loss(int trial, int rung) {
    return losses.get(trial).get(rung);
  }

  /** The losses of a trial, one for each round that it came to; NaN where it failed. */
  List<Double> losses(int trial) {
    return List.copyOf(losses.get(trial));
  }

  /** The trial with the lowest loss in the last round, the first of equals; -1 if all failed. */
  int winner() {
    return IntStream.range(0, losses.size())
        .filter(trial -> losses.get(trial).size() == rungs.size())
        .filter(trial -> Double.isFinite(loss(trial, rungs.size() - 1)))
        .boxed()
        .min(Comparator.comparingDouble(trial -> loss(trial, rungs.size() - 1)))
        .orElse(-1);
  }
}
