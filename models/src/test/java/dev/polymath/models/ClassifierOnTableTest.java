package dev.polymath.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A classifier on a table of any kind")
class ClassifierOnTableTest {

  private final List<String> notes = new ArrayList<>();

  private static Csv.Source source(String content) {
    return Csv.Source.of(
        "t.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** The class is told by the city where the age is missing, and otherwise by the age. */
  private static String rows() {
    StringBuilder rows = new StringBuilder("age,city,kind\n");
    for (int i = 0; i < 60; i++) {
      boolean yes = i % 2 == 0;
      rows.append(i % 3 == 0 ? "" : "" + (yes ? 20 + i % 7 : 60 + i % 5)).append(',');
      rows.append(i % 3 > 0 ? i % 4 == 0 ? "Bern" : "Bonn" : yes ? "Rome" : "Oslo");
      rows.append(yes ? ",yes\n" : ",no\n");
    }
    return rows.toString();
  }

  @Test
  @DisplayName("learns, is saved, loaded, and reads later tables by name, all to the same bits")
  void life() throws IOException {
    Table table = Table.read(source(rows()), Csv.Layout.DETECTED, notes::add);
    Table.Target target = Table.Target.classes(table, table.column("kind"));
    DataSet data =
        TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
            .encode(table, target, notes::add);
    try (ReferenceBackend backend = new ReferenceBackend()) {
      Classifier model =
          Classifier.builder(backend)
              .inputs(data.features())
              .classNames(data.classNames())
              .hidden(8)
              .build();
      model.fit(data, TrainingOptions.defaults().epochs(60).batch(10).learningRate(0.02));
      assertEquals(InputScaling.none(data.features()), model.scaling(), "scaled once, not twice");
      assertEquals(1, model.evaluate(data).accuracy());

      ByteArrayOutputStream file = new ByteArrayOutputStream();
      model.save(file);
      Classifier loaded = Classifier.load(file.toByteArray(), backend);
      assertEquals(data.input(), loaded.input());
      DataSet later =
          Csv.read(
              source("kind,extra,city,age\nyes,1,Rome,\nno,1,Bonn,64.0\nno,2,Lima,64\n"),
              Csv.Layout.DETECTED,
              loaded.input(),
              loaded.classNames(),
              notes::add);
      assertEquals(1, loaded.evaluate(later).accuracy());
      assertTrue(
          notes.get(notes.size() - 1).contains("(city): 1 row, such as \"Lima\""), "" + notes);
      List<Integer> predicted = new ArrayList<>();
      Csv.readFeatures(
          source("{\"city\": \"Rome\"}\n{\"age\": 64, \"city\": \"Bonn\"}\n"),
          Csv.Layout.DETECTED,
          loaded.input(),
          notes::add,
          (line, features) -> predicted.add(loaded.predict(features)));
      assertEquals(List.of(loaded.classNames().indexOf("yes"), 0), predicted);
      loaded.fit(later, TrainingOptions.defaults().epochs(1));
      assertEquals(((ModelInput.Columns) data.input()), loaded.input(), "it keeps its encoder");

      DataSet plain =
          Csv.read(
              source("1,2,3,4,5,6,7,yes\n2,3,4,5,6,7,8,no\n"), Csv.Layout.DETECTED, notes::add);
      assertThrows(IllegalArgumentException.class, () -> loaded.evaluate(plain));
    }
  }
}
