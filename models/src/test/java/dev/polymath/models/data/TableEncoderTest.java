package dev.polymath.models.data;

import static dev.polymath.models.data.Contents.row;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The encoder of a table")
class TableEncoderTest {

  private static final TableEncoder.Options PLAIN = TableEncoder.Options.DEFAULT.withBins(0);

  /** All kinds of columns, and some that are left out. */
  private static final String PEOPLE =
      """
      id,age,city,const,joined,none,note,label
      1,30,Rome,x,2024-01-01,,n1,a
      2,40,Rome,x,2024-01-02,,n2,b
      3,,Oslo,x,2024-01-08,,n3,a
      4,50,Oslo,x,2024-01-09,,n4,b
      5,60,,x,2024-01-10,,n5,a
      6,70,Bern,x,2024-01-11,,n6,b
      """;

  private final List<String> notes = new ArrayList<>();

  private static Csv.Source source(String content) {
    return Csv.Source.of(
        "t.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }

  private Table table(String content) throws IOException {
    return Table.read(source(content), Csv.Layout.DETECTED, notes::add);
  }

  private static Table.Target target(Table table) {
    return Table.Target.classes(table, table.target());
  }

  private TableEncoder fit(String content, TableEncoder.Options options) throws IOException {
    Table table = table(content);
    return TableEncoder.fit(table, target(table), options);
  }

  private static String rows(String header, int count, IntFunction<String> row) {
    return IntStream.range(0, count)
        .mapToObj(row)
        .collect(Collectors.joining("\n", header + "\n", "\n"));
  }

  @Test
  @DisplayName("tells the kinds of columns, and leaves out those that say nothing")
  void kinds() throws IOException {
    Table table = table(PEOPLE);
    TableEncoder encoder = TableEncoder.fit(table, target(table), PLAIN);
    assertEquals(
        List.of(
            "age",
            "age missing",
            "city=Oslo",
            "city=Rome",
            "city other",
            "city missing",
            "joined",
            "joined Monday",
            "joined Tuesday",
            "joined Wednesday",
            "joined Thursday",
            "joined Friday",
            "joined Saturday",
            "joined Sunday"),
        encoder.featureNames());
    assertEquals(
        List.of(
            "id (identifies rows)",
            "const (constant)",
            "none (missing in every training row)",
            "note (text, different in every row)"),
        FeatureNames.leftOut(encoder.columns(), encoder.targetColumn()));
    DataSet data = encoder.encode(table, target(table), notes::add);
    float[] third = row(data, 2);
    // The median of 30, 40, 50, 60 and 70 is 50, their quartiles 40 and 60.
    assertArrayEquals(new float[] {0, 1, 1, 0, 0, 0}, Arrays.copyOf(third, 6));
    assertEquals(1, third[7], "a Monday");
    assertEquals("70", encoder.cell(1, row(data, 5)));
    assertEquals("missing", encoder.cell(1, third));
    assertEquals("Oslo", encoder.cell(2, third));
    assertEquals("another value", encoder.cell(2, row(data, 5)));
    assertEquals("missing", encoder.cell(2, row(data, 4)));
    assertEquals("", encoder.cell(3, third), "left out");
    assertEquals("2024-01-08", encoder.cell(4, third));
    double z = -1;
    assertEquals((float) (z / Math.sqrt(1 + z * z / 9)), row(data, 0)[0]);
    assertEquals(1, row(data, 4)[5], "no city");
    assertEquals(1, row(data, 5)[4], "a city that occurs once");
    List<String> summary = encoder.summary(table);
    assertTrue(summary.get(0).matches("age +number +5 different, 1 missing"), summary::toString);
    assertTrue(summary.contains("left out: \"const\" (constant)"), summary::toString);
  }

  @Test
  @DisplayName("reads cells back as they were written, in the fewest digits that tell them apart")
  void cellsReadBack() throws IOException {
    List<String> numbers = List.of("0.1", "-3.75", "39", "7.9250", "1234567", "12.5", "1e-7", "8");
    String content = rows("x,k,y", 32, i -> numbers.get(i % 8) + ",k" + i % 2 + "," + i % 2);
    Table table = table(content);
    TableEncoder encoder = TableEncoder.fit(table, target(table), TableEncoder.Options.DEFAULT);
    DataSet data = encoder.encode(table, target(table), notes::add);
    List<String> expected = List.of("0.1", "-3.75", "39", "7.925", "about ", "12.5", "", "8");
    for (int i = 0; i < expected.size(); i++) {
      String cell = encoder.cell(0, row(data, i));
      assertTrue(cell.startsWith(expected.get(i)), cell);
    }
    DataSet other = encoder.encode(table("x,k,y\n1,new,0\n"), target(table), note -> {});
    assertEquals("none that training had", encoder.cell(1, row(other, 0)));
  }

  @Test
  @DisplayName("does what it is told of a column")
  void told() throws IOException {
    TableEncoder.Options options =
        PLAIN
            .withKind("id", TableEncoder.Kind.CATEGORY)
            .withKind("2", TableEncoder.Kind.LEFT_OUT)
            .withKind("joined", TableEncoder.Kind.CATEGORY);
    TableEncoder encoder = fit(PEOPLE, options);
    assertInstanceOf(EncodedColumn.Category.class, encoder.columns().get(0));
    assertInstanceOf(EncodedColumn.LeftOut.class, encoder.columns().get(1));
    assertInstanceOf(EncodedColumn.Category.class, encoder.columns().get(4));
    assertFault(
        "t.csv: there is no column \"town\", expected a number from 1 to 8 or a name of \"id\",",
        PLAIN.withKind("town", TableEncoder.Kind.LEFT_OUT));
    assertFault(
        "t.csv: column 8 (label) is the target, which is no feature",
        PLAIN.withKind("label", TableEncoder.Kind.NUMERIC));
    assertFault(
        "t.csv: line 2, column 3 (city): expected a number, found \"Rome\"",
        PLAIN.withKind("city", TableEncoder.Kind.NUMERIC));
    assertFault(
        "t.csv: column 2 (age) is named twice",
        PLAIN.withKind("age", TableEncoder.Kind.NUMERIC).withKind("2", TableEncoder.Kind.NUMERIC));
  }

  private void assertFault(String message, TableEncoder.Options options) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> fit(PEOPLE, options));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  @DisplayName("scales to mean 0 and deviation 1, or cuts numbers into parts, as it is told")
  void numbers() throws IOException {
    String rows = "x,y\n0,a\n1,b\n2,a\n3,b\n4,a\n";
    Table table = table(rows);
    DataSet standard =
        TableEncoder.fit(table, target(table), PLAIN.withScaling(TableEncoder.Scaling.STANDARD))
            .encode(table, target(table), notes::add);
    assertEquals((float) (-2 / Math.sqrt(2)), row(standard, 0)[0]);
    TableEncoder parts = TableEncoder.fit(table, target(table), PLAIN.withBins(4));
    assertEquals(5, parts.features());
    assertEquals("x from 1 to 2", parts.featureNames().get(2));
    DataSet encoded = parts.encode(table, target(table), notes::add);
    assertArrayEquals(new float[] {1, 1, 0, 0}, Arrays.copyOfRange(row(encoded, 2), 1, 5));
    Table later = table("x,y\n-5,a\n2.25,b\n1e300,a\n,b\n");
    DataSet more = parts.encode(later, target(later), notes::add);
    assertArrayEquals(new float[] {0, 0, 0, 0}, Arrays.copyOfRange(row(more, 0), 1, 5));
    assertArrayEquals(new float[] {1, 1, 0.25f, 0}, Arrays.copyOfRange(row(more, 1), 1, 5));
    assertArrayEquals(new float[] {3, 1, 1, 1, 1}, row(more, 2));
    assertArrayEquals(row(encoded, 2), row(more, 3), "the median");
    assertEquals(
        List.of(
            "t.csv: has values that training had rarely or never, taken as other or missing:"
                + " column 1 (x): 1 row, missing"),
        notes);
  }

  @Test
  @DisplayName("gives the most frequent values a feature each, and one to all others")
  void frequent() throws IOException {
    String rows = rows("c,y", 1000, i -> "v" + (i < 600 ? i % 100 : 0) + "," + i % 2);
    TableEncoder encoder = fit(rows, PLAIN);
    EncodedColumn.Category category = (EncodedColumn.Category) encoder.columns().get(0);
    assertEquals(64, category.values().size());
    assertEquals("v0", category.values().get(0));
    assertTrue(category.other());
    assertEquals(65, encoder.features());
  }

  @Test
  @DisplayName("leaves out a column of very many texts")
  void tooMany() throws IOException {
    String rows = rows("c,x,y", 30_000, i -> "v" + i % 12_000 + "," + i % 5 + "," + i % 2);
    TableEncoder encoder = fit(rows, PLAIN);
    assertEquals(
        "text, 12,000 different ones", ((EncodedColumn.LeftOut) encoder.columns().get(0)).why());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> fit(rows("c,y", 40, i -> "v" + i + "," + i % 2), PLAIN));
    assertEquals(
        "no column is left to learn from: c (text, different in every row)", e.getMessage());
  }

