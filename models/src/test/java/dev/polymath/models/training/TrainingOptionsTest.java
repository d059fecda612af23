package dev.polymath.models.training;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {

  private final TrainingOptions defaults = TrainingOptions.defaults();

  @Test
  void eachSetterChangesOneOptionOfACopy() {
    TrainingListener listener = result -> {};
    String before = defaults.toString();
    TrainingOptions changed =
        defaults
            .epochs(3)
            .batch(7)
            .optimizer(new Sgd(0.9, true, 0.01))
            .learningRate(0.5)
            .schedule(Schedule.step(2, 0.1))
            .loss(LossFunction.SQUARED_ERROR)
            .labelSmoothing(0.2)
            .shifts(2)
            .standardize(false)
            .validation(0.25)
            .seed(-9)
            .listener(listener);
    assertEquals(
        "{epochs=3, batch=7, optimizer=Sgd[momentum=0.9, nesterov=true, weightDecay=0.01],"
            + " learningRate=0.5, schedule=Step[every=2, decay=0.1], loss=SQUARED_ERROR,"
            + " labelSmoothing=0.2, shifts=2, standardize=false, validation=0.25, seed=-9}",
        changed.toString());
    assertEquals(List.of(listener), changed.listeners());
    assertEquals(before, defaults.toString());
    assertEquals(List.of(), defaults.listeners());
    assertNotEquals(before, changed.toString());
  }

  @Test
  void listenersAddUp() {
    TrainingListener first = result -> {};
    TrainingListener second = result -> {};
    assertEquals(List.of(first, second), defaults.listener(first).listener(second).listeners());
  }

  @Test
  void theArticleTrainsOnThePlainInputsWithTheSquaredError() {
    TrainingOptions article = TrainingOptions.article();
    assertEquals(LossFunction.SQUARED_ERROR, article.loss());
    assertEquals(new Sgd(), article.optimizer());
    assertEquals(Schedule.constant(), article.schedule());
    assertEquals(0, article.labelSmoothing());
    assertEquals(OptionalInt.of(0), article.shifts());
    assertEquals(OptionalInt.empty(), TrainingOptions.defaults().shifts());
    assertEquals(OptionalInt.empty(), article.shiftsBySize().shifts());
    assertEquals("by size", TrainingOptions.defaults().toMap().get("shifts"));
    assertEquals(false, article.standardize());
  }

  @Test
  void doesNotNameWhatATableOrNumbersHaveNoUseFor() throws IOException {
    byte[] bytes = "a,b\n1,2.5\n2,3.5\n3,4.5\n".getBytes(StandardCharsets.UTF_8);
    Table table =
        Table.read(
            Csv.Source.of("t.csv", new ByteArrayInputStream(bytes)), Csv.Layout.DETECTED, n -> {});
    Table.Target target = Table.Target.numbers(table, 1);
    DataSet data =
        TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
            .encode(table, target, note -> {});
    TrainingOptions options = TrainingOptions.tables(3);
    assertEquals("true", options.toMap().get("calibrate"));
    assertFalse(options.decidedFor(data).toMap().containsKey("standardize"));
    assertFalse(options.decidedFor(data).toMap().containsKey("calibrate"));
    DataSet plain = DataSet.ofFeatures(1, new float[] {1, 2}, new int[] {0, 1}, List.of("a", "b"));
    assertEquals("true", options.decidedFor(plain).toMap().get("standardize"));
  }

  @Test
  void refusesOptionsOutOfRange() {
    assertMessage("epochs: expected at least 1, found 0", () -> defaults.epochs(0));
    assertMessage("batch: expected at least 1, found -1", () -> defaults.batch(-1));
    assertMessage("learningRate: expected above 0, found 0.0", () -> defaults.learningRate(0));
    assertMessage(
        "learningRate: expected above 0, found NaN", () -> defaults.learningRate(Double.NaN));
    assertMessage(
        "labelSmoothing: expected 0 to below 1, found 1.0", () -> defaults.labelSmoothing(1));
    assertMessage("shifts: expected at least 0, found -1", () -> defaults.shifts(-1));
    assertMessage("validation: expected 0 to below 1, found 1.5", () -> defaults.validation(1.5));
  }
}
