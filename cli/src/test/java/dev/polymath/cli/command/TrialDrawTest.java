package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.Task;
import dev.polymath.models.optim.AdamW;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The recipes of a search")
class TrialDrawTest {

  private static final TrainingOptions TABLES = TrainingOptions.tables(2000);

  private static TrialDraw draw(TrainingOptions usual, Task task, long seed, String... fixed) {
    return new TrialDraw(usual, List.of(128, 128), "relu", task, 1600, Set.of(fixed), seed);
  }

  private static List<List<String>> options(TrialDraw draw, int trials) {
    return IntStream.range(0, trials).mapToObj(draw::options).toList();
  }

  @Test
  @DisplayName("the first is the default, and each depends on the seed and its number alone")
  void seeds() {
    TrialDraw draw = draw(TABLES, Task.CLASSIFICATION, 1);
    assertEquals(List.of(), draw.options(0));
    assertEquals(
        options(draw, 30), options(draw(TABLES, Task.CLASSIFICATION, 1), 100).subList(0, 30));
    assertNotEquals(
        options(draw, 30).subList(1, 30),
        options(draw(TABLES, Task.CLASSIFICATION, 2), 30).subList(1, 30));
    assertEquals(30, Set.copyOf(options(draw, 30)).size());
  }

  @Test
  @DisplayName("are the same on every machine")
  void pinned() {
    assertEquals(
        "[--learning-rate, 0.00084, --weight-decay, 0.0048, --dropout, 0, --hidden, 64,64,"
            + " --label-smoothing, 0.05]",
        draw(TABLES, Task.CLASSIFICATION, 1).options(1).toString());
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  @DisplayName("are options of train, in bounds around the default")
  void bounds(Task task) {
    for (TrainingOptions usual : List.of(TABLES, TrainingOptions.defaults())) {
      TrialDraw draw = draw(usual, task, 3);
      for (int trial = 1; trial < 200; trial++) {
        List<String> options = draw.options(trial);
        TrainingOptions read = TrialRecipe.of(options).options();
        double rate = read.learningRate() / usual.learningRate();
        assertTrue(rate > 0.19 && rate < 5.1, options::toString);
        double decay = ((AdamW) read.optimizer()).weightDecay();
        double usually = ((AdamW) usual.optimizer()).weightDecay();
        assertTrue(decay > 0.09 * usually && decay < 10.1 * usually, options::toString);
        assertTrue(read.dropout() <= 0.3 && read.batch() >= 8, options::toString);
        assertEquals(task == Task.REGRESSION, !options(draw, 200).toString().contains("smoothing"));
        // Each value is written as it is read: no digit is lost between a trial and its command.
        assertEquals(Double.parseDouble(options.get(1)), read.learningRate());
      }
    }
  }

  @Test
  @DisplayName("leave alone what is given")
  void fixed() {
    TrialDraw free = draw(TABLES, Task.CLASSIFICATION, 1);
    TrialDraw fixed = draw(TABLES, Task.CLASSIFICATION, 1, "--batch", "--activation");
    for (int trial = 0; trial < 100; trial++) {
      List<String> options = fixed.options(trial);
      assertFalse(options.contains("--batch") || options.contains("--activation"));
      if (trial > 0) {
        // The rate is drawn first; it is the same whatever else is given.
        assertEquals(free.options(trial).get(1), options.get(1));
      }
      int hidden = options.indexOf("--hidden");
      if (hidden >= 0) {
        assertEquals(2, options.get(hidden + 1).split(",").length);
      }
    }
  }

  @Test
  @DisplayName("of a network without hidden layers change no layer")
  void linear() {
    TrialDraw draw = new TrialDraw(TABLES, List.of(), "relu", Task.REGRESSION, 1600, Set.of(), 1);
    for (int trial = 1; trial < 50; trial++) {
      String options = draw.options(trial).toString();
      assertFalse(options.contains("hidden") || options.contains("activation"), options);
      assertFalse(options.contains("dropout"), options);
    }
  }
}
