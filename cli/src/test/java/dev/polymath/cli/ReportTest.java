package dev.polymath.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.training.TrainingOptions;
import dev.polymath.report.TrainingReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A report")
class ReportTest {

  private static final Pattern ATTRIBUTE = Pattern.compile("(?i)\\b(src|href|srcset|action)=\"");

  @TempDir static Path shared;

  private static Path page;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    page = shared.resolve("a report.html");
    run("--report", page.toString());
  }

  private static String run(String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments =
        Stream.concat(
                Stream.of("train", "--epochs", "1", "--out", shared.resolve("m").toString()),
                Stream.of(more))
            .toList();
    int code =
        Main.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(new String[0]));
    assertEquals("", err.toString());
    assertEquals(0, code);
    return out.toString();
  }

  @Test
  @DisplayName("is one file below 1 MB that loads nothing and runs nothing")
  void selfContained() throws IOException {
    String html = Files.readString(page);
    assertTrue(html.length() < 1_000_000, "length " + html.length());
    assertFalse(html.contains("<script"));
    assertFalse(html.contains("@import") || html.contains("url("));
    Matcher attribute = ATTRIBUTE.matcher(html);
    while (attribute.find()) {
      assertTrue(html.startsWith("data:", attribute.end()), attribute.group());
    }
    assertTrue(html.contains("default-src &#39;none&#39;"), "no content security policy");
  }

  @Test
  @DisplayName("is well-formed, says how to repeat the run, and is named where it was written")
  void content() throws IOException {
    String html = Files.readString(page);
    for (String part :
        List.of(
            "<h1>digits</h1>",
            "./polymath train --epochs 1 --out ",
            "&#39;" + page + "&#39;",
            "Inside the network",
            "The images it got most wrong")) {
      assertTrue(html.contains(part), part);
    }
    String out = run("--report", folder.resolve("r").toString());
    assertTrue(out.contains("report in " + folder.resolve("r")), out);
  }

  @Test
  @DisplayName("opens on a phone and on a desk, light and dark, without a word in the console")
  void opens() throws IOException, InterruptedException {
    Chromium browser = browser();
    for (boolean dark : new boolean[] {false, true}) {
      for (int width : new int[] {390, 1280}) {
        Path png = folder.resolve(width + (dark ? "-dark" : "-light") + ".png");
        Chromium.Run run = browser.screenshot(page, width, 1600, dark, png);
        assertEquals(List.of(), run.console());
        assertTrue(Files.size(png) > 20_000, png + ": " + Files.size(png) + " bytes");
      }
    }
  }

  @Test
  @DisplayName("that asked for something outside would be told on by the browser's console")
  void control() throws IOException, InterruptedException {
    String asking =
        Files.readString(page)
            .replace("</body>", "<img src=\"http://localhost:9/picture.png\"></body>");
    Path copy = Files.writeString(folder.resolve("asking.html"), asking);
    Chromium.Run run = browser().screenshot(copy, 390, 900, false, folder.resolve("asking.png"));
    assertTrue(run.console().toString().contains("localhost:9"), run.console()::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {390, 768, 1280})
  @DisplayName("has nothing to scroll sideways for")
  void width(int width) throws IOException, InterruptedException {
    assertFits(page, width);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 30, 100})
  @DisplayName("of classes with long names fits a phone, whether there are 2 or 100 of them")
  void longNames(int classes) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(1);
    int n = 5 * classes;
    float[] values = new float[3 * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() * 1e6);
    }
    DataSet data =
        DataSet.ofFeatures(
            3,
            values,
            IntStream.range(0, n).map(i -> i % classes).toArray(),
            IntStream.range(0, classes).mapToObj(c -> "Unbreakably".repeat(9) + c).toList());
    Path report = folder.resolve("names.html");
    try (Backend backend = Backends.open()) {
      Classifier model =
          ThreeLayerClassifier.builder(backend).inputs(3).classNames(data.classNames()).build();
      TrainingMonitor monitor = new TrainingMonitor();
      TrainingOptions options = TrainingOptions.defaults().epochs(1).listener(monitor);
      TrainingReport.builder(model, model.fit(data, options), new TrainTest(data, data))
          .name("Unbreakably".repeat(20))
          .monitor(monitor)
          .command("./polymath train --data " + "Unbreakably".repeat(30))
          .build()
          .write(report);
    }
    assertFits(report, 390);
  }

  private void assertFits(Path report, int width) throws IOException, InterruptedException {
    // A frame, because a window has a least width.
    String frame =
        "<!DOCTYPE html><title></title><iframe width='"
            + width
            + "' height='900' onload=\"const e = this.contentDocument.documentElement;"
            + " document.title = e.clientWidth + ' of ' + e.scrollWidth\" srcdoc=\""
            + Files.readString(report).replace("&", "&amp;").replace("\"", "&quot;")
            + "\"></iframe>";
    Path around = Files.writeString(folder.resolve("frame.html"), frame);
    String document = browser().document(around).document();
    String title = document.substring(0, document.indexOf("</title>") + 8);
    assertTrue(title.endsWith("<title>" + width + " of " + width + "</title>"), title);
  }

  private Chromium browser() {
    Optional<Chromium> found = Chromium.find(folder);
    Assumptions.assumeTrue(
        found.isPresent(),
        "skipped: no chromium, chromium-browser or google-chrome in PATH to look at the report");
    return found.orElseThrow();
  }
}
