package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Successive halving")
class HalvingTest {

  /** The trials of each round. */
  private final List<List<Integer>> rounds = new ArrayList<>();

  private final List<Integer> budgets = new ArrayList<>();

  private Halving run(int epochs, double... losses) {
    Halving halving = new Halving(losses.length, epochs);
    halving.run(
        (budget, trials, result) -> {
          budgets.add(budget);
          rounds.add(IntStream.of(trials).boxed().toList());
          IntStream.of(trials).forEach(trial -> result.is(trial, losses[trial] / budget));
        });
    return halving;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 50 | 1 at 50",
        "2 | 50 | 2 at 50",
        "3 | 50 | 3 at 17, 1 at 50",
        "9 | 90 | 9 at 10, 3 at 30, 1 at 90",
        "10 | 90 | 10 at 10, 4 at 30, 2 at 90",
        "100 | 90 | 100 at 10, 34 at 30, 12 at 90",
        "9 | 2 | 9 at 2",
        "9 | 3 | 9 at 1, 3 at 3",
        "9 | 9 | 9 at 1, 3 at 3, 1 at 9",
      })
  @DisplayName("goes on with a third of the trials, and three times the epochs")
  void plan(int trials, int epochs, String plan) {
    String rungs =
        String.join(
            ", ",
            new Halving(trials, epochs)
                .rungs().stream().map(rung -> rung.best() + " at " + rung.epochs()).toList());
    assertEquals(plan, rungs);
  }

  @Test
  @DisplayName("keeps the best, and the default beside them")
  void best() {
    Halving halving = run(90, 9, 8, 1, 7, 2, 6, 3, 5, 4);
    assertEquals(List.of(10, 30, 90), budgets);
    assertEquals(
        List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8), List.of(0, 2, 4, 6), List.of(0, 2)), rounds);
    assertEquals(2, halving.winner());
    assertEquals(List.of(0.1, 1 / 30.0, 1 / 90.0), halving.losses(2));
    assertEquals(List.of(0.8), halving.losses(1));
    assertEquals(9 * 10 + 4 * 30 + 2 * 90, halving.epochs());
  }

  @Test
  @DisplayName("a default that is among the best takes its place there")
  void defaultIsBest() {
    Halving halving = run(90, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertEquals(List.of(List.of(0, 1, 2), List.of(0)), rounds.subList(1, 3));
    assertEquals(0, halving.winner());
  }

  @Test
  @DisplayName("of equals the first is the best")
  void equals() {
    assertEquals(0, run(9, 1, 1, 1).winner());
    assertEquals(1, run(9, 2, 1, 1, 1, 1, 1, 1, 1, 1).winner());
  }

  @Test
  @DisplayName("a trial that failed does not go on; where all did there is no winner")
  void failed() {
    Halving some = run(3, Double.NaN, Double.POSITIVE_INFINITY, 5);
    assertEquals(List.of(0, 2), rounds.get(1));
    assertEquals(2, some.winner());
    assertTrue(Double.isNaN(some.losses(1).get(0)));
    assertEquals(-1, run(3, Double.NaN, Double.NaN, Double.NaN).winner());
  }

  @Test
  @DisplayName("what is judged by then can be read after a search that was broken off")
  void brokenOff() {
    Halving halving = new Halving(3, 3);
    assertThrows(
        IllegalStateException.class,
        () ->
            halving.run(
                (epochs, trials, result) -> {
                  if (epochs > 1) {
                    result.is(2, 1);
                    throw new IllegalStateException("broken off");
                  }
                  IntStream.of(trials).forEach(trial -> result.is(trial, 3 - trial));
                }));
    assertEquals(List.of(2.0), halving.losses(1));
    assertEquals(List.of(1.0, 1.0), halving.losses(2));
  }
}
