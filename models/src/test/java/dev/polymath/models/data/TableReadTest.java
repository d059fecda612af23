package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A table that is read")
class TableReadTest {

  private static final double NONE = Double.NaN;

  private final List<String> notes = new ArrayList<>();

  private Table read(String content) throws IOException {
    return read(content, Csv.Layout.DETECTED);
  }

  private Table read(String content, Csv.Layout layout) throws IOException {
    Csv.Source source =
        Csv.Source.of("t.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    return Table.read(source, layout, notes::add);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "NA", "n/a", "#N/A", "NaN", "null", "none", "-", "inf"})
  @DisplayName("has numbers, some of them missing")
  void missing(String cell) throws IOException {
    Table table = read("z,x,y\n1,1.5,a\n1," + cell + ",b\n1,-2e3,a\n");
    assertTrue(table.isNumeric(1));
    assertArrayEquals(new double[] {1.5, NONE, -2000}, table.numbers(1));
    assertEquals(2, table.line(0));
  }

  @Test
  @DisplayName("has numbers with currency and percent signs and signs between thousands")
  void decorated() throws IOException {
    Table table =
        read(
            "price,share,n,eu,y\n$1234.50,12%,\"1,234\",3 €,a\n-$2,7.5 %,\"12,345,678\",4€,b\n"
                + ",1%,5,€ 2.5,a\n");
    assertArrayEquals(new double[] {1234.5, -2, NONE}, table.numbers(0));
    assertArrayEquals(new double[] {12, 7.5, 1}, table.numbers(1));
    assertArrayEquals(new double[] {1234, 12_345_678, 5}, table.numbers(2));
    assertArrayEquals(new double[] {3, 4, 2.5}, table.numbers(3));
    Table commas = read("x;n;y\n1,5;1.234;a\n2,5;2.345.678,5;b\n");
    assertArrayEquals(new double[] {1.5, 2.5}, commas.numbers(0));
    assertArrayEquals(new double[] {1234, 2_345_678.5}, commas.numbers(1));
    assertFalse(read("x,y\n\"1,23\",a\n\"1,2345\",b\n3,a\n1.5,b\n").isNumeric(0));
  }

  @Test
  @DisplayName("has text, in which a number has one name and a code keeps its zeros")
  void text() throws IOException {
    Table table = read("a,b,y\n3.0,007,1\n3,7,2\nx,007,1\n,12,2\n1e2,0,1\n");
    assertFalse(table.isNumeric(0));
    TableColumn a = table.cells(0);
    assertEquals("3", a.text(0));
    assertEquals("3", a.text(1));
    assertEquals("x", a.text(2));
    assertNull(a.text(3));
    assertEquals("100", a.text(4));
    assertEquals(3, a.distinct());
    assertEquals(4, a.present());
    assertTrue(table.isNumeric(1));
    assertArrayEquals(new double[] {7, 7, 7, 12, 0}, table.numbers(1));
    assertEquals("007", table.cells(1).text(0));
    assertEquals(List.of("1", "2"), table.classNames(2));
  }

  @Test
  @DisplayName("keeps doubles that float32 does not hold, and float32 where it does")
  void precision() throws IOException {
    Table table = read("x,y\n1,a\n16777217,b\n0.1,a\n");
    assertArrayEquals(new double[] {1, 16_777_217, 0.1}, table.numbers(0));
    assertEquals("0.1", table.cells(0).text(2));
    assertEquals("16777217", table.cells(0).text(1));
  }

  @Test
  @DisplayName("finds columns by name or by their number in the file, row names counted")
  void columns() throws IOException {
    Table table = read(",Width,height,kind\nr1,1,2,a\nr2,3,4,b\n");
    assertEquals(3, table.columns());
    assertEquals(0, table.column("Width"));
    assertEquals(0, table.column("width"));
    assertEquals(0, table.column("2"));
    assertEquals("column 2 (Width)", table.describe(0));
    assertEquals(2, table.target());
    assertEquals("column 4 (kind)", table.describe(table.target()));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> table.column("depth"));
    assertEquals(
        "t.csv: there is no column \"depth\", expected a number from 2 to 4 or a name of \"Width\","
            + " \"height\", \"kind\"",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> table.column("1"));
  }

  @Test
  @DisplayName("says which cell is no number where one is wanted")
  void noNumber() throws IOException {
    Table table = read("# a comment\nx,y\n1,a\n\n2 m,b\n");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> table.numbers(0));
    assertEquals("t.csv: line 5, column 1 (x): expected a number, found \"2 m\"", e.getMessage());
  }

