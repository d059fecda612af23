package dev.polymath.report;

import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Plot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The runs of a model's members. Charts draw the first in full, and the others as thin lines.
 *
 * @param all in order; of a model of one network its own run
 * @param known whether the runs of all members are here, not the first one's alone
 */
record Members(List<TrainingHistory> all, boolean known) {

  /**
   * @param first the run of the first member, or of all there are
   * @param listened what a listener heard of each member; empty if none listened
   * @param members how many there are
   */
  static Members of(TrainingHistory first, List<TrainingHistory> listened, int members) {
    boolean known = members == 1 || listened.size() == members;
    return new Members(members > 1 && known ? List.copyOf(listened) : List.of(first), known);
  }

  /** The longest run's epochs. */
  int epochs() {
    return all.stream().mapToInt(run -> run.epochs().size()).max().orElse(1);
  }

  private List<TrainingHistory> others() {
    return all.subList(1, all.size());
  }

  /** What a caption says of the thin lines; empty where there are none. */
  String caption() {
    return all.size() == 1
        ? ""
        : " The first of " + all.size() + " members; the others are thin lines.";
  }

  /** The figures of the members that are drawn thin. */
  DoubleStream values(ToDoubleFunction<TrainingHistory.Epoch> figure) {
    return others().stream()
        .flatMap(run -> run.epochs().stream())
        .mapToDouble(figure)
        .filter(Double::isFinite);
  }

  /**
   * Draws them.
   *
   * @param shift what is added to an epoch's number: −0.5 for a mean over it
   */
  void draw(Plot plot, ToDoubleFunction<TrainingHistory.Epoch> figure, double shift, String style) {
    for (TrainingHistory run : others()) {
      List<Plot.Point> line = new ArrayList<>();
      for (TrainingHistory.Epoch e : run.epochs()) {
        if (Double.isFinite(figure.applyAsDouble(e))) {
          line.add(new Plot.Point(e.epoch() + shift, figure.applyAsDouble(e)));
        }
      }
      plot.line(line, style + " thin");
    }
  }

  /** How long they were trained: {@code 31 epochs}, {@code 25 to 44 epochs}. */
  String trained() {
    int least = all.stream().mapToInt(run -> run.epochs().size()).min().orElse(1);
    String most = Format.count(epochs(), "epoch", "epochs");
    return least == epochs() ? most : least + " to " + most;
  }

  /** Which epochs were kept: {@code 11, of 31 run and 120 planned}; empty if the last of all. */
  String kept() {
    TrainingHistory first = all.get(0);
    int planned = first.last().epochs();
    boolean complete =
        all.stream().allMatch(run -> run.kept() == run.epochs().size() && run.kept() == planned);
    if (complete) {
      return "";
    }
    String kept = listed(all.stream().mapToInt(TrainingHistory::kept));
    String run = listed(all.stream().mapToInt(history -> history.epochs().size()));
    return kept + ", of " + run + " run and " + planned + " planned";
  }

  private static String listed(IntStream numbers) {
    return numbers.mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }
}