  @Test
  @DisplayName("makes the same features of a later table whatever its order, and of a stream")
  void later() throws IOException {
    Table table = table(PEOPLE);
    Table.Target target = target(table);
    TableEncoder encoder = TableEncoder.fit(table, target, PLAIN);
    DataSet data = encoder.encode(table, target, note -> {});
    String turned =
        """
        label,extra,joined,city,age
        a,1,2024-01-01,Rome,30.0
        b,1,2024-01-02,Rome,40
        a,1,2024-01-08,Oslo,NA
        b,1,2024-01-09,Oslo,50
        a,1,2024-01-10,?,6e1
        b,1,2024-01-11,Bern,70
        """;
    ModelInput input = new ModelInput.Columns(encoder);
    DataSet again =
        Csv.read(source(turned), Csv.Layout.DETECTED, input, target.names(), notes::add);
    assertEquals(data.fingerprint(), again.fingerprint());
    assertEquals(
        List.of(
            "t.csv: ignored a column that the model does not know: \"extra\"",
            "t.csv: has values that training had rarely or never, taken as other or missing:"
                + " column 4 (city): 1 row, such as \"Bern\""),
        notes);
    Table typed = table(turned);
    Table.Target same = encoder.targetIn(typed, target);
    assertEquals(0, same.column());
    assertEquals(data.fingerprint(), encoder.encode(typed, same, note -> {}).fingerprint());
    List<float[]> rows = new ArrayList<>();
    Csv.readFeatures(
        source("{\"city\":\"Rome\",\"age\":30,\"joined\":\"2024-01-01\"}\n"),
        Csv.Layout.DETECTED,
        input,
        notes::add,
        (line, features) -> rows.add(features.clone()));
    assertArrayEquals(row(data, 0), rows.get(0));
    // Without names on one side all columns are matched by place, those left out too.
    Csv.readFeatures(
        source("1,30,Rome,x,2024-01-01,,n1\n2,40,Rome,x,2024-01-02,,n2\n"),
        Csv.Layout.DETECTED.withHeader(false),
        input,
        notes::add,
        (line, features) -> rows.add(features.clone()));
    assertArrayEquals(row(data, 1), rows.get(2));
  }

