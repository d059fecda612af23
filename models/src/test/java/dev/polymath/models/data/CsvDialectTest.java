package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A CSV file as a spreadsheet or a program writes it")
class CsvDialectTest {

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private final List<String> notes = new ArrayList<>();

  private DataSet read(byte[] content) throws IOException {
    return Csv.read(
        Csv.Source.of("a.csv", new ByteArrayInputStream(content)), Csv.Layout.DETECTED, notes::add);
  }

  private DataSet read(String content) throws IOException {
    return read(content.getBytes(StandardCharsets.UTF_8));
  }

  private static float[] row(DataSet data, int example) {
    float[] row = new float[data.features()];
    data.copyFeatures(example, row, 0);
    return row;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A decimal comma: with a header and without, with more commas than semicolons.
        "1,5;2,25;a\n-3;0,5;b\n",
        "x;y;kind\n1,5;2,25;a\n-3;0,5;b\n",
        "x\ty\tkind\n1,5\t2,25\ta\n-3\t0,5\tb\n",
        "\"1,5\",\"2,25\",a\n-3,\"0,5\",b\n",
        "15e-1;2,25;a\n-3;,5;b\n",
        // Bars and blanks.
        "1.5|2.25|a\n-3|0.5|b\n",
        "x|y|kind\n1.5 | 2.25 | a\n-3 | .5 | b\n",
        "1.5 2.25 a\n-3 0.5 b\n",
        "x y kind\n1.5 2.25 a\n-3 0.5 b\n",
        "   1.5   2.25   a\n    -3    0.5   \"b\"  \n\n",
        " x  \t y \"kind\"\r\n1.5 \t 2.25\ta\r\n-3 0.5 b\r\n",
        "1,5 2,25 a\n-3 0,5 b\n",
        // Empty columns and lines behind the others.
        "1.5,2.25,a,,\n-3,0.5,b,,\n,,,,\n,,,,\n",
        "x,y,kind,\n1.5,2.25,a,\n-3,0.5,b,\n",
        "x,y,kind\n1.5,2.25,a,,,\n-3,0.5,b\n,,\n",
        "1,5;2,25;a;\n-3;0,5;b;\n;;;\n",
        ",,,\nx,y,kind,\n1.5,2.25,a,\n-3,0.5,b,\n",
        "1.5,2.25,a\n-3,0.5,b\n   \n \t \n",
        // Excel's own way to say the separator.
        "sep=;\nx;y;kind\n1,5;2,25;a\n-3;0,5;b\n",
        "SEP=\t\r\n1.5\t2.25\ta\r\n-3\t.5\tb\r\n",
        "sep=:\n1.5:2.25:a\n-3:.5:b\n",
        // Comments.
        "# made by hand, on a Sunday, \"so to say\n1.5,2.25,a\n-3,0.5,b\n",
        "# made by hand, for a book, on a fine Sunday afternoon\n1.5,2.25,a\n-3,0.5,b\n",
        "# made by hand, not typed, not drawn.\n1.5,2.25,a\n-3,0.5,b\n",
        "# ---, ---, ---\n1.5,2.25,a\n-3,0.5,b\n",
        "# one\n#two\n\nx,y,kind\n1.5,2.25,a\n# , three\n-3,0.5,b\n#the end",
        "#x,y,kind\n1.5,2.25,a\n-3,0.5,b\n",
        "# made by hand\n# x y kind\n1.5 2.25 a\n-3 0.5 b\n",
        "1.5,2.25,a\n#9,9,c\n-3,0.5,b\n",
      })
  @DisplayName("is read rightly")
  void dialects(String content) throws IOException {
    DataSet data = read(content);
    assertEquals(List.of("a", "b"), data.classNames());
    assertEquals(2, data.size());
    assertArrayEquals(new float[] {1.5f, 2.25f}, row(data, 0));
    assertArrayEquals(new float[] {-3, 0.5f}, row(data, 1));
    assertEquals(0, data.label(0));
    boolean named = content.contains("kind");
    assertEquals(named ? List.of("x", "y") : List.of(), data.featureNames());
    assertEquals(List.of(), notes);
  }

  @Test
  @DisplayName("may have labels with the other separators, and that begin with #")
  void separatorsInLabels() throws IOException {
    assertEquals(List.of("a b;c", "d e;f"), read("1,2,a b;c\n3,4,d e;f\n").classNames());
    assertEquals(List.of("a, b", "c, d"), read("1;2;a, b\n3;4;c, d\n").classNames());
    assertEquals(List.of("1 a"), read("1,2,1 a\n3,4,1 a\n").classNames());
    Csv.Layout first = Csv.Layout.DETECTED.withLabel("1");
    String colours = "#f00,1,2\nblue,3,4\n#0f0,3,4\n";
    Csv.Source source =
        Csv.Source.of("a.csv", new ByteArrayInputStream(colours.getBytes(StandardCharsets.UTF_8)));
    assertEquals(List.of("#0f0", "#f00", "blue"), Csv.read(source, first, notes::add).classNames());
  }

  @Test
  @DisplayName("keeps the numbers of its lines")
  void lineNumbers() throws IOException {
    List<Long> lines = new ArrayList<>();
    for (String content :
        List.of("# c\n\n1 2\n\n# c\n3 4", "# c\n\n1,2\n\n# c\n3,4", "#x\n,\n1,2\n,\n,\n3,4")) {
      Csv.readFeatures(
          Csv.Source.of(
              "a.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))),
          Csv.Layout.DETECTED,
          new ModelInput.Numbers(2),
          notes::add,
          (line, row) -> lines.add(line));
    }
    assertEquals(List.of(3L, 6L, 3L, 6L, 3L, 6L), lines);
  }

  @Test
  @DisplayName("that is no UTF-8 is read as Windows-1252, with a note")
  void windows1252() throws IOException {
    DataSet data = read("größe,kind\n1,Äpfel\n2,“Œuvre” à 5 €\n".getBytes(WINDOWS));
    assertEquals(List.of("Äpfel", "“Œuvre” à 5 €"), data.classNames());
    assertEquals(List.of("größe"), data.featureNames());
    assertEquals(
        List.of(
            "a.csv: is no UTF-8, read as Windows-1252; if names look wrong, save it as \"CSV"
                + " UTF-8\""),
        notes);
    notes.clear();
    // The first such character may come late, or last.
    String rows = "1,rose\n".repeat(100_000);
    assertEquals(List.of("rose", "rosé"), read((rows + "1,rosé").getBytes(WINDOWS)).classNames());
    assertEquals(1, notes.size());
    notes.clear();
    assertEquals(List.of("rose", "rosé"), read(rows + "1,rosé").classNames());
    assertEquals(List.of(), notes);
  }

  @Test
  @DisplayName("that is no text is refused with what it is and what to do")
  void noText() {
    byte[] mixed = "1,rosé\n2,rosX\n".getBytes(StandardCharsets.UTF_8);
    mixed[mixed.length - 2] = (byte) 0xe9;
    assertMessage("is no text in UTF-8, expected a CSV file: save it as \"CSV UTF-8\"", mixed);
    assertMessage(
        "is no text in UTF-8 or Windows-1252, expected a CSV file: save it as \"CSV UTF-8\"",
        new byte[] {'1', ',', (byte) 0x81, '\n'});
    assertMessage(
        "is no text in UTF-8, expected a CSV file: save it as \"CSV UTF-8\"",
        "1,a\n2,b\n".getBytes(StandardCharsets.UTF_16LE));
    assertMessage(
        "is a ZIP archive or an Excel workbook, expected a CSV file: save the sheet as CSV",
        new byte[] {'P', 'K', 3, 4, 20, 0});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1.5;2;a\\n1,5;2;b|line 2, column 1: expected a number, found \"1,5\"; numbers have a decimal"
            + " point here, as in line 1, and nothing between thousands",
        "1,5;2;a\\n1.5;2;b|line 2, column 1: expected a number, found \"1.5\"; numbers have a decimal"
            + " comma here, as in line 1, and nothing between thousands",
        "1,5;2;a\\n1.234,5;2;b|line 2, column 1: expected a number, found \"1.234,5\"; numbers have a"
            + " decimal comma here, as in line 1, and nothing between thousands",
        "1,234;2;a\\n3,456;2;b|line 1, column 1: expected a number, found \"1,234\": its comma may part"
            + " decimals or thousands; write it with a point, or without the comma",
        "x,y\\n1,a\\n2,b\\n3,c,d|line 4: expected 2 cells as in line 1, found 3",
      })
  @DisplayName("is refused where it is not clear, with the cause and the cure")
  void unclear(String content, String message) {
    assertMessage(message, content.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void assertMessage(String expected, byte[] content) {
    IOException e = assertThrows(IOException.class, () -> read(content));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("a.csv: " + expected), message);
  }

  @Test
  @DisplayName("settles what a comma means by its other numbers")
  void decimalsByOthers() throws IOException {
    DataSet data = read("1,234;a\n3,5;b\n");
    assertArrayEquals(new float[] {1.234f}, row(data, 0));
    assertArrayEquals(new float[] {3.5f}, row(data, 1));
  }

  @Test
  @DisplayName("with values that float32 cannot tell apart is read with a note")
  void collapsed() throws IOException {
    read("time,x,kind\n1000000001,1,a\n1000000002,2,b\n");
    assertEquals(
        List.of(
            "a.csv: column 1 (time): different values become one float32 number, such as 1000000001"
                + " and 1000000002; subtract what they have in common"),
        notes);
    notes.clear();
    read("1.00000001,16777217.0,a\n1,16777218,b\n1.00000002,16777220,b\n");
    assertEquals(
        List.of(
            "a.csv: column 1: different values become one float32 number, such as 1.00000001 and"
                + " 1.00000002; subtract what they have in common"),
        notes);
    notes.clear();
    StringBuilder stamps = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      stamps.append(1_700_000_000 + i * 60).append(",0.1,").append(i / 7.0).append(",a\n");
    }
    read(stamps.toString());
    assertEquals(1, notes.size());
    assertTrue(notes.get(0).startsWith("a.csv: column 1: different values"), notes.get(0));
    notes.clear();
    read("0.1,16777217,-1e30,a\n0.1,16777217,-1e30,b\n0.2,3,1e30,a\n");
    assertEquals(List.of(), notes);
  }
}
