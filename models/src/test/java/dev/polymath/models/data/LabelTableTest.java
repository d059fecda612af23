package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Tables of several targets")
class LabelTableTest {

  private final List<String> notes = new ArrayList<>();

  private Table table(String text, String targets) throws IOException {
    return Table.read(
        Csv.Source.of("t.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))),
        Csv.Layout.DETECTED.withLabel(targets),
        notes::add);
  }

  private static void says(String message, Exception thrown) {
    assertEquals(message, thrown.getMessage());
  }

  private static final String FLAGS =
      """
      x,A,y,B
      1,1,0.5,no
      2,0,0.7,yes
      3,1,0.1,yes
      4,0,0.2,no
      """;

  @Test
  void columnsOfYesAndNoAreLabels() throws IOException {
    Table table = table(FLAGS, "B,A");
    assertArrayEquals(new int[] {1, 3}, table.targets());
    Table.Target target = Table.Target.of(table, table.targets(), null, notes::add);
    assertEquals(Task.LABELS, target.task());
    assertEquals(List.of("A", "B"), target.names());
    assertTrue(notes.get(0).contains("taken as labels; --task regression"), notes::toString);
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    assertEquals(2, encoder.targets());
    assertTrue(encoder.featureNames().stream().noneMatch(n -> n.startsWith("B")));
    DataSet data = encoder.encode(table, target, notes::add);
    assertEquals(
        "4 examples of " + data.features() + " features, 2 labels [A, B]", data.toString());
    assertEquals(1, data.target(0, 0));
    assertEquals(0, data.target(0, 1));
    assertEquals(1, data.target(1, 1));

    Table later = table("B,y,x,A\nfalse,0.5,1,true\n", "A");
    Table.Target there = encoder.targetIn(later, target);
    assertArrayEquals(new int[] {3, 0}, there.columns());
    DataSet read = encoder.encode(later, there, notes::add);
    assertEquals(1, read.target(0, 0));
    assertEquals(0, read.target(0, 1));
  }

  @Test
  void withoutAHeaderTargetsAreNumbered() throws IOException {
    Table table = table("1,1,0.5,0\n2,0,0.7,1\n3,1,0.1,1\n4,0,0.2,0\n", "4,2");
    assertArrayEquals(new int[] {1, 3}, table.targets());
    Table.Target target = Table.Target.labels(table, table.targets());
    assertEquals(List.of("column 2", "column 4"), target.names());
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    assertArrayEquals(new int[] {1, 3}, encoder.targetIn(table, target).columns());
    List<Long> lines = new ArrayList<>();
    for (String rows : List.of("1,0.5\n2,0.7\n", "1,,0.5,\n2,,0.7,\n", "1,0.5,1\n")) {
      Csv.readFeatures(
          Csv.Source.of("p", new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8))),
          Csv.Layout.DETECTED.withHeader(false),
          new ModelInput.Columns(encoder),
          notes::add,
          (line, features) -> lines.add(line));
    }
    assertEquals(5, lines.size());
  }

  @Test
  void aColumnMayListLabels() throws IOException {
    Table table = table("x,tags\n1,red; round\n2,round\n3,red|big\n4,;\n", "tags");
    Table.Target target = Table.Target.of(table, 1, Task.LABELS, notes::add);
    assertEquals(List.of("big", "red", "round"), target.names());
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    DataSet data = encoder.encode(table, target, notes::add);
    assertEquals("0 1 1 0 0 1 1 1 0 0 0 0", marks(data));
    Table later = table("x,tags\n9,red;small\n", "tags");
    says(
        "t.csv: line 2, column 2 (tags): expected some of the labels \"big\", \"red\", \"round\","
            + " found \"small\"",
        assertThrows(
            IllegalArgumentException.class, () -> encoder.encode(later, target, notes::add)));
  }

  private static String marks(DataSet data) {
    List<String> marks = new ArrayList<>();
    for (int i = 0; i < data.size() * data.outputs(); i++) {
      marks.add(Integer.toString((int) data.target(i / data.outputs(), i % data.outputs())));
    }
    return String.join(" ", marks);
  }

  @Test
  void severalColumnsOfNumbers() throws IOException {
    Table table = table("x,a,b\n1,10,0.5\n2,20,0.7\n3,30,0.1\n", "a,b");
    Table.Target target = Table.Target.of(table, table.targets(), null, notes::add);
    assertEquals(Task.REGRESSION, target.task());
    assertTrue(notes.get(0).contains("taken as the targets of a regression"), notes::toString);
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    DataSet data = encoder.encode(table, target, notes::add);
    assertEquals(List.of("a", "b"), data.targetNames());
    assertEquals(20, data.target(1, 0));
    assertEquals(0.7, data.target(1, 1));
  }

  @Test
  void aNameWithACommaIsOneColumn() throws IOException {
    Table table = table("x,\"a,b\"\n1,2\n3,4\n", "a,b");
    assertArrayEquals(new int[] {1}, table.targets());
  }

  @Test
  void refusesWithLineAndColumn() throws IOException {
    says(
        "t.csv: line 3, column 2 (A): expected a label's 1 or 0, yes or no, true or false, found"
            + " \"maybe\"",
        assertThrows(
            IllegalArgumentException.class,
            () -> Table.Target.labels(table("x,A,B\n1,1,0\n2,maybe,1\n", "A,B"), 1, 2)));
    says(
        "t.csv: column 3 (B): expected rows with the label and rows without it, found only rows"
            + " without it; leave it out of the targets",
        assertThrows(
            IllegalArgumentException.class,
            () -> Table.Target.labels(table("x,A,B\n1,1,0\n2,0,0\n", "A,B"), 1, 2)));
    says(
        "t.csv: column 2 (tags): expected labels with ; or | between them, such as \"red;round\", found"
            + " none in any row; --target A,B,C names a column for each label",
        assertThrows(
            IllegalArgumentException.class,
            () -> Table.Target.labels(table("x,tags\n1,red\n2,big\n", "tags"), 1)));
    says(
        "t.csv: classification: expected one target, found column 2 (A), column 3 (B); --task labels"
            + " learns several columns of yes and no",
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Table.Target.of(
                    table("x,A,B\n1,1,0\n2,0,1\n", "A,B"),
                    new int[] {1, 2},
                    Task.CLASSIFICATION,
                    notes::add)));
    says(
        "t.csv: line 2, column 3 (b): expected a number, found \"u\"",
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Table.Target.of(
                    table("x,a,b\n1,1,u\n2,0,v\n", "a,b"), new int[] {1, 2}, null, notes::add)));
    says(
        "t.csv: target \"a,a\": names a column twice",
        assertThrows(IOException.class, () -> table("x,a\n1,1\n2,0\n", "a,a")));
    says(
        "t.csv: label \"c\": no such column, expected 1 to 3 or a name of \"x\", \"a\", \"b\"",
        assertThrows(IOException.class, () -> table("x,a,b\n1,1,2\n2,0,3\n", "a,c")));
    says(
        "t.csv: target \"x,a\": names all columns, expected one to learn from",
        assertThrows(IOException.class, () -> table("x,a\n1,1\n2,0\n", "x,a")));
    says(
        "t.csv: column 2 (a), the target, is missing in every row",
        assertThrows(
            IllegalArgumentException.class, () -> table("x,a,b\n1,,2\n2,,3\n", "a,b").with(1)));
  }

  @Test
  void splitsKeepTheSetsOfLabels() {
    boolean[] has = new boolean[200];
    for (int i = 0; i < 100; i++) {
      has[2 * i] = i < 40;
      has[2 * i + 1] = i % 10 == 0;
    }
    DataSet data = DataSet.ofLabels(1, new float[100], has, List.of("a", "b"));
    DataSet test = TrainTest.split(data, 0.5, 1).test();
    int a = 0;
    int b = 0;
    for (int i = 0; i < test.size(); i++) {
      a += (int) test.target(i, 0);
      b += (int) test.target(i, 1);
    }
    assertEquals(50, test.size());
    assertEquals(20, a);
    assertTrue(Math.abs(b - 5) <= 1, "" + b);
  }
}
