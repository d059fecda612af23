package dev.polymath.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.Task;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportanceChartTest {

  /** The target follows the size alone; there are as many columns of noise as asked for. */
  private static TrainTest table(int noise, Task task) throws IOException {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("<size>");
    IntStream.range(0, noise).forEach(i -> text.append(",noise").append(i));
    text.append(",y\n");
    for (int i = 0; i < 150; i++) {
      double size = random.nextGaussian();
      text.append(size);
      IntStream.range(0, noise).forEach(j -> text.append(',').append(random.nextGaussian()));
      text.append(',').append(task == Task.REGRESSION ? "" + 100 * size : size > 0 ? "a" : "b");
      text.append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Table table =
        Table.read(
            Csv.Source.of("t", new ByteArrayInputStream(bytes)), Csv.Layout.DETECTED, note -> {});
    Table.Target target =
        task == Task.REGRESSION
            ? Table.Target.numbers(table, noise + 1)
            : Table.Target.classes(table, noise + 1);
    DataSet all =
        TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
            .encode(table, target, note -> {});
    return new TrainTest(
        all.subset(IntStream.range(0, 100).toArray()),
        all.subset(IntStream.range(100, 150).toArray()));
  }

  private static String page(TrainTest data, int width) {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      int inputs = data.train().features();
      Model model =
          data.train().task() == Task.REGRESSION
              ? Regressor.builder(backend).inputs(inputs).hidden(width).build()
              : Classifier.builder(backend).inputs(inputs).classes(2).hidden(width).build();
      TrainingHistory history =
          model.fit(data.train(), TrainingOptions.defaults().epochs(10).batch(16));
      String html = TrainingReport.builder(model, history, data).build().html();
      TrainingReportTest.assertSound(html);
      return html;
    }
  }

  private static int count(String html, String pattern) {
    return (int) Pattern.compile(pattern).matcher(html).results().count();
  }

  @Test
  void aTablesColumnsAreShownTheMostImportantFirst() throws IOException {
    String html = page(table(2, Task.CLASSIFICATION), 8);
    assertTrue(html.contains("What it relies on"));
    assertTrue(html.contains("By how much the log loss rises from "));
    assertTrue(html.contains("shuffled among 50 test examples: the mean of 5 times"));
    assertEquals(3, count(html, "<title>[^<]* ± [^<]*</title>"));
    assertTrue(html.indexOf("<title>&lt;size&gt;: +") < html.indexOf("<title>noise"));
    assertFalse(html.contains("more, none above"));
  }

  @Test
  void ofNumbersItIsTheRmse() throws IOException {
    String html = page(table(1, Task.REGRESSION), 8);
    assertTrue(html.contains("By how much the RMSE rises from "));
  }

  @Test
  void manyColumnsAreCut() throws IOException {
    String html = page(table(30, Task.CLASSIFICATION), 8);
    assertEquals(20, count(html, "<title>[^<]* ± [^<]*</title>"));
    assertTrue(html.contains("11 columns more, none above."));
  }

  @Test
  void whatWouldTakeTooLongIsLeftToTheCommand() throws IOException {
    String html = page(table(300, Task.CLASSIFICATION), 3000);
    assertTrue(html.contains("Not measured here, with 301 columns and 50 test examples."));
  }
}
