package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskTableTest {

  private static final int ROWS = 20_000;

  @TempDir Path folder;

  /** Columns of every kind, among them those that overflow what is kept in memory. */
  private static String text(int rows) {
    Random random = new Random(5);
    StringBuilder text =
        new StringBuilder(
            "id,whole,real,money,code,day,city,street,late,mixed,gone,zero,copy,number,class\n");
    for (int i = 0; i < rows; i++) {
      double real = random.nextGaussian();
      int whole = random.nextInt(50);
      String kind = real + whole / 50.0 > 0.5 ? "yes" : "no";
      text.append(i)
          .append(',')
          .append(random.nextInt(20) == 0 ? "?" : whole)
          .append(',')
          .append(random.nextInt(30) == 0 ? "" : real)
          .append(",\"$")
          .append(String.format(Locale.ROOT, "%,.2f", 5000 * random.nextDouble()))
          .append("\",")
          .append(String.format(Locale.ROOT, "%03d", random.nextInt(40)))
          .append(',')
          .append("2024-0" + (1 + random.nextInt(9)) + "-1" + random.nextInt(10))
          .append(" 0" + random.nextInt(10) + ":30:" + (10 + random.nextInt(50)))
          .append(',')
          .append(random.nextInt(50) == 0 ? "NA" : "city " + random.nextInt(90))
          .append(",street ")
          .append(random.nextInt(18_000))
          .append(',')
          .append(i == rows / 2 ? "oops" : "" + random.nextInt(30))
          .append(',')
          .append(random.nextInt(3) == 0 ? "a" : "" + random.nextInt(7))
          .append(",,")
          .append(random.nextInt(4) == 0 ? random.nextInt(900) : 0)
          .append(',')
          .append(kind.equals("yes") ? 1 : 0)
          .append(',')
          .append(Math.round(real * 8) / 4.0)
          .append(',')
          .append(random.nextInt(200) == 0 ? "" : kind)
          .append('\n');
      if (i % 1000 == 7) {
        text.append(text, text.lastIndexOf("\n", text.length() - 2) + 1, text.length());
      }
    }
    return text.toString();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("big.csv"), text, StandardCharsets.UTF_8);
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith("big.csv")).toList();
    }
  }

  /** All that a table becomes, read into memory or onto disk. */
  private record Outcome(
      TableEncoder encoder, DataSet train, DataSet test, List<String> columns, List<String> notes) {

    static Outcome of(Table whole, String targetName, TableEncoder.Options options) {
      List<String> notes = new ArrayList<>();
      int column = whole.column(targetName);
      Table table = whole.with(column);
      Table.Target target = Table.Target.of(table, column, null, notes::add);
      Table.Parts parts = table.split(target, 0.2, 1);
      Table fitted = parts.train().holdOut(target, 0.1, 3).train();
      TableEncoder encoder = TableEncoder.fit(fitted, target, options);
      DataSet train = encoder.encode(parts.train(), target, notes::add);
      DataSet test = encoder.encode(parts.test(), target, notes::add);
      encoder.check(fitted, parts.test(), target, options, notes::add);
      return new Outcome(encoder, train, test, encoder.summary(fitted), notes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"class", "number", "real"})
  void isOnDiskWhatItIsInMemory(String target) throws IOException {
    Path file = file(text(ROWS));
    Outcome memory = Outcome.of(Table.read(file), target, TableEncoder.Options.DEFAULT);
    try (DiskSpace disk = DiskSpace.in(folder)) {
      Table table = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {});
      assertTrue(table.onDisk());
      Outcome there = Outcome.of(table, target, TableEncoder.Options.DEFAULT);
      assertEquals(memory.columns(), there.columns());
      assertEquals(memory.notes(), there.notes());
      assertEquals(memory.encoder(), there.encoder());
      assertTrue(there.train().onDisk() && there.test().onDisk());
      assertEquals(memory.train().toString(), there.train().toString());
      assertEquals(memory.train().fingerprint(), there.train().fingerprint());
      assertEquals(memory.test().fingerprint(), there.test().fingerprint());
      TrainTest expected = memory.train().split(0.1, 3);
      TrainTest found = there.train().split(0.1, 3);
      assertEquals(expected.train().fingerprint(), found.train().fingerprint());
      assertEquals(expected.test().fingerprint(), found.test().fingerprint());
      int[] some = {5, 3, 3, 700};
      assertEquals(
          expected.test().subset(some).fingerprint(), found.test().subset(some).fingerprint());
      assertFalse(found.test().subset(some).onDisk());
      FeatureStatistics statistics = expected.train().featureStatistics();
      assertEquals(statistics.toString(), found.train().featureStatistics().toString());
      assertEquals(statistics.mean(2), found.train().featureStatistics().mean(2));
    }
    assertEquals(List.of(), left());
  }

  private static void says(String part, Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.contains(part), message);
  }

  @Test
  void standardScalingAndToldKindsAreTheSame() throws IOException {
    Path file = file(text(3000));
    TableEncoder.Options options =
        TableEncoder.Options.DEFAULT
            .withScaling(TableEncoder.Scaling.STANDARD)
            .withKind("whole", TableEncoder.Kind.CATEGORY)
            .withKind("street", TableEncoder.Kind.CATEGORY)
            .withKind("city", TableEncoder.Kind.LEFT_OUT);
    Outcome memory = Outcome.of(Table.read(file), "class", options);
    try (DiskSpace disk = DiskSpace.in(folder)) {
      Table table = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {});
      Outcome there = Outcome.of(table, "class", options);
      assertEquals(memory.encoder(), there.encoder());
      assertEquals(memory.test().fingerprint(), there.test().fingerprint());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Task.class,
      names = {"REGRESSION", "LABELS"})
  void severalTargetsAreTheSame(Task task) throws IOException {
    StringBuilder text = new StringBuilder("a,b,one,two,three\n");
    Random random = new Random(8);
    for (int i = 0; i < 900; i++) {
      text.append(random.nextGaussian()).append(',').append(random.nextInt(40));
      for (int j = 0; j < 3; j++) {
        text.append(',').append(random.nextInt(3 + j) == 0 ? 1 : 0);
      }
      text.append('\n');
    }
    Path file = file(text.toString());
    try (DiskSpace disk = DiskSpace.in(folder)) {
      List<String> fingerprints = new ArrayList<>();
      for (Table table :
          List.of(
              Table.read(file),
              Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {}))) {
        Table.Target target = Table.Target.of(table, new int[] {2, 3, 4}, task, note -> {});
        Table.Parts parts = table.split(target, 0.2, 1);
        TableEncoder encoder =
            TableEncoder.fit(parts.train(), target, TableEncoder.Options.DEFAULT);
        DataSet train = encoder.encode(parts.train(), target, note -> {});
        assertEquals(table.onDisk(), train.onDisk());
        TrainTest held = train.split(0.25, 3);
        fingerprints.add(train + train.fingerprint() + held.test().fingerprint());
      }
      assertEquals(fingerprints.get(0), fingerprints.get(1));
    }
  }

  @Test
  void aLaterTableIsMatchedToTheEncoder() throws IOException {
    Path file = file(text(2000));
    Outcome memory = Outcome.of(Table.read(file), "class", TableEncoder.Options.DEFAULT);
    TableEncoder encoder = memory.encoder();
    Table whole = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, encoder, note -> {});
    Table.Target target = Table.Target.classes(whole, whole.column("class"));
    try (DiskSpace disk = DiskSpace.in(folder)) {
      Table there = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, encoder, disk, note -> {});
      assertEquals(
          encoder.encode(whole.with(target.column()), target, note -> {}).fingerprint(),
          encoder.encode(there.with(target.column()), target, note -> {}).fingerprint());
    }
  }

  @Test
  void whatDiskCannotDoIsSaidInOneSentence() throws IOException {
    Path file = file(text(500));
    try (DiskSpace disk = DiskSpace.in(folder)) {
      Table table = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {});
      says(
          "can't be grouped by a column",
          assertThrows(IllegalArgumentException.class, () -> table.groupedBy(3)));
      says(
          "can't be cut by time",
          assertThrows(IllegalArgumentException.class, () -> table.orderedBy(3)));
      DataSet train = Outcome.of(table, "class", TableEncoder.Options.DEFAULT).train();
      says(
          "folds: examples on disk",
          assertThrows(IllegalArgumentException.class, () -> train.folds(3, 1)));
      says(
          "withWeights: expected examples in memory",
          assertThrows(IllegalStateException.class, () -> train.withWeights(1, 2)));
    }
  }

  @Test
  void aBrokenTableLeavesNothingBehind() throws IOException {
    Path file = file(text(3000) + "1,2\n");
    try (DiskSpace disk = DiskSpace.in(folder)) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {}));
      says("expected 15 cells as in line 1, found 2", e);
      assertTrue(disk.bytes() > 0);
    }
    assertEquals(List.of(), left());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws IOException {
    Path file = file(text(50));
    try (DiskSpace disk = DiskSpace.in(folder.resolve("nowhere"))) {
      says(
          "there is no such folder for scratch files",
          assertThrows(
              IOException.class,
              () -> Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {})));
    }
  }

  @Test
  void aBatchFromDiskAllocatesNothing() throws IOException, ReflectiveOperationException {
    Path file = file(text(2000));
    try (DiskSpace disk = DiskSpace.in(folder)) {
      Table table = Table.read(Csv.Source.of(file), Csv.Layout.DETECTED, null, disk, note -> {});
      DataSet train = Outcome.of(table, "class", TableEncoder.Options.DEFAULT).train();
      float[] target = new float[64 * train.features()];
      int[] examples = new int[64];
      float[] sum = new float[1];
      Runnable batch =
          () -> {
            train.gather(examples, 0, 64, target);
            sum[0] += train.label(examples[7]);
          };
      for (int i = 0; i < 20_000; i++) {
        batch.run();
      }
      long bytes =
          Allocation.bytes(
              () -> {
                for (int i = 0; i < 100; i++) {
                  batch.run();
                }
              });
      assertTrue(bytes < 300, bytes + " bytes in 100 batches");
      assertArrayEquals(new int[64], examples);
    }
  }
}