  @Test
  @DisplayName("leaves out rows without a target, and refuses a target that is no class")
  void targets() throws IOException {
    Table table = read("x,y\n1,a\n2,\n3,b\n4,?\n");
    Table answered = table.with(1);
    assertEquals(2, answered.rows());
    assertArrayEquals(new int[] {0, 1}, answered.classes(1, List.of("a", "b")));
    assertEquals(4, answered.line(1));
    assertThrows(IllegalArgumentException.class, () -> table.classes(1, List.of("a", "b")));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> read("x,y\n1,\n2,\n", targetY()).with(1));
    assertEquals("t.csv: column 2 (y), the target, is missing in every row", e.getMessage());
    StringBuilder many = new StringBuilder("x,y\n");
    for (int i = 0; i < 200; i++) {
      many.append(i).append(',').append(i / 7.0).append('\n');
    }
    Table measured = read(many.toString());
    e = assertThrows(IllegalArgumentException.class, () -> measured.classNames(1));
    assertTrue(
        e.getMessage().contains("column 2 (y): taken as the target, has more than 100"),
        e.getMessage());
    assertEquals(Task.REGRESSION, Table.Target.numbers(measured, 1).task());
  }

  private static Csv.Layout targetY() {
    return Csv.Layout.DETECTED.withLabel("y");
  }

  @Test
  @DisplayName("is cut as the same rows are as examples")
  void split() throws IOException {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 100; i++) {
      rows.append(i).append(',').append(i % 3).append('\n');
    }
    Table table = read(rows.toString());
    Table.Target target = Table.Target.classes(table, 1);
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    DataSet all = encoder.encode(table, target, notes::add);
    TrainTest examples = TrainTest.split(all, 0.2, 7);
    Table.Parts parts = table.split(target, 0.2, 7);
    assertEquals(
        examples.test().fingerprint(),
        encoder.encode(parts.test(), target, notes::add).fingerprint());
    assertEquals(
        all.split(0.3, 5).train().fingerprint(),
        encoder.encode(table.holdOut(target, 0.3, 5).train(), target, notes::add).fingerprint());
    assertEquals(List.of(), notes);
  }

  @Test
  @DisplayName("is cut by groups, or by time, if it is told so; and so are its examples")
  void groups() throws IOException {
    StringBuilder rows = new StringBuilder("who,when,x,y\n");
    for (int i = 0; i < 100; i++) {
      rows.append("p")
          .append(i / 7)
          .append(",2024-01-")
          .append(String.format("%02d", 1 + i * 7 % 28));
      rows.append(',').append(i % 10).append(',').append(i % 2).append('\n');
    }
    Table table = read(rows.toString());
    Table.Target target = Table.Target.classes(table, 3);
    Table grouped = table.groupedBy(0);
    Table.Parts parts = grouped.split(target, 0.2, 3);
    assertEquals(21, parts.test().rows());
    List<String> train = parts.train().cells(0).used().toList();
    assertTrue(parts.test().cells(0).used().toList().stream().noneMatch(train::contains));
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    DataSet all = encoder.encode(grouped, target, notes::add);
    assertEquals(
        TrainTest.split(all, 0.2, 3).test().fingerprint(),
        encoder.encode(parts.test(), target, notes::add).fingerprint());
    assertEquals(
        all.split(0.3, 5).train().fingerprint(),
        encoder.encode(grouped.holdOut(target, 0.3, 5).train(), target, notes::add).fingerprint());
    // Folds keep groups whole, and are as near to the same size as groups of seven allow.
    int[] folds = all.folds(4, 3);
    int[] sizes = new int[4];
    for (int i = 0; i < folds.length; i++) {
      assertEquals(folds[i / 7 * 7], folds[i]);
      sizes[folds[i]]++;
    }
    assertTrue(IntStream.of(sizes).allMatch(size -> size >= 21 && size <= 28));
    IllegalArgumentException few =
        assertThrows(IllegalArgumentException.class, () -> all.folds(16, 3));
    assertEquals("folds: expected 2 to 15 for as many groups of rows, found 16", few.getMessage());
    Table.Parts latest = table.orderedBy(1).split(target, 0.25, 3);
    assertEquals(25, latest.test().rows());
    assertTrue(
        latest.test().cells(1).used().toList().stream()
            .allMatch(day -> day.compareTo("2024-01-21") > 0));
    assertTrue(
        latest.train().cells(1).used().toList().stream()
            .allMatch(day -> day.compareTo("2024-01-21") <= 0));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> table.orderedBy(0));
    assertEquals(
        "t.csv: column 1 (who): expected times, dates or numbers, found text", e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> table.subset(0, 1).groupedBy(0).split(target, 0.5, 1));
    assertEquals("split: expected at least 2 groups of rows, found 1", e.getMessage());
  }

  @Test
  @DisplayName("may be JSON: lines or an array, of objects or of arrays")
  void json() throws IOException {
    Table table =
        read(
            "{\"x\": 1, \"c\": \"a\", \"ok\": true, \"y\": \"p\"}\n"
                + "{\"c\": null, \"x\": 2.5, \"y\": \"q\"}\n\n{\"x\": NaN, \"z\": 3, \"y\": \"p\"}\n");
    assertEquals(List.of("x", "c", "ok", "y", "z"), table.names());
    assertArrayEquals(new double[] {1, 2.5, NONE}, table.numbers(0));
    assertEquals("true", table.cells(2).text(0));
    assertNull(table.cells(1).text(1));
    assertEquals(4, table.line(2));
    table = read(" [[1, \"a\"], [2, \"b\"]]");
    assertEquals(List.of(), table.names());
    assertArrayEquals(new double[] {1, 2}, table.numbers(0));
    table = read("[1,\"a\"]\n[2,\"b\"]\n");
    assertEquals(2, table.rows());
    table = read("[{\"x\":1,\n\"y\":2}]");
    assertEquals(List.of("x", "y"), table.names());
    assertFault(
        "t.csv: line 2: \"x\": expected a number, a string, true, false or null, found an"
            + " object",
        "{\"x\":1}\n{\"x\":{}}\n");
    assertFault(
        "t.csv: line 2: expected an object as in the first row, found an array",
        "{\"x\":1}\n[1]\n");
    assertFault("t.csv: line 3: invalid JSON: ", "{\"x\":1}\n{\"x\":\n");
    assertFault("t.csv: line 2: expected 2 cells as in line 1, found 1", "[1,2]\n[1]\n");
    for (String nothing : List.of("{}", "[]", "{}\n{}\n", "[]\n[]\n", "[[], []]", "[{}]")) {
      assertFault("t.csv: expected at least one column, found none", nothing);
    }
  }

  private void assertFault(String message, String content) {
    IOException e = assertThrows(IOException.class, () -> read(content));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }
}
