package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The encoder of rows of values")
class RowEncoderTest {

  private static final String TRAINING =
      """
      age,code,city,member,joined,label
      30,1,Rome,true,2024-01-01T10:00:00,a
      40.5,2,Rome,false,2024-01-02T11:30:00,b
      ,1,Oslo,true,2024-01-08T12:00:00,a
      50,2,Oslo,false,2024-01-09T18:15:00,b
      60,1,,true,2024-01-10T23:00:00,a
      70,2,Bern,false,2024-01-11T01:00:00,b
      """;

  private TableEncoder encoder;
  private RowEncoder rows;

  private static Csv.Source source(String content) {
    return Csv.Source.of(
        "t.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }

  @BeforeEach
  void fit() throws IOException {
    Table table = Table.read(source(TRAINING), Csv.Layout.DETECTED, note -> {});
    encoder =
        TableEncoder.fit(
            table,
            Table.Target.classes(table, table.target()),
            TableEncoder.Options.DEFAULT.withKind("code", TableEncoder.Kind.CATEGORY));
    rows = new RowEncoder(encoder);
    assertEquals(
        List.of("age", "code", "city", "member", "joined"),
        rows.columns().stream().map(EncodedColumn::name).toList());
  }

  private float[] ofValues(Object... values) {
    float[] features = new float[encoder.features()];
    rows.encode(values, features, 0);
    return features;
  }

  private float[] ofCsv(String line) throws IOException {
    List<float[]> found = new ArrayList<>();
    Csv.readFeatures(
        source("age,code,city,member,joined\n" + line + "\n"),
        Csv.Layout.DETECTED.withHeader(true),
        new ModelInput.Columns(encoder),
        note -> {},
        (number, row) -> found.add(row.clone()));
    return found.get(0);
  }

  @Test
  @DisplayName("makes the features of the same row in a file")
  void asInFile() throws IOException {
    float[] row = ofCsv("40.5,2,Rome,true,2024-01-03T06:30:00");
    LocalDateTime time = LocalDateTime.of(2024, 1, 3, 6, 30);
    assertArrayEquals(row, ofValues(40.5, 2, "Rome", true, time));
    assertArrayEquals(row, ofValues(40.5f, 2L, " Rome ", "true", time));
    assertArrayEquals(row, ofValues("40.5", "2.0", "Rome", true, "2024-01-03T06:30:00"));
    assertArrayEquals(row, ofValues(new BigDecimal("40.50"), 2.0, "Rome", true, time));
    assertArrayEquals(ofCsv("0.1,3,?,x,"), ofValues(0.1f, (short) 3, "?", "x", null));
    assertArrayEquals(
        ofCsv("41,1,Paris,false,2024-01-03"),
        ofValues((byte) 41, 1, "Paris", false, LocalDate.of(2024, 1, 3)));
  }

  @Test
  @DisplayName("takes null, NaN and infinities for missing")
  void missing() throws IOException {
    float[] row = ofCsv("?,?,?,?,?");
    assertArrayEquals(row, ofValues(null, null, null, null, null));
    assertArrayEquals(row, ofValues(Double.NaN, Float.NaN, "NA", "", "null"));
    assertArrayEquals(
        row, ofValues(Double.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, "?", null, null));
  }

  @Test
  @DisplayName("names the column whose value is none that it takes")
  void refused() {
    assertEquals(
        "column age: expected a number as in training, found \"old\"",
        assertThrows(IllegalArgumentException.class, () -> ofValues("old", 1, "Rome", true, null))
            .getMessage());
    assertEquals(
        "row: expected 5 values, found 2",
        assertThrows(IllegalArgumentException.class, () -> ofValues(1, 2)).getMessage());
  }
}
