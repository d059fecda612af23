package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Columns that are told to hold dates, and cells that are no plain numbers")
class ToldDatesTest {

  private final List<String> notes = new ArrayList<>();

  private Table table(String text) throws IOException {
    return Table.read(
        Csv.Source.of("t.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))),
        Csv.Layout.DETECTED,
        notes::add);
  }

  private TableEncoder fit(Table table, String... dates) {
    TableEncoder.Options options = TableEncoder.Options.DEFAULT.withBins(0);
    for (String column : dates) {
      options = options.withKind(column, TableEncoder.Kind.DATE);
    }
    return TableEncoder.fit(table, Table.Target.classes(table, table.target()), options);
  }

  private static final String COMPACT =
      """
      day,x,label
      20240531,1,a
      20240601,2,b
      ,3,a
      20240605,4,b
      """;

  @Test
  void aNumberIsADateWhereItIsToldToBe() throws IOException {
    Table table = table(COMPACT);
    assertTrue(fit(table).columns().get(0) instanceof EncodedColumn.Numeric);
    TableEncoder encoder = fit(table, "day");
    EncodedColumn.Dates day = (EncodedColumn.Dates) encoder.columns().get(0);
    assertEquals("compact", day.form());
    assertEquals(LocalDate.of(2024, 6, 1).toEpochDay(), day.days().median());
    assertTrue(day.weekdays());
    assertEquals(null, day.hours());
    assertEquals("day  date", encoder.summary(table).get(0).substring(0, 9));
    DataSet data = encoder.encode(table, Table.Target.classes(table, table.target()), notes::add);
    float[] row = new float[data.features()];
    data.copyFeatures(0, row, 0);
    int friday = encoder.featureNames().indexOf("day Friday");
    assertEquals(1, row[friday]);
    data.copyFeatures(1, row, 0);
    assertEquals(0, row[friday]);
  }

  @Test
  void aLaterTableIsReadAlike() throws IOException {
    TableEncoder encoder = fit(table(COMPACT), "day");
    List<float[]> rows = new ArrayList<>();
    Csv.readFeatures(
        Csv.Source.of(
            "later",
            new ByteArrayInputStream("x,day\n1,20240531\n".getBytes(StandardCharsets.UTF_8))),
        Csv.Layout.DETECTED,
        new ModelInput.Columns(encoder),
        notes::add,
        (line, features) -> rows.add(features.clone()));
    assertEquals(1, rows.get(0)[encoder.featureNames().indexOf("day Friday")]);
  }

  @Test
  void fewDatesOrEqualOnesAreDatesIfTold() throws IOException {
    Table table = table("day,x,label\n1.2.2024,1,a\n1.2.2024,2,b\n1.2.2024,3,a\n");
    assertTrue(fit(table).columns().get(0) instanceof EncodedColumn.LeftOut);
    assertTrue(fit(table, "day").columns().get(0) instanceof EncodedColumn.Dates);
  }

  @Test
  void refusesWhatIsNoDate() throws IOException {
    Table slip = table("day,x,label\n31/5/2024,1,a\n1/6/2024,2,b\nsoon,3,a\n");
    assertEquals(
        "t.csv: line 4, column 1 (day): expected a date such as 31/5/2024, as in other rows, found"
            + " \"soon\"; leave the cell empty if it is not known",
        assertThrows(IllegalArgumentException.class, () -> fit(slip, "day")).getMessage());
    Table none = table("day,x,label\nred,1,a\nblue,2,b\n");
    assertEquals(
        "t.csv: line 2, column 1 (day): expected a date such as 2024-05-31, 31.5.2024, 5/31/2024,"
            + " 31/5/2024, 20240531, found \"red\"; leave the cell empty if it is not known",
        assertThrows(IllegalArgumentException.class, () -> fit(none, "day")).getMessage());
  }

  @Test
  void yesAndNoAreCategoriesAndMoneyIsANumber() throws IOException {
    Table table =
        table(
            "ok,price,weight,label\ntrue,\"$1,234.50\",\"1,000\",a\nfalse,$12,\"2,500\",b\n"
                + "true,$0.5,\"12,000\",a\n");
    TableEncoder encoder = fit(table);
    assertEquals(
        List.of("true", "false"),
        ((EncodedColumn.Category)
                TableEncoder.fit(
                        table,
                        Table.Target.classes(table, table.target()),
                        new TableEncoder.Options(
                            TableEncoder.Scaling.ROBUST, 0, 64, 1, java.util.Map.of()))
                    .columns()
                    .get(0))
            .values());
    assertEquals(12, ((EncodedColumn.Numeric) encoder.columns().get(1)).median());
    assertEquals(2500, ((EncodedColumn.Numeric) encoder.columns().get(2)).median());
  }
}
