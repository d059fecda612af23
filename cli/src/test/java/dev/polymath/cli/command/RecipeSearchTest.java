package dev.polymath.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingInterruptedException;
import dev.polymath.models.training.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Trials of recipes")
class RecipeSearchTest {

  private static final int EXAMPLES = 100;
  private static final List<String> FIXED = List.of("--epochs", "3", "--hidden", "4");

  private static DataSet data() {
    Random random = new Random(1);
    float[] features = new float[2 * EXAMPLES];
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      features[2 * i] = (float) random.nextGaussian();
      features[2 * i + 1] = (float) random.nextGaussian();
      labels[i] = features[2 * i] > 0 ? 1 : 0;
    }
    return DataSet.ofFeatures(2, features, labels, List.of("no", "yes"));
  }

  private static TrialRecipe recipe(String... options) {
    List<String> all = new ArrayList<>(FIXED);
    all.addAll(Arrays.asList(options));
    return TrialRecipe.of(all);
  }

  private static final TrainingListener GOING_ON = (TrainingHistory.Epoch e) -> {};

  private static RecipeSearch search(
      Backend session, TrainingListener stop, List<Double> progress, TrialRecipe... recipes) {
    DataSet all = data();
    TrainTest parts = RecipeSearch.parts(all, 1);
    return new RecipeSearch(session, all, parts, List.of(recipes), stop, progress::add);
  }

  @Test
  @DisplayName("one that diverges loses, and the others go on")
  void diverged() {
    List<Double> progress = new ArrayList<>();
    try (Backend session = Backends.open("arrays", BackendOptions.defaults())) {
      RecipeSearch search =
          search(
              session,
              GOING_ON,
              progress,
              recipe(),
              recipe("--optimizer", "sgd", "--learning-rate", "1e300"),
              recipe("--learning-rate", "0.01"));
      search.run();
      Halving halving = search.halving();
      assertTrue(halving.losses(1).get(0).isNaN());
      assertEquals(2, halving.winner());
      assertEquals(2, halving.losses(0).size());
      double[] rows = search.rows(2);
      assertEquals(20, rows.length);
      assertEquals(halving.losses(2).get(1), Arrays.stream(rows).sum() / rows.length);
      assertThrows(IllegalArgumentException.class, () -> search.rows(1));
    }
    assertEquals(5, progress.size());
    assertEquals(1.0, progress.get(4));
  }

  @Test
  @DisplayName("are broken off after the step that they are at, and say what is known by then")
  void interrupted() {
    // Once the three trials of the first round are done.
    List<Double> progress = new ArrayList<>();
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void epoch(TrainingHistory.Epoch result) {}

          @Override
          public boolean interruptsRun() {
            return progress.size() >= 3;
          }
        };
    try (Backend session = Backends.open("arrays", BackendOptions.defaults().threads(1))) {
      RecipeSearch search =
          search(
              session,
              stop,
              progress,
              recipe("--batch", "8"),
              recipe("--batch", "8", "--dropout", "0.1"),
              recipe("--batch", "8", "--dropout", "0.2"));
      assertThrows(TrainingInterruptedException.class, search::run);
      assertEquals(1, search.halving().losses(1).size());
      assertEquals(-1, search.halving().winner());
    }
  }

  @Test
  @DisplayName("need ten examples")
  void few() {
    DataSet nine = data().subset(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8});
    String sentence =
        assertThrows(IllegalArgumentException.class, () -> RecipeSearch.parts(nine, 1))
            .getMessage();
    assertEquals("--trials: expected at least 10 training examples, found 9", sentence);
    assertEquals(20, RecipeSearch.parts(data(), 1).test().size());
  }
}
