package dev.polymath.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableRecipeTest {

  @ParameterizedTest
  @CsvSource({
    "1, 16",
    "500, 16",
    "565, 16",
    "566, 32",
    "899, 32",
    "1131, 32",
    "1132, 64",
    "3000, 128",
    "6000, 256",
    "30000, 256"
  })
  void theBatchIsThePowerOfTwoNearestToA25thOfTheExamples(int examples, int batch) {
    assertEquals(batch, TableRecipe.batch(examples));
  }

  @Test
  void epochsMake3000StepsInBounds() {
    assertEquals(200, TableRecipe.epochs(100, 16));
    assertEquals(3000 / (899 / 32), TableRecipe.epochs(899, 32));
    assertEquals(20, TableRecipe.epochs(1_000_000, 256));
  }

  @Test
  void tablesOfAnySizeHaveARecipe() {
    for (int examples : new int[] {1, 2, 3, 4, 5, 100, 10_000, 999_999}) {
      TrainingOptions options = TrainingOptions.tables(examples);
      assertEquals(examples == 1 ? 0 : Math.min(4, examples), options.folds(), "" + examples);
      assertEquals(examples > 1, options.calibrate());
      assertEquals(examples > 1, options.keepBest());
      assertTrue(options.epochs() >= 20 && options.epochs() <= 200);
    }
    assertFalse(TrainingOptions.defaults().calibrate());
    TrainingOptions large = TrainingOptions.tables(4_000_000);
    assertEquals(0, large.folds());
    assertEquals(0.0125, large.validation());
    assertEquals(40_000 / (4_000_000 / 256), large.epochs());
    assertEquals(2, TrainingOptions.tables(100_000_000).epochs());
    assertTrue(large.keepBest() && large.calibrate());
    assertThrows(IllegalArgumentException.class, () -> TrainingOptions.tables(0));
  }
}
