package dev.polymath.cli.command;

import dev.polymath.cli.terminal.CommandLineText;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is said of a search for a recipe.
 *
 * @param options of each trial that differ from the default recipe's
 */
record SearchText(Halving halving, List<List<String>> options, DataSet all, TrainTest parts) {

  private static final double CHANCE = 2;
  private static final int COLUMN = 9;

  /** What will be done: a line on the trials and one on what they are judged by. */
  List<String> plan() {
    List<Halving.Rung> rungs = halving.rungs();
    List<String> rounds = new ArrayList<>();
    for (int i = 0; i < rungs.size(); i++) {
      int best = rungs.get(i).best();
      String who =
          i == 0
              ? (best == 1 ? "1 trial" : best + " trials")
              : "the best " + (best == 1 ? "one" : best);
      rounds.add(who + " at " + epochs(rungs.get(i).epochs()));
    }
    return List.of(
        "search   "
            + String.join(", ", rounds)
            + (rungs.size() == 1 ? "" : "; the default recipe always goes on"),
        String.format(
            Locale.ROOT,
            "judged   by %s on %,d of %,d training examples, the same for all; one network per"
                + " trial, trained anew on the others",
            figureName(),
            parts.test().size(),
            all.size()));
  }

  private static String epochs(int count) {
    return count == 1 ? "1 epoch" : count + " epochs";
  }

  /** What the losses are. */
  String figureName() {
    return all.task() != Task.REGRESSION
        ? "log loss"
        : all.outputs() == 1 ? "RMSE" : "RMSE in standard deviations";
  }

  /**
   * A line for each trial: its losses and its options.
   *
   * @param best the place of the trial that is marked; -1 for none
   */
  List<String> table(int best) {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("trial");
    for (Halving.Rung rung : halving.rungs()) {
      head.append(right(rung.epochs() + " ep."));
    }
    lines.add(head.append("  options").toString());
    for (int trial = 0; trial < options.size(); trial++) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%5d", trial + 1));
      List<Double> losses = halving.losses(trial);
      for (int rung = 0; rung < halving.rungs().size(); rung++) {
        line.append(right(rung < losses.size() ? figure(losses.get(rung)) : "-"));
      }
      line.append("  ").append(options(trial));
      lines.add(line.append(trial == best ? "  (best)" : "").toString());
    }
    return lines;
  }

  private static String right(String text) {
    return " ".repeat(Math.max(2, COLUMN - text.length())) + text;
  }

  /** The options of a trial in words. */
  String options(int trial) {
    List<String> own = options.get(trial);
    return own.isEmpty()
        ? trial == 0 ? "the default recipe" : "the default recipe again"
        : CommandLineText.joined(own);
  }

  private static String figure(double value) {
    if (!Double.isFinite(value)) {
      return "diverged";
    }
    double size = Math.abs(value);
    String form = size >= 1000 ? "%,.0f" : size >= 0.001 || size == 0 ? "%.4f" : "%.2e";
    return String.format(Locale.ROOT, form, value);
  }

  /**
   * Which trial is best, by how much, and what that says; a sentence or two in each line.
   *
   * @param search the search, done
   */
  List<String> verdict(RecipeSearch search) {
    int winner = halving.winner();
    String judged = String.format(Locale.ROOT, "on the %,d examples held out", parts.test().size());
    String best = figureName() + " " + figure(last(winner)) + " " + judged;
    if (winner == 0) {
      return List.of(
          options.size() == 1
              ? "The default recipe: " + best + ". There was no other trial."
              : "The default recipe is best: " + best + ". No other trial was better there.");
    }
    String name = "Trial " + (winner + 1) + " is best: " + best;
    if (!Double.isFinite(last(0))) {
      return List.of(name + "; the training of the default recipe diverged.", chosen());
    }
    double[] own = search.rows(winner);
    double[] usual = search.rows(0);
    double mean = 0;
    for (int i = 0; i < own.length; i++) {
      mean += (usual[i] - own[i]) / own.length;
    }
    double squares = 0;
    for (int i = 0; i < own.length; i++) {
      double stray = usual[i] - own[i] - mean;
      squares += stray * stray;
    }
    double error = Math.sqrt(squares / Math.max(1, own.length - 1) / own.length);
    String lower =
        String.format(
            Locale.ROOT,
            "Its %s is %s lower, with a standard error of %s over the examples.",
            all.task() == Task.REGRESSION ? "mean squared error" : "log loss",
            figure(mean),
            figure(error));
    return List.of(
        name + ", the default recipe " + figure(last(0)) + ".",
        lower
            + (mean < CHANCE * error
                ? " Less than two standard errors may be chance: the default recipe may be as good."
                : ""),
        chosen());
  }

  private double last(int trial) {
    List<Double> losses = halving.losses(trial);
    return losses.get(losses.size() - 1);
  }

  private String chosen() {
    return String.format(
        Locale.ROOT,
        "Its figure is too good in any case: it is the best of %d on the very examples that it was"
            + " chosen by. The test after the training is the honest one.",
        options.size());
  }
}
