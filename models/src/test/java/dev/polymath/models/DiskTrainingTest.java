package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.DiskSpace;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models trained from disk, beside models trained in memory in the same order. */
class DiskTrainingTest {

  /** More than a window of blocks, so that the order is not the usual one. */
  private static final int ROWS = 90_000;

  @TempDir Path folder;

  private Path file() throws IOException {
    Random random = new Random(2);
    StringBuilder text = new StringBuilder("a,b,city,target\n");
    for (int i = 0; i < ROWS; i++) {
      int a = random.nextInt(100);
      int b = random.nextInt(100);
      text.append(a).append(',').append(b).append(",c").append(random.nextInt(4)).append(',');
      text.append(2 * a + b > 130 + random.nextInt(60) ? 1.5 * a + 100 : b / 4.0).append('\n');
    }
    return Files.writeString(folder.resolve("big.csv"), text);
  }

  private record Data(DataSet train, DataSet test) {

    static Data of(Table table, Task task) {
      Table.Target target = Table.Target.of(table, 3, Task.REGRESSION, note -> {});
      Table.Parts parts = table.split(target, 0.1, 1);
      TableEncoder encoder =
          TableEncoder.fit(parts.train(), target, TableEncoder.Options.DEFAULT.withBins(4));
      DataSet train = encoder.encode(parts.train(), target, note -> {});
      DataSet test = encoder.encode(parts.test(), target, note -> {});
      assertEquals(Task.REGRESSION, task);
      return new Data(train, test);
    }
  }

  private static TrainingOptions options() {
    return TrainingOptions.defaults()
        .epochs(2)
        .batch(512)
        .dropout(0.1)
        .validation(0.1)
        .patience(1)
        .inBlocks(true)
        .seed(5);
  }

  private static void assertSame(ModelFile expected, ModelFile found) {
    Map<String, float[]> parameters = found.parameters();
    assertEquals(expected.parameters().keySet(), parameters.keySet());
    expected
        .parameters()
        .forEach((name, values) -> assertArrayEquals(values, parameters.get(name), name));
    assertEquals(expected.description().scaling(), found.description().scaling());
    assertEquals(expected.description().output(), found.description().output());
    assertEquals(
        expected.description().provenance().dataSetFingerprint(),
        found.description().provenance().dataSetFingerprint());
  }

  @Test
  void aRegressionHasTheSameBits() throws IOException {
    Path file = file();
    Data memory = Data.of(Table.read(file), Task.REGRESSION);
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults().threads(1));
        DiskSpace space = DiskSpace.in(folder)) {
      Data disk =
          Data.of(
              Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, space, note -> {}),
              Task.REGRESSION);
      Regressor inMemory =
          Regressor.builder(backend).table(memory.train()).hidden(16).members(2).build();
      Regressor fromDisk =
          Regressor.builder(backend).table(disk.train()).hidden(16).members(2).build();
      TrainingHistory expected = inMemory.fit(memory.train(), options());
      TrainingHistory found = fromDisk.fit(disk.train(), options().inBlocks(false));
      assertSame(inMemory.snapshot(), fromDisk.snapshot());
      assertEquals(expected.keptEpoch().validationLoss(), found.keptEpoch().validationLoss());
      assertEquals("true", found.options().toMap().get("inBlocks"));
      assertEquals(inMemory.evaluate(memory.test()), fromDisk.evaluate(disk.test()));
      assertTrue(fromDisk.evaluate(disk.test()).r2() > 0.5, () -> "" + fromDisk);
    }
    try (var left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aClassifierHasTheSameBits(Kind kind) throws IOException {
    Random random = new Random(2);
    StringBuilder text = new StringBuilder("a,b,city,target\n");
    for (int i = 0; i < ROWS; i++) {
      int a = random.nextInt(100);
      text.append(a).append(',').append(random.nextInt(9)).append(",c").append(random.nextInt(4));
      text.append(a > 30 + random.nextInt(60) ? ",yes\n" : ",no\n");
    }
    Path file = Files.writeString(folder.resolve("big.csv"), text);
    TrainingOptions options =
        kind == Kind.BALANCED
            ? options().balancedClasses(true).calibrate(true)
            : options().calibrate(true);
    DataSet memory = classes(Table.read(file));
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults().threads(1));
        DiskSpace space = DiskSpace.in(folder)) {
      DataSet disk =
          classes(Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, space, note -> {}));
      Classifier inMemory = Classifier.builder(backend).table(memory).hidden(16).members(2).build();
      Classifier fromDisk = Classifier.builder(backend).table(disk).hidden(16).members(2).build();
      inMemory.fit(memory, options);
      fromDisk.fit(disk, options);
      assertSame(inMemory.snapshot(), fromDisk.snapshot());
      assertEquals(inMemory.temperature(), fromDisk.temperature());
      assertEquals(inMemory.evaluate(memory).loss(), fromDisk.evaluate(disk).loss());
      assertEquals(
          "folds: examples on disk can't be dealt into folds; hold out a validation fraction"
              + " instead",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> fromDisk.fit(disk, TrainingOptions.tables(disk.size())))
              .getMessage());
    }
  }

  /** With weights of classes or without. */
  enum Kind {
    PLAIN,
    BALANCED
  }

  private static DataSet classes(Table table) {
    Table.Target target = Table.Target.classes(table, 3);
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    return encoder.encode(table, target, note -> {});
  }
}