  @Test
  @DisplayName("takes digits of one length with leading zeros as codes")
  void codes() throws IOException {
    TableEncoder encoder = fit("c,d,e,y\n007,1,01,0\n010,10,2,1\n007,1,01,1\n010,10,2,0\n", PLAIN);
    assertEquals(
        new EncodedColumn.Category("c", List.of("007", "010"), false, false),
        encoder.columns().get(0));
    assertInstanceOf(EncodedColumn.Numeric.class, encoder.columns().get(1));
    assertInstanceOf(EncodedColumn.Numeric.class, encoder.columns().get(2));
  }

  @Test
  @DisplayName("knows a single row by its numbers, however much text it has")
  void singleRow() throws IOException {
    TableEncoder encoder = fit("A1,B1,2,x\nA2,B1,3,y\nA1,B2,4,x\nA2,B2,4,y\n", PLAIN);
    List<Long> lines = new ArrayList<>();
    for (String file : List.of("A1,B2,5\n", "A1,B2,5,x\n", "one,two,three\nA1,B2,5\n")) {
      Csv.readFeatures(
          source(file),
          Csv.Layout.DETECTED,
          new ModelInput.Columns(encoder),
          notes::add,
          (line, features) -> lines.add(line));
    }
    assertEquals(List.of(1L, 1L, 2L), lines);
  }

