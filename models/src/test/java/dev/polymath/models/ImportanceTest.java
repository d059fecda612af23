package dev.polymath.models;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.RegressionEvaluation;
import dev.polymath.models.metrics.Scores;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImportanceTest {

  private final ReferenceBackend backend = new ReferenceBackend();

  /** The class depends on the color, a category; a little on the size; not on the noise. */
  private static Table table(int n) throws IOException {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("noise,color,size,kind\n");
    String[] colors = {"red", "green", "blue"};
    for (int i = 0; i < n; i++) {
      int color = random.nextInt(3);
      double size = random.nextGaussian();
      boolean big = color == 2 || color == 1 && size > 0.5;
      text.append(random.nextGaussian()).append(',').append(colors[color]).append(',');
      text.append(size).append(',').append(big ? "yes" : "no").append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return Table.read(
        Csv.Source.of("t.csv", new ByteArrayInputStream(bytes)), Csv.Layout.DETECTED, note -> {});
  }

  private static DataSet encoded(int n) throws IOException {
    Table table = table(n);
    Table.Target target = Table.Target.classes(table, 3);
    return TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
        .encode(table, target, note -> {});
  }

  private Classifier trained(DataSet data) {
    Classifier model =
        Classifier.builder(backend)
            .inputs(data.features())
            .classNames(data.classNames())
            .hidden(16)
            .build();
    model.fit(data, TrainingOptions.defaults().epochs(40).batch(16));
    return model;
  }

  @Test
  void theFeaturesOfAColumnMoveTogether() throws IOException {
    DataSet data = encoded(300);
    Classifier model = trained(data);
    List<Double> progress = new ArrayList<>();
    Importance importance = Importance.of(model, data, 5, 1, progress::add);
    assertEquals(Importance.of(model, data, 5, 1), importance);
    assertEquals(15, progress.size(), "three columns, five times");
    assertEquals(1 / 15.0, progress.get(0), 1e-12);
    assertEquals(1, progress.get(14));
    assertEquals(Task.CLASSIFICATION, importance.task());
    assertEquals(300, importance.examples());
    assertEquals(5, importance.repeats());
    assertEquals(Scores.of(model.predictAll(data)).logLoss(), importance.error(), 1e-6);
    assertEquals(model.evaluate(data).accuracy(), importance.score());
    List<String> names = importance.columns().stream().map(Importance.Column::name).toList();
    assertEquals(List.of("color", "size", "noise"), names);
    Importance.Column color = importance.columns().get(0);
    assertEquals(3, color.features());
    assertTrue(color.errorRise() > 0.3, color::toString);
    assertTrue(color.scoreDrop() > 0.2, color::toString);
    assertTrue(color.errorSpread() > 0 && color.errorSpread() < color.errorRise());
    Importance.Column noise = importance.columns().get(2);
    assertTrue(Math.abs(noise.scoreDrop()) < 0.05, noise::toString);
    assertEquals(3, Importance.columns(model.input()));
  }

  @Test
  void theSeedDecidesAlone() throws IOException {
    DataSet data = encoded(100);
    Classifier model = trained(data);
    Importance once = Importance.of(model, data, 2, 7);
    assertEquals(once, Importance.of(model, data, 2, 7));
    assertNotEquals(once, Importance.of(model, data, 2, 8));
    Importance.Column single = Importance.of(model, data, 1, 7).columns().get(0);
    assertEquals(0, single.errorSpread());
    assertEquals(0, single.scoreSpread());
  }

  /** y = 10 · x1 + x2, x0 is nothing; more rows than are predicted at once. */
  private static DataSet numbers(int targets) {
    Random random = new Random(1);
    int n = 1100;
    float[] x = new float[3 * n];
    double[] y = new double[targets * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 3; j++) {
        x[3 * i + j] = random.nextFloat();
      }
      y[targets * i] = 10 * x[3 * i + 1] + x[3 * i + 2];
      if (targets > 1) {
        y[targets * i + 1] = 1000 * x[3 * i];
      }
    }
    return DataSet.ofTargets(3, x, y, targets == 1 ? List.of("y") : List.of("y", "z"));
  }

  private Regressor fitted(DataSet data) {
    Regressor model =
        Regressor.builder(backend).inputs(3).targetNames(data.targetNames()).hidden().build();
    model.fit(data, TrainingOptions.defaults().epochs(20).learningRate(0.05));
    return model;
  }

  @Test
  void ofNumbersItIsTheRmse() {
    DataSet data = numbers(1);
    Regressor model = fitted(data);
    Importance importance = Importance.of(model, data, 3, 1);
    RegressionEvaluation whole = model.evaluate(data);
    assertEquals(whole.targets().get(0).rmse(), importance.error(), 1e-9);
    assertEquals(whole.r2(), importance.score(), 1e-9);
    Importance.Column first = importance.columns().get(0);
    assertEquals("feature 2", first.name());
    // Two independent draws of 10 · x differ by 10 · √(2 / 12) in the root mean square.
    assertEquals(10 * Math.sqrt(1.0 / 6), first.errorRise(), 0.3);
    assertEquals("feature 3", importance.columns().get(1).name());
    assertEquals(0, importance.columns().get(2).errorRise(), 0.05);
  }

  @Test
  void severalTargetsCountAlikeWhateverTheirUnit() {
    DataSet data = numbers(2);
    Importance importance = Importance.of(fitted(data), data, 3, 1);
    assertTrue(importance.error() < 0.2, importance::toString);
    Importance.Column first = importance.columns().get(0);
    Importance.Column second = importance.columns().get(1);
    assertEquals(Math.sqrt(2) / 2, first.errorRise(), 0.1);
    assertEquals(first.errorRise(), second.errorRise(), 0.1);
  }

  @Test
  void refusesWhatHasNoColumns() {
    DataSet digits = Digits.generate(1).test();
    Classifier pictures =
        Classifier.builder(backend).inputs(784).classNames(digits.classNames()).hidden(2).build();
    pictures.fit(digits.subset(0, 1, 2, 3), TrainingOptions.defaults().epochs(1));
    assertMessage(
        "importance: expected a model of a table or of plain numbers, found one of pictures: a"
            + " pixel alone says nothing",
        () -> Importance.of(pictures, digits, 1, 1));
    DataSet data = numbers(1);
    Regressor model = fitted(data);
    assertMessage(
        "importance: repeats: expected at least 1, found 0",
        () -> Importance.of(model, data, 0, 1));
    assertMessage(
        "importance: expected at least 2 examples, found 1",
        () -> Importance.of(model, data.subset(0), 1, 1));
    assertMessage(
        "importance: the model is of numeric targets, the data set has classes",
        () -> Importance.of(model, digits, 1, 1));
  }
}
