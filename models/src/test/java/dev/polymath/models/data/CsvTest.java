package dev.polymath.models.data;

import static dev.polymath.models.data.Contents.labels;
import static dev.polymath.models.data.Contents.row;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A CSV file")
class CsvTest {

  private static final Csv.Layout DETECTED = Csv.Layout.DETECTED;

  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("a table.csv"), content);
  }

  private DataSet read(String content) throws IOException {
    return Csv.read(file(content));
  }

  private DataSet read(String content, Csv.Layout layout) throws IOException {
    return Csv.read(file(content), layout);
  }

  @Test
  @DisplayName("gives its features the header's names, and tells which column is the label")
  void names() throws IOException {
    String headed = ",width,kind,height\na,1,x,2\nb,3,y,4\nc,5,x,6\n";
    Csv.Layout kind = DETECTED.withLabel("kind");
    DataSet data = read(headed, kind);
    assertEquals(List.of("width", "height"), data.featureNames());
    assertEquals(List.of("width", "height"), data.subset(2, 0).featureNames());
    assertEquals(new ModelInput.Table(2, List.of("width", "height"), "kind", 1), data.input());
    assertEquals(new ModelInput.Table(2, List.of(), null, 2), read("1,2,x\n3,4,y\n").input());
    assertEquals(List.of(), read("1,2,x\n3,4,y\n").featureNames());
  }

  private void assertTwoFlowers(DataSet data) {
    assertEquals(2, data.size());
    assertEquals(2, data.features());
    assertEquals(List.of("iris", "rose"), data.classNames());
    assertEquals(List.of("rose", "iris"), labels(data));
    assertArrayEquals(new float[] {1, 2.5f}, row(data, 0));
    assertArrayEquals(new float[] {-3, 4}, row(data, 1));
    assertTrue(data.imageSize().isEmpty());
  }

  @Test
  @DisplayName("has features, and the label in the last column")
  void plain() throws IOException {
    assertTwoFlowers(read("1,2.5,rose\n-3,4,iris\n"));
    assertTwoFlowers(read("1,2.5,rose\n-3,4,iris"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "width,height,flower\n1,2.5,rose\n-3,4,iris\n",
        "width;height;flower\n1;2.5;rose\n-3;4;iris\n",
        "width\theight\tflower\n1\t2.5\trose\n-3\t4\tiris\n",
        "\n\nwidth,height,flower\r\n\r\n1,2.5,rose\r\n-3,4,iris\r\n\r\n",
        " width , height , flower \n 1 , 2.5 , rose \n-3,4,\tiris\n",
        "\"width, in cm\",\"a \"\"height\"\";;;;;\",flower\n\"1\", 2.50,\"rose\"\n-3,\"4\", \"iris\"\n",
        "+1,25e-1,rose\n-3.0E0,+.4e+1,iris\n",
        ",width,height,flower\n0,1,2.5,rose\n1,-3,4,iris\n",
        "\"\",\"width\",\"height\",\"flower\"\n\"row 1\",1,2.5,\"rose\"\n\"row 2\",-3,4,\"iris\"\n"
      })
  @DisplayName("may have a header, quotes, CRLF, blanks, row names, other separators")
  void forms(String content) throws IOException {
    assertTwoFlowers(read(content));
  }

  @Test
  @DisplayName("may begin with a byte order mark, be UTF-16 or gzip")
  void encodings() throws IOException {
    String content = "1,2.5,rosé\n-3,4,iris\n";
    Path file = folder.resolve("encoded.csv");
    for (Charset charset :
        List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      Files.writeString(file, "\ufeff" + content, charset);
      DataSet data = Csv.read(file);
      assertEquals(List.of("rosé", "iris"), labels(data));
      assertArrayEquals(new float[] {1, 2.5f}, row(data, 0));
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    Files.write(file, packed.toByteArray());
    assertEquals(List.of("rosé", "iris"), labels(Csv.read(file)));
    Files.write(file, java.util.Arrays.copyOf(packed.toByteArray(), packed.size() - 12));
    assertMessage("broken gzip data: Unexpected end of ZLIB input stream", file, DETECTED);
  }

  @Test
  @DisplayName("takes the label's column by name or number")
  void label() throws IOException {
    String header = "flower,width,height\nrose,1,2.5\niris,-3,4\n";
    assertTwoFlowers(read(header, DETECTED.withLabel("flower")));
    assertTwoFlowers(read(header, DETECTED.withLabel("Flower")));
    assertTwoFlowers(read(header, DETECTED.withLabel("1")));
    assertTwoFlowers(read("1,rose,2.5\n-3,iris,4\n", DETECTED.withLabel("2")));
    // Numbers are names where the header has them so.
    assertTwoFlowers(read("3,2,1\n1,2.5,rose\n-3,4,iris\n", new Csv.Layout(true, "1")));
    for (String name : List.of("label", "Class", "TARGET")) {
      assertTwoFlowers(read(name + ",width,height\nrose,1,2.5\niris,-3,4\n"));
    }
  }

  @Test
  @DisplayName("with two columns of a label's name has it in the last column")
  void ambiguous() throws IOException {
    assertEquals(List.of("a", "b"), read("label,class,kind\n1,2,a\n3,4,b\n").classNames());
  }

  @Test
  @DisplayName("has a header where more of its cells are text, or where they count the columns")
  void header() throws IOException {
    assertEquals(2, read("a,1,c,d,e\n1,2,3,4,x\n5,6,7,8,y\n").size());
    assertEquals(3, read("1,2,3,4,x\n1,2,3,4,x\n5,6,7,8,y\n").size());
    // As pandas writes columns without names.
    assertEquals(2, read("0,1,2,3,4,5,6,7\n9,9,9,9,9,9,9,a\n8,8,8,8,8,8,8,b\n").size());
    assertEquals(2, read("1,2,3,4,5,6,7,label\n9,9,9,9,9,9,9,a\n8,8,8,8,8,8,8,b\n").size());
    assertEquals(3, read("1,2,3,4,5,6,8,1\n9,9,9,9,9,9,9,1\n8,8,8,8,8,8,8,2\n").size());
    assertEquals(
        List.of("flower", "rose"),
        read("1,2,flower\n3,4,rose\n", DETECTED.withHeader(false)).classNames());
    assertEquals(
        List.of("rose"), read("1,2,x\n3,4,rose\n", DETECTED.withHeader(true)).classNames());
  }

  @Test
  @DisplayName("numbers its classes in order of their names, numbers by value")
  void classOrder() throws IOException {
    assertEquals(
        List.of("-1", "2", "9", "10", "100"), read("0,10\n0,9\n0,100\n0,2\n0,-1\n").classNames());
    assertEquals(
        List.of("7", "Row 2", "row 9", "row 10", "row 10b", "Äpfel"),
        read("0,row 10\n0,row 9\n0,Äpfel\n0,7\n0,Row 2\n0,row 10b\n").classNames());
  }

  @Test
  @DisplayName("takes labels as numbers where all are plain decimals, and as text otherwise")
  void labelsAsNumbersOrText() throws IOException {
    assertEquals(
        List.of("-1", "0", "0.5", "2.5", "3", "007", "10"),
        read("0,3.0\n0,3\n0,+3\n0,3.\n0,-1.00\n0,.50\n0,2.5\n0,10\n0,007\n0,-0.0\n0,0\n")
            .classNames());
    assertEquals(List.of("3"), read("0,3.0\n0,3\n0,+3.000\n").classNames());
    // 1E2 is no plain decimal: nothing in its column is merged.
    assertEquals(
        List.of("3", "3.0", "100", "1E2", "1E10"),
        read("0,3.0\n0,3\n0,1E2\n0,100\n0,1E10\n").classNames());
    assertEquals(
        List.of("3.0", "3", "x"), labels(read("0,3.0\n0,3\n0,x\n")), "decided by the last row");
    assertEquals(
        List.of("1.5", "2.5", "1e400", "v1.0"),
        read("0,2.5\n0,1.5\n0,v1.0\n0,1e400\n").classNames());
    // Digits of other scripts are text, and the same in every run.
    assertEquals(List.of("3", "3.0", "٣"), read("0,3.0\n0,3\n0,٣\n").classNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ad", "\ufeff", "\u200b", "\u2028", "\u202e", "\u001b", "\n", "\0"})
  @DisplayName("is refused with a label or name that a model file cannot hold")
  void notPlain(String character) throws IOException {
    String code = String.format(java.util.Locale.ROOT, "U+%04X", (int) character.charAt(0));
    Path label = file("x,kind\n1,rose\n2,\"a" + character + "b\"\n");
    Path headed = folder.resolve("headed.csv");
    Files.writeString(headed, "\"a" + character + "b\",kind\n1,rose\n2,iris\n");
    if (character.charAt(0) == 0) {
      assertMessage("is no text in UTF-8", headed, DETECTED);
      return;
    }
    assertMessage(
        "line 3, column 2 (kind): a model file cannot hold the character " + code + " in the label",
        label,
        DETECTED);
    assertMessage(
        "line 1, column 1: a model file cannot hold the character " + code + " in the name",
        headed,
        DETECTED);
  }

  @Test
  @DisplayName("may have one class, one row, constant columns, 20,000 columns")
  void extremes() throws IOException {
    assertEquals(1, read("1,2,rose\n").classes());
    assertEquals(1, read("1,rose\n").features());
    assertEquals(20_000, read("1,".repeat(20_000) + "a\n" + "1,".repeat(20_000) + "b").features());
    assertEquals(0, read("5,1,a\n5,2,b\n").featureStatistics().standardDeviation(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1,2,a\\n1,,b|line 2, column 2: expected a number, found nothing; the label is column 3",
        "x,y,z\\n1,2,a\\n\\n1,\"\",b|line 4, column 2 (y): expected a number, found nothing",
        "1,2,a\\n1,two,b|line 2, column 2: expected a number, found \"two\"",
        "1,\"\\n\",a\\n1,2,b|line 1, column 2: expected a number, found nothing",
        "1,2,a\\n\"1\",\"2\\n\",b\\n1,x,c|line 4, column 2: expected a number, found \"x\"",
        "1,2,a\\n1,1e39,b|line 2, column 2: expected a number up to 3.4e38, found \"1e39\"",
        "1,2,a\\n1,NaN,b|line 2, column 2: expected a finite number, found \"NaN\"",
        "1,2,a\\n-inf,2,b|line 2, column 1: expected a finite number, found \"-inf\"",
        "1,?,a\\n1,2,b|line 1, column 2: expected a finite number, found \"?\"",
        "1,2,a\\n1,0x10,b|line 2, column 2: expected a number, found \"0x10\"",
        "1,2,a\\n1,1f,b|line 2, column 2: expected a number, found \"1f\"",
        "1,2,a\\n1,1e,b|line 2, column 2: expected a number, found \"1e\"",
        "1,2,a\\n1,--1,b|line 2, column 2: expected a number, found \"--1\"",
        "1,2,a\\n1,true,b|line 2, column 2: expected a number, found \"true\"",
        "1,x,3,4,a|line 1, column 2: expected a number, found \"x\" (the line is taken as data",
        "1,2,a\\n1,2,|line 2, column 3: expected a label, found nothing",
        "1,2,a\\n1,2,nan|line 2, column 3: expected a label, found \"nan\"",
        "1,2,a\\n1,2|line 2: expected 3 cells as in line 1, found 2",
        "x,y,z\\n1,2,a\\n1,2,3,b|line 3: expected 3 cells as in line 1, found 4",
        "``|the file is empty",
        "\\n\\n|the file is empty",
        "x,y,z\\n|expected at least one row of numbers, found none",
        "1\\n2\\n|expected at least 2 columns, features and a label, with commas, semicolons, tabs, bars"
            + " or blanks between them, found 1",
        "1,2,\"a\\n1,2,b|a table.csv: ",
      })
  @DisplayName("is refused with the line and the column where it is wrong")
  void refused(String content, String message) throws IOException {
    assertMessage(message, file(content == null ? "" : content.replace("\\n", "\n")), DETECTED);
  }

  @Test
  @DisplayName("is refused where the label is not there, or is no class")
  void refusedLabel() throws IOException {
    Path file = file("width,height,height\n1,2,3\n");
    assertMessage(
        "label \"flower\": no such column, expected 1 to 3 or a name of \"width\", \"height\", \"height\"",
        file,
        DETECTED.withLabel("flower"));
    assertMessage("label \"height\": there are 2 such columns", file, DETECTED.withLabel("height"));
    assertMessage("label \"4\": no such column, expected 1 to 3", file, DETECTED.withLabel("4"));
    assertMessage("label \"0\": no such column", file, DETECTED.withLabel("0"));
    StringBuilder prices = new StringBuilder();
    IntStream.range(0, 200).forEach(i -> prices.append("1,").append(i).append(".5\n"));
    assertMessage(
        "line 101: column 2, taken as the label, has more than 100 different fractions",
        file(prices.toString()),
        DETECTED);
  }

  @Test
  @DisplayName("is refused where it is a folder or missing")
  void refusedFile() throws IOException {
    assertMessage("is a folder, expected a CSV file", folder, DETECTED);
    Path missing = folder.resolve("missing.csv");
    assertThrows(NoSuchFileException.class, () -> Csv.read(missing));
  }

  private static void assertMessage(String expected, Path file, Csv.Layout layout) {
    IOException e = assertThrows(IOException.class, () -> Csv.read(file, layout));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  @DisplayName("gives rows without labels, and leaves out a label that is there")
  void features() throws IOException {
    List<String> seen = new ArrayList<>();
    Csv.RowConsumer rows = (line, row) -> seen.add(line + " " + List.of(row[0], row[1]));
    readFeatures(file("1,2\n3,4\n"), rows);
    readFeatures(file("x,y,kind\n5,6,a\n7,8,b\n"), rows);
    readFeatures(file("class,x,y\n,9,9\n"), rows);
    assertEquals(
        List.of("1 [1.0, 2.0]", "2 [3.0, 4.0]", "2 [5.0, 6.0]", "3 [7.0, 8.0]", "2 [9.0, 9.0]"),
        seen);
    Path file = file("1,2,3,4\n");
    IOException e = assertThrows(IOException.class, () -> readFeatures(file, rows));
    assertEquals(file + ": expected 2 columns, or 3 with the label, found 4", e.getMessage());
  }

  private static void readFeatures(Path file, Csv.RowConsumer rows) throws IOException {
    Csv.readFeatures(Csv.Source.of(file), DETECTED, new ModelInput.Numbers(2), note -> {}, rows);
  }

  @Test
  @DisplayName("of many rows is read as it was written")
  void many() throws IOException {
    Path file = folder.resolve("many.csv");
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < 10_000; i++) {
        out.write(i + "," + i / 7f + "," + -1e-10f * i + "," + i % 3 + "\n");
      }
    }
    DataSet data = Csv.read(file);
    assertEquals(10_000, data.size());
    for (int i = 0; i < 10_000; i++) {
      assertArrayEquals(new float[] {i, i / 7f, -1e-10f * i}, row(data, i));
      assertEquals(i % 3, data.label(i));
    }
  }
}
