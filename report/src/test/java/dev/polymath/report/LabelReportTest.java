package dev.polymath.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LabelReportTest {

  /** Above the middle in each direction; nobody has the last label. */
  private static DataSet corners(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[2 * n];
    boolean[] has = new boolean[3 * n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = (float) random.nextDouble();
      x[2 * i + 1] = (float) random.nextDouble();
      has[3 * i] = x[2 * i] > 0.5;
      has[3 * i + 1] = x[2 * i + 1] > 0.5;
    }
    return DataSet.ofLabels(2, x, has, List.of("<right>", "high", "never"));
  }

  private static String page(int epochs) {
    TrainTest data = new TrainTest(corners(200, 1), corners(60, 2));
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      LossCurve curve = new LossCurve();
      TrainingMonitor monitor = new TrainingMonitor();
      MultiLabelClassifier model =
          MultiLabelClassifier.builder(backend).inputs(2).labels(3).hidden(8).build();
      TrainingOptions options =
          TrainingOptions.defaults().epochs(epochs).batch(16).learningRate(0.02).validation(0.2);
      TrainingHistory history = model.fit(data.train(), options.listener(curve).listener(monitor));
      String html =
          TrainingReport.builder(model, history, data)
              .name("corners")
              .curve(curve)
              .monitor(monitor)
              .build()
              .html();
      TrainingReportTest.assertSound(html);
      return html;
    }
  }

  @Test
  void saysHowGoodEachLabelIs() {
    String html = page(30);
    assertTrue(html.contains("micro F1"));
    assertTrue(html.contains("Always saying of each label what most examples are gets "));
    assertTrue(html.contains("All labels counted alike, its F1 is "));
    assertTrue(html.contains("Label by label") && html.contains("&lt;right&gt;"));
    assertTrue(html.contains("threshold") && html.contains("PR-AUC"));
    assertTrue(html.contains("How sure it is"));
    assertTrue(html.contains("of the labels of the test examples right"), html);
    assertFalse(html.contains("NaN") || html.contains("<right>"));
  }

  @Test
  void listsWhatIsMostWrong() {
    String html = page(1);
    assertTrue(html.contains("The examples it got most wrong"));
    assertTrue(html.contains("no label") || html.contains("high"));
  }
}
