package dev.polymath.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RegressionReportTest {

  /** Targets a · x0 + b for each pair a, b. */
  private static DataSet lines(int n, long seed, double[] slopes, double offset) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[2 * n];
    double[] y = new double[slopes.length * n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = (float) random.nextDouble();
      x[2 * i + 1] = (float) random.nextDouble();
      for (int j = 0; j < slopes.length; j++) {
        y[i * slopes.length + j] = slopes[j] * x[2 * i] + offset;
      }
    }
    List<String> names = List.of("<price>", "width").subList(0, slopes.length);
    return DataSet.ofTargets(2, x, y, names);
  }

  private static String page(TrainTest data, double validation) {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults())) {
      LossCurve curve = new LossCurve();
      TrainingMonitor monitor = new TrainingMonitor();
      Regressor model =
          Regressor.builder(backend).inputs(2).outputs(data.train().outputs()).hidden(8).build();
      TrainingOptions options =
          TrainingOptions.defaults().epochs(20).batch(16).validation(validation);
      TrainingHistory history = model.fit(data.train(), options.listener(curve).listener(monitor));
      String html =
          TrainingReport.builder(model, history, data)
              .name("lines")
              .curve(curve)
              .monitor(monitor)
              .build()
              .html();
      TrainingReportTest.assertSound(html);
      return html;
    }
  }

  private static int count(String html, String pattern) {
    return (int) Pattern.compile(pattern).matcher(html).results().count();
  }

  @Test
  void fewExamplesAreDotsBesideTheHeldOutError() {
    double[] slope = {200};
    String html = page(new TrainTest(lines(200, 1, slope, 1000), lines(40, 2, slope, 1000)), 0.2);
    assertTrue(html.contains("of the variance of “&lt;price&gt;” on 40 test examples"));
    assertTrue(html.contains("Always saying the mean has an R² of 0, and an RMSE of "));
    assertTrue(html.contains("held out, ") && html.contains(" on the test."));
    assertEquals(40, count(html, "<title>true [^<]*, predicted "));
    assertEquals(40, count(html, "<title>predicted [^<]*, true − predicted "));
    assertFalse(html.contains("ccuracy"));
  }

  @Test
  void manyExamplesAreCells() {
    double[] slope = {1e6};
    String html = page(new TrainTest(lines(200, 1, slope, 0), lines(500, 2, slope, 0)), 0);
    assertEquals(0, count(html, "<title>true "));
    assertTrue(count(html, "class=\"cell\"") > 20);
    assertTrue(html.contains(">800k<") || html.contains(">0.8M<"), "ticks are short");
  }

  @Test
  void eachOfSeveralTargetsHasItsCharts() {
    double[] slopes = {3, -1e-7};
    String html = page(new TrainTest(lines(100, 1, slopes, 0), lines(30, 2, slopes, 0)), 0);
    assertTrue(html.contains("width: Predicted against true"));
    assertTrue(html.contains("&lt;price&gt;: Residuals"));
    assertTrue(html.contains("R² is the mean over 2 targets, on 30 test examples."));
  }

  @Test
  void aTargetThatNeverVariesHasNoRSquared() {
    double[] slope = {0};
    String html = page(new TrainTest(lines(50, 1, slope, 7), lines(1, 2, slope, 7)), 0);
    assertTrue(html.contains("never varies"), html.substring(0, 1));
  }
}
