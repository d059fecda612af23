package dev.polymath.models.data;

import static dev.polymath.models.data.Contents.labels;
import static dev.polymath.models.data.Contents.row;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A table for a model")
class CsvForModelTest {

  private static final Csv.Layout DETECTED = Csv.Layout.DETECTED;
  private static final List<String> FLOWERS = List.of("iris", "rose");

  /** Trained on {@code width,height,flower}. */
  private static final ModelInput.Table NAMED =
      new ModelInput.Table(2, List.of("width", "height"), "flower", 2);

  /** Trained without a header, with the label in the first column. */
  private static final ModelInput.Table LABEL_FIRST = new ModelInput.Table(2, List.of(), null, 0);

  private final List<String> notes = new ArrayList<>();

  private static Csv.Source table(String content) {
    return Csv.Source.of(
        "rows.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }

  private DataSet read(String content, ModelInput input, List<String> classes) throws IOException {
    return Csv.read(table(content), DETECTED, input, classes, notes::add);
  }

  private List<String> rows(String content, Csv.Layout layout, ModelInput input)
      throws IOException {
    List<String> rows = new ArrayList<>();
    Csv.readFeatures(
        table(content),
        layout,
        input,
        notes::add,
        (line, row) -> rows.add(line + " " + Arrays.toString(row)));
    return rows;
  }

  /** Rows (1, 2.5) rose and (−3, 4) iris, and nothing else to be said. */
  private void assertTwoFlowers(String content, ModelInput input, Csv.Layout layout)
      throws IOException {
    DataSet data = Csv.read(table(content), layout, input, FLOWERS, notes::add);
    assertEquals(List.of("rose", "iris"), labels(data));
    assertArrayEquals(new float[] {1, 2.5f}, row(data, 0));
    assertArrayEquals(new float[] {-3, 4}, row(data, 1));
    assertSame(input, data.input());
    assertSame(data, data.fittedTo(input));
    assertSame(data, data.withClassNames(FLOWERS));
    int line = content.contains("width") ? 2 : 1;
    assertEquals(
        List.of(line + " [1.0, 2.5]", (line + 1) + " [-3.0, 4.0]"), rows(content, layout, input));
  }

  private void assertTwoFlowers(String content, ModelInput input) throws IOException {
    assertTwoFlowers(content, input, DETECTED);
  }

  private void assertMessage(String expected, String content, ModelInput input) {
    IOException e = assertThrows(IOException.class, () -> read(content, input, FLOWERS));
    assertEquals("rows.csv: " + expected, e.getMessage());
  }

  private void assertRowsMessage(String expected, String content, ModelInput input) {
    IOException e = assertThrows(IOException.class, () -> rows(content, DETECTED, input));
    assertEquals("rows.csv: " + expected, e.getMessage());
  }

  @Test
  @DisplayName("is matched by name, in any order and with the label anywhere")
  void byName() throws IOException {
    assertTwoFlowers("width,height,flower\n1,2.5,rose\n-3,4,iris\n", NAMED);
    assertTwoFlowers("height,width,flower\n2.5,1,rose\n4,-3,iris\n", NAMED);
    assertTwoFlowers("flower,height,width\nrose,2.5,1\niris,4,-3\n", NAMED);
    assertTwoFlowers(",height,flower,width\na,2.5,rose,1\nb,4,iris,-3\n", NAMED);
    assertEquals(List.of(), notes);
  }

  @Test
  @DisplayName("may have columns that the model does not know, which are noted once")
  void extraColumns() throws IOException {
    assertTwoFlowers("id,width,height,flower\n7,1,2.5,rose\n8,-3,4,iris\n", NAMED);
    String note = "rows.csv: ignored a column that the model does not know: \"id\"";
    assertEquals(List.of(note, note), notes);
    notes.clear();
    // They may hold anything.
    assertTwoFlowers("id,width,,height,flower\nx,1,,2.5,rose\n,-3,?,4,iris\n", NAMED);
    assertEquals(
        "rows.csv: ignored columns that the model does not know: \"id\", \"\"", notes.get(0));
  }

  @Test
  @DisplayName("with duplicate names is matched by their order")
  void duplicates() throws IOException {
    ModelInput.Table twice = new ModelInput.Table(2, List.of("a", "a"), "kind", 2);
    DataSet data = read("a,kind,b,a\n1,rose,0,2\n3,iris,0,4\n", twice, FLOWERS);
    assertArrayEquals(new float[] {1, 2}, row(data, 0));
    assertEquals(List.of("rose", "iris"), labels(data));
    // The label has a feature's name, and stood between the two.
    ModelInput.Table label = new ModelInput.Table(2, List.of("a", "a"), "a", 1);
    data = read("a,a,a\n1,rose,2\n3,iris,4\n", label, FLOWERS);
    assertArrayEquals(new float[] {1, 2}, row(data, 0));
    assertEquals(List.of("rose", "iris"), labels(data));
    assertEquals(List.of("2 [1.0, 2.0]"), rows("a,a\n1,2\n", DETECTED, label));
    assertMessage("there is no label column \"a\"; found \"a\", \"a\"", "a,a\n1,2\n", label);
  }

  @Test
  @DisplayName("that lacks a column is refused with its name")
  void missing() {
    assertMessage(
        "there is no column \"height\"; found \"width\", \"flower\"",
        "width,flower\n1,rose\n",
        NAMED);
    assertMessage(
        "there are no columns \"width\", \"height\"; found \"Width\", \"flower\"",
        "Width,flower\n1,rose\n",
        NAMED);
    assertRowsMessage("there is no column \"height\"; found \"width\"", "width\n1\n", NAMED);
    assertMessage(
        "there is no label column \"flower\"; found \"width\", \"height\"",
        "width,height\n1,2\n",
        NAMED);
  }

  @Test
  @DisplayName("may lack the label where only features are wanted")
  void labelAbsent() throws IOException {
    assertEquals(List.of("2 [1.0, 2.5]"), rows("height,id,width\n2.5,0,1\n", DETECTED, NAMED));
    assertEquals(List.of("2 [1.0, 2.5]"), rows("height,width,flower\n2.5,1,\n", DETECTED, NAMED));
    assertEquals(List.of("1 [1.0, 2.5]"), rows("1,2.5\n", DETECTED, NAMED));
    assertEquals(List.of("1 [1.0, 2.5]"), rows("1,2.5\n", DETECTED, LABEL_FIRST));
  }

  @Test
  @DisplayName("may name another column as the label")
  void labelGiven() throws IOException {
    assertTwoFlowers(
        "width,kind,height\n1,rose,2.5\n-3,iris,4\n", NAMED, DETECTED.withLabel("kind"));
    assertTwoFlowers("1,rose,2.5\n-3,iris,4\n", NAMED, DETECTED.withLabel("2"));
    assertTwoFlowers("1,rose,2.5\n-3,iris,4\n", LABEL_FIRST, DETECTED.withLabel("2"));
    assertEquals(List.of(), notes);
  }

  @Test
  @DisplayName("without names on either side is matched by place and count")
  void byPlace() throws IOException {
    assertTwoFlowers("1,2.5,rose\n-3,4,iris\n", NAMED);
    assertTwoFlowers("rose,1,2.5\niris,-3,4\n", LABEL_FIRST);
    assertTwoFlowers("flower,width,height\nrose,1,2.5\niris,-3,4\n", LABEL_FIRST);
    assertTwoFlowers(",flower,width,height\nx,rose,1,2.5\ny,iris,-3,4\n", LABEL_FIRST);
    assertTwoFlowers("1,2.5,rose\n-3,4,iris\n", new ModelInput.Numbers(2));
    assertTwoFlowers("class,width,height\nrose,1,2.5\niris,-3,4\n", new ModelInput.Numbers(2));
    assertMessage(
        "expected 3 columns (2 features and the label), found 2", "1,2\n3,4\n", LABEL_FIRST);
    assertMessage(
        "expected 3 columns (2 features and the label), found 4; the table has no header, so that"
            + " nothing tells which is which",
        "1,2,3,rose\n3,4,5,iris\n",
        NAMED);
    assertRowsMessage("expected 2 columns, or 3 with the label, found 4", "1,2,3,4\n", LABEL_FIRST);
  }

  @Test
  @DisplayName("has a header where the first line holds all names, even if they are numbers")
  void numericNames() throws IOException {
    ModelInput.Table years = new ModelInput.Table(2, List.of("2019", "2020"), "2021", 2);
    DataSet data = read("2020,2019,2021\n1,2,7\n3,4,8\n", years, List.of("7", "8"));
    assertEquals(2, data.size());
    assertArrayEquals(new float[] {2, 1}, row(data, 0));
    assertEquals(List.of("2 [2.0, 1.0]"), rows("2020,2019\n1,2\n", DETECTED, years));
    assertEquals(1, rows("2020,2018\n", DETECTED, years).size());
    assertEquals(1, rows("2020,2019\n", DETECTED.withHeader(false), years).size());
  }

  @Test
  @DisplayName("has the model's classes: by name, or by the number in its usual form")
  void classes() throws IOException {
    ModelInput one = new ModelInput.Numbers(1);
    assertEquals(
        List.of("3", "10", "3"), labels(read("0,3.0\n0,10\n0,+3\n", one, List.of("10", "3", "7"))));
    assertEquals(List.of("3.0", "3"), labels(read("0,3.0\n0,3\n", one, List.of("3", "3.0"))));
    assertEquals(List.of("1E2", "100"), labels(read("0,1E2\n0,100\n", one, List.of("1E2", "100"))));
    assertMessage(
        "line 3, column 3 (flower): expected one of the model's classes \"iris\", \"rose\", found"
            + " \"tulip\"",
        "width,height,flower\n1,2,rose\n3,4,tulip\n",
        NAMED);
    IOException e =
        assertThrows(IOException.class, () -> read("0,1E2\n", one, List.of("100", "200")));
    assertEquals(
        "rows.csv: line 1, column 2: expected one of the model's classes \"100\", \"200\", found"
            + " \"1E2\"",
        e.getMessage());
  }

  private static ModelInput.Pictures pictures(int white) {
    return new ModelInput.Pictures(
        new ImageSize(1, 2), PictureForm.AS_IS, white, new ModelInput.Numbers(2).table());
  }

  @Test
  @DisplayName("of pixels is read in the model's range, however dark its rows are")
  void pixels() throws IOException {
    List<String> digits = List.of("0", "1");
    // All pixels are at most 1: read by itself the table would be taken as fractions of white.
    DataSet dark = read("0,1,0\n1,1,1\n", pictures(255), digits);
    assertArrayEquals(new float[] {0, 1f / 255}, row(dark, 0));
    assertArrayEquals(new float[] {1f / 255, 1f / 255}, row(dark, 1));
    assertSame(dark, dark.fittedTo(dark.input()));
    assertEquals(new ImageSize(1, 2), dark.imageSize().orElseThrow());
    DataSet bright = read("0,1,0\n0.2,0.996,1\n", pictures(1), digits);
    assertArrayEquals(new float[] {0, 1}, row(bright, 0));
    assertArrayEquals(new float[] {51 * (1f / 255), 254 * (1f / 255)}, row(bright, 1));

    assertEquals(
        List.of("1 " + Arrays.toString(row(dark, 0)), "2 " + Arrays.toString(row(dark, 1))),
        rows("0,1\n1,1\n", DETECTED, pictures(255)));
    assertEquals(
        List.of("1 " + Arrays.toString(row(bright, 0)), "2 " + Arrays.toString(row(bright, 1))),
        rows("0,1,0\n0.2,0.996,1\n", DETECTED, pictures(1)));
  }

  @Test
  @DisplayName("of pixels is refused where one is out of the model's range")
  void notPixels() {
    assertMessage(
        "line 2, column 2: expected a whole number from 0 to 255, found 0.5",
        "0,255,rose\n0,0.5,iris\n",
        pictures(255));
    assertRowsMessage(
        "line 1, column 1: expected a whole number from 0 to 255, found 256.0",
        "256,0\n",
        pictures(255));
    assertMessage(
        "line 2, column 1: expected 0 to 1, found 128.0", "0,1,rose\n128,0,iris\n", pictures(1));
    assertRowsMessage("line 1, column 2: expected 0 to 1, found -0.1", "0,-0.1\n", pictures(1));
  }

  @Test
  @DisplayName("of pixels with names is matched by them")
  void namedPixels() throws IOException {
    ModelInput.Pictures named =
        new ModelInput.Pictures(
            new ImageSize(1, 2),
            PictureForm.AS_IS,
            255,
            new ModelInput.Table(2, List.of("p0", "p1"), "label", 0));
    DataSet data = read("p1,p0,label\n255,0,rose\n", named, FLOWERS);
    assertArrayEquals(new float[] {0, 1}, row(data, 0));
    assertSame(named, data.input());
    assertSame(data, data.fittedTo(named));
  }

  @Test
  @DisplayName("may come from a pipe, plain or gzip, and is read once and closed")
  void pipe() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write("height,width,flower\n2.5,1,rose\n".getBytes(StandardCharsets.UTF_8));
    }
    Pipe pipe = new Pipe(packed.toByteArray());
    DataSet data = Csv.read(Csv.Source.of("-", pipe), DETECTED, NAMED, FLOWERS, notes::add);
    assertArrayEquals(new float[] {1, 2.5f}, row(data, 0));
    assertEquals(1, pipe.closed);
    Pipe broken = new Pipe("1,2,x,rose\n".getBytes(StandardCharsets.UTF_8));
    IOException e =
        assertThrows(
            IOException.class,
            () -> Csv.read(Csv.Source.of("-", broken), DETECTED, NAMED, FLOWERS, notes::add));
    assertEquals(true, String.valueOf(e.getMessage()).startsWith("-: expected 3 columns"));
    assertEquals(1, broken.closed);
  }

  /** Gives a byte at a time, as a slow pipe may. */
  private static final class Pipe extends InputStream {
    private final InputStream bytes;
    private int closed;

    Pipe(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() throws IOException {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return bytes.read(target, offset, Math.min(1, length));
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