  @Test
  @DisplayName("counts what training never had, and refuses what it cannot read")
  void strange() throws IOException {
    Table table = table(PEOPLE);
    TableEncoder encoder = TableEncoder.fit(table, target(table), PLAIN);
    ModelInput input = new ModelInput.Columns(encoder);
    List<float[]> rows = new ArrayList<>();
    Csv.readFeatures(
        source("age,city,joined\n30,Paris,2024-01-01\n30,Lima,2024-01-01\n"),
        Csv.Layout.DETECTED,
        input,
        notes::add,
        (line, features) -> rows.add(features.clone()));
    assertEquals(1, rows.get(0)[4], "other");
    assertTrue(notes.get(0).endsWith("column 2 (city): 2 rows, such as \"Paris\""), notes.get(0));
    assertReadFault(
        "t.csv: line 3, column 1 (age): expected a number as in training, found \"old\"; leave the"
            + " cell empty if it is not known",
        "age,city,joined\n30,Rome,2024-01-01\nold,Rome,2024-01-01\n",
        input);
    assertReadFault(
        "t.csv: there is no column \"city\"; found \"age\", \"joined\"",
        "age,joined\n30,2024-01-01\n",
        input);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                encoder.encode(
                    table("age,label\n1,a\n2,b\n"),
                    new Table.Target(1, Task.CLASSIFICATION, List.of("a", "b")),
                    notes::add));
    assertEquals(
        "t.csv: there are no columns \"city\", \"joined\"; found \"age\", \"label\"",
        e.getMessage());
  }

  private void assertReadFault(String message, String content, ModelInput input) {
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                Csv.readFeatures(
                    source(content),
                    Csv.Layout.DETECTED,
                    input,
                    notes::add,
                    (line, features) -> {}));
    assertEquals(message, e.getMessage());
  }

  @Test
  @DisplayName("does not let a value that training had not move a feature nobody learned")
  void unseenWithoutOther() throws IOException {
    TableEncoder encoder = fit("c,y\nu,0\nv,1\nu,1\nv,0\n", PLAIN);
    assertEquals(2, encoder.features());
    Table later = table("c,y\nw,0\n,1\n");
    DataSet data =
        encoder.encode(
            later, new Table.Target(1, Task.CLASSIFICATION, List.of("0", "1")), notes::add);
    assertArrayEquals(new float[2], row(data, 0));
    assertArrayEquals(new float[2], row(data, 1));
  }

  @Test
  @DisplayName("tells several columns of one name by their order")
  void sameNames() throws IOException {
    String rows = "a,a,a,label\n1,5,1,p\n1,6,2,q\n1,7,3,p\n1,8,4,q\n";
    Table table = table(rows);
    TableEncoder encoder = TableEncoder.fit(table, target(table), PLAIN);
    DataSet data = encoder.encode(table, target(table), notes::add);
    DataSet again =
        Csv.read(
            source("label,a,a,a\np,1,5,1\nq,1,6,2\np,1,7,3\nq,1,8,4\n"),
            Csv.Layout.DETECTED,
            new ModelInput.Columns(encoder),
            List.of("p", "q"),
            notes::add);
    assertEquals(data.fingerprint(), again.fingerprint());
  }

  @Test
  @DisplayName(
      "warns of repeated rows, of tests that were trained on, and of columns that tell all")
  void checks() throws IOException {
    String rows =
        rows("x,leak,y", 40, i -> i / 2 + "," + (i / 2 % 2 == 0 ? "u" : "v") + "," + i / 2 % 2);
    Table table = table(rows);
    TableEncoder encoder = TableEncoder.fit(table, target(table), PLAIN);
    encoder.check(table, table("x,leak,y\n0,u,0\n9,w,1\n"), target(table), PLAIN, notes::add);
    assertEquals(
        List.of(
            "t.csv: 20 of the 40 training rows repeat another row",
            "t.csv: 1 of the 2 test rows is among the training rows too; the test is easier by"
                + " them",
            "t.csv: column 2 (leak) tells the class of every training row alone; if that is known"
                + " only afterwards, leave it out with --drop"),
        notes);
  }

  @Test
  @DisplayName("encodes the rows of a target of numbers, and warns of a column that repeats it")
  void numericTarget() throws IOException {
    Table table = table(rows("x,copy,y", 40, i -> i % 7 + "," + i * 1.5 + "," + i * 1.50 + "0"));
    Table.Target target = Table.Target.of(table, 2, null, notes::add);
    assertEquals(new Table.Target(2, Task.REGRESSION, List.of("y")), target);
    TableEncoder encoder = TableEncoder.fit(table, target, PLAIN);
    DataSet data = encoder.encode(table, target, notes::add);
    assertEquals(6, data.target(4, 0));
    encoder.check(table, table.subset(0), target, PLAIN, notes::add);
    assertEquals(
        "t.csv: column 2 (copy) has the target's own numbers; leave it out with --drop",
        notes.get(notes.size() - 1));
    assertTrue(notes.get(0).contains("taken as the target of a regression"), notes.get(0));
    DataSet later =
        Csv.readTarget(
            source("y,x,copy\n$1.5,0,1\n?,0,2\n"),
            Csv.Layout.DETECTED,
            data.input(),
            "y",
            notes::add);
    assertEquals(1, later.size());
    assertEquals(1.5, later.target(0, 0));
    assertEquals("t.csv: 1 row without a target left out", notes.get(notes.size() - 1));
  }

  @Test
  @DisplayName("warns of a column that a few cells keep from being numbers")
  void mixed() throws IOException {
    String rows = rows("x,y", 40, i -> (i == 30 ? "12 m" : "" + i % 10) + "," + i / 5 % 2);
    Table table = table(rows);
    TableEncoder.fit(table, target(table), PLAIN)
        .check(table, table.subset(0), target(table), PLAIN, notes::add);
    assertEquals(
        "t.csv: column 1 (x) is taken as text, for 1 of its 40 cells is no number, such as \"12 m\""
            + " in line 32; empty such cells, or confirm it with --category",
        notes.get(notes.size() - 1));
    notes.clear();
    TableEncoder.Options told = PLAIN.withKind("x", TableEncoder.Kind.CATEGORY);
    TableEncoder.fit(table, target(table), told)
        .check(table, table.subset(0), target(table), told, notes::add);
    assertTrue(notes.stream().noneMatch(note -> note.contains("taken as text")), notes::toString);
  }

  @Test
  @DisplayName("does not mix with the features of another encoder, or of none")
  void others() throws IOException {
    Table table = table(PEOPLE);
    DataSet one =
        TableEncoder.fit(table, target(table), PLAIN).encode(table, target(table), notes::add);
    DataSet other =
        TableEncoder.fit(table, target(table), PLAIN.withScaling(TableEncoder.Scaling.STANDARD))
            .encode(table, target(table), notes::add);
    assertNotEquals(one.input(), other.input());
    assertThrows(IllegalArgumentException.class, () -> one.fittedTo(other.input()));
    assertThrows(
        IllegalArgumentException.class, () -> one.fittedTo(new ModelInput.Numbers(one.features())));
    assertEquals(
        one,
        one.fittedTo(
            TableEncoder.fit(table, target(table), PLAIN)
                .encode(table, target(table), notes::add)
                .input()));
  }

  @Test
  @DisplayName("reads dates in several forms, with the hour where it varies")
  void dates() throws IOException {
    TableEncoder encoder =
        fit(
            "t,d,m,y\n2024-05-31T06:00:00Z,31.5.2024,5/31/2024,a\n"
                + "2024-05-31T18:30:00Z,1.6.2024,6/1/2024,b\n"
                + "2024-05-31 12:00,2.6.2024,6/2/2024,a\n"
                + "2024-05-31 12:00,2.6.2024,6/2/2024,b\n",
            PLAIN);
    EncodedColumn.Dates time = (EncodedColumn.Dates) encoder.columns().get(0);
    assertEquals("iso", time.form());
    assertEquals(19_874.5, time.days().median());
    assertEquals(12, time.hours() == null ? -1 : time.hours().median());
    assertEquals(false, time.weekdays());
    assertEquals("dotted", ((EncodedColumn.Dates) encoder.columns().get(1)).form());
    assertEquals("month-first", ((EncodedColumn.Dates) encoder.columns().get(2)).form());
  }
}
