package dev.polymath.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.monitor.LossCurve;
import dev.polymath.models.monitor.TrainingMonitor;
import dev.polymath.models.optim.Adagrad;
import dev.polymath.models.optim.RmsProp;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingReportTest {

  private static final TrainingOptions SHORT = TrainingOptions.defaults().epochs(2).batch(16);

  private final Backend backend = Backends.open("arrays", BackendOptions.defaults());

  @AfterEach
  void close() {
    backend.close();
  }

  /** Clouds on a circle, one for each class. */
  private static DataSet clouds(int size, List<String> names, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[2 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % names.size();
      double angle = labels[i] * 2 * Math.PI / names.size();
      values[2 * i] = (float) (Math.cos(angle) + 0.4 * random.nextDouble());
      values[2 * i + 1] = (float) (Math.sin(angle) + 0.4 * random.nextDouble());
    }
    return DataSet.ofFeatures(2, values, labels, names);
  }

  private static TrainTest clouds(List<String> names) {
    return new TrainTest(clouds(20 * names.size(), names, 1), clouds(10 * names.size(), names, 2));
  }

  private static DataSet noise(int size, ImageSize pixels, long seed) {
    byte[] values = new byte[size * pixels.pixels()];
    new SplittableRandom(seed).nextBytes(values);
    int[] labels = IntStream.range(0, size).map(i -> i % 2).toArray();
    return DataSet.ofImages(pixels, values, labels, List.of("a", "b"));
  }

  private String report(TrainTest data, TrainingOptions options, boolean watched) {
    LossCurve curve = new LossCurve();
    TrainingMonitor monitor = new TrainingMonitor();
    Classifier model =
        ThreeLayerClassifier.builder(backend)
            .inputs(data.train().features())
            .classNames(data.train().classNames())
            .hidden(6, 5)
            .build();
    TrainingHistory history = model.fit(data.train(), options.listener(curve).listener(monitor));
    TrainingReport.Builder builder = TrainingReport.builder(model, history, data).name("<clouds>");
    if (watched) {
      builder.curve(curve).monitor(monitor).command("./polymath train --data 'a & b'");
    }
    return builder.build().html();
  }

  /** Every element closes in order, none loads anything, no coordinate is missing. */
  static void assertSound(String html) {
    List<String> open = new ArrayList<>();
    Matcher tag = Pattern.compile("<(/?)([a-zA-Z0-9]+)([^>]*?)(/?)>").matcher(html);
    while (tag.find()) {
      if (!tag.group(1).isEmpty()) {
        assertFalse(open.isEmpty(), tag.group());
        assertEquals(open.remove(open.size() - 1), tag.group(2));
      } else if (tag.group(4).isEmpty()) {
        open.add(tag.group(2));
      }
      assertFalse(tag.group(2).equalsIgnoreCase("script"), tag.group());
      assertFalse(tag.group(3).contains("http:") || tag.group(3).contains("https:"), tag.group());
      assertFalse(Pattern.compile("(src|href)=\"(?!data:)").matcher(tag.group(3)).find());
    }
    assertEquals(List.of(), open);
    assertFalse(html.contains("@import") || html.contains("url("));
    String told = html.replaceAll("base64,[^\"]*", "");
    assertFalse(told.contains("NaN") || told.contains("Infinity") || told.contains("null"));
  }

  private void assertRate(String words, TrainingOptions options) {
    String html = report(clouds(List.of("a", "b")), options, true).replace('\u00a0', ' ');
    assertTrue(html.contains("<p>" + words + "</p>"), words + " in " + html);
  }

  @Test
  void theLearningRateIsToldInWords() {
    assertRate(
        "Up to 0.003 over the first 10 % of the steps, then down along half a cosine. AdamW, weight"
            + " decay 0.1.",
        SHORT);
    TrainingOptions plain = SHORT.optimizer(new Sgd()).learningRate(0.5);
    assertRate("Constant at 0.5. SGD.", plain.schedule(Schedule.constant()));
    assertRate(
        "Up to 0.5, then down along half a cosine. SGD.", plain.schedule(Schedule.cosine(0)));
    assertRate(
        "Up to 0.5, times 0.1 after every epoch. SGD with Nesterov momentum 0.9.",
        plain.optimizer(new Sgd(0.9, true, 0)).schedule(Schedule.step(1, 0.1)));
    assertRate("Up to 0.5, one cycle. SGD.", plain.schedule(Schedule.oneCycle()));
    assertRate("Up to 0.5 and down again, 4 times. SGD.", plain.schedule(Schedule.cycles()));
    assertRate(
        "Up to 0.5, for the first 50 % of the steps, then down along half a cosine. RMSProp.",
        plain.optimizer(new RmsProp()).schedule(Schedule.flatCosine(0.5)));
    assertRate(
        "Constant at 0.5, times 0.5 after each 5 epochs without a better one. Adagrad.",
        plain.optimizer(new Adagrad()).validation(0.2).schedule(Schedule.plateau(5, 0.5)));
  }

  @Test
  void theEpochThatWasKeptIsSaid() {
    TrainTest data = clouds(List.of("red", "green"));
    TrainingListener first =
        new TrainingListener() {
          private boolean seen;

          @Override
          public void epoch(TrainingHistory.Epoch result) {
            seen = true;
          }

          @Override
          public boolean endsRun() {
            return seen;
          }
        };
    String html = report(data, SHORT.epochs(5).listener(first), true);
    assertTrue(html.contains("1, of 1 run and 5 planned"), html);
    assertTrue(html.contains("after epoch 1: test"));
    assertFalse(report(data, SHORT, true).contains("epoch kept"));
  }

  private static int count(String html, String part) {
    return html.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void aWatchedRunHasEverySection() {
    String html = report(clouds(List.of("red", "green", "blue")), SHORT.validation(0.2), true);
    assertSound(html);
    for (String part :
        List.of(
            "How it learned",
            "Inside the network",
            "Which was taken for which",
            "Class by class",
            "The examples it got most wrong",
            "Is it as sure as it should be?",
            "To repeat it",
            "./polymath train --data &#39;a &amp; b&#39;",
            "held out",
            "&lt;clouds&gt;",
            "labelSmoothing",
            "fingerprint, training",
            System.getProperty("java.vm.name"))) {
      assertTrue(html.contains(part), part);
    }
  }

  private static DataSet rare(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[2 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 20 == 0 ? 1 : 0;
      values[2 * i] = (float) random.nextDouble();
      values[2 * i + 1] = (float) random.nextDouble();
    }
    return DataSet.ofFeatures(2, values, labels, List.of("no", "yes"));
  }

  @Test
  void theHeadlineHasABaselineAndWhatWasFoundOfRareClasses() {
    TrainTest data = new TrainTest(rare(400, 1), rare(200, 2));
    String html = report(data, SHORT.epochs(5), true).replace('\u00a0', ' ');
    assertSound(html);
    assertTrue(html.contains("Always saying “no” gets 95.00 %."), html);
    assertTrue(html.contains("Of what is rare it found 0 of 10 of “yes” (0 %)."), html);
    assertTrue(html.contains("All classes counted alike, it finds 50.0 %."), html);
    String even = report(clouds(List.of("a", "b")), SHORT, true);
    assertFalse(even.contains("Of what is rare"));
  }

  @Test
  void theLossOnExamplesHeldOutIsDrawn() {
    TrainTest data = clouds(List.of("red", "green"));
    String held = "epoch 2: held out [0-9]";
    Pattern loss = Pattern.compile("<title>" + held + "[0-9.]*</title>");
    assertTrue(loss.matcher(report(data, SHORT.validation(0.2), true)).find());
    assertFalse(loss.matcher(report(data, SHORT, true)).find());
  }

  @Test
  void wideTablesCanBeScrolledByTheKeyboard() {
    String html = report(clouds(List.of("red", "green")), SHORT, true);
    assertTrue(count(html, "<table") >= 4, html);
    assertEquals(count(html, "<table"), count(html, "class=\"scroll\" tabindex=\"0\""));
  }

  @Test
  void aRunThatNobodyWatchedHasWhatTheHistoryTells() {
    String html = report(clouds(List.of("red", "green", "blue")), SHORT, false);
    assertSound(html);
    assertTrue(html.contains("How it learned"));
    assertFalse(html.contains("Inside the network"));
    assertFalse(html.contains("To repeat it"));
  }

  @Test
  void twoClassesAndOneEpochAndOneStep() {
    TrainTest data = clouds(List.of("yes", "no"));
    assertSound(report(data, SHORT.epochs(1).batch(1000), true));
  }

  @Test
  void aHundredClassesWithHostileNamesStaySmallAndHarmless() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      names.add("<script>alert(" + i + ")</script>\"'& " + "long ".repeat(20));
    }
    String html = report(clouds(names), SHORT, true);
    assertSound(html);
    assertTrue(html.contains("&lt;script&gt;alert(99)"));
    assertTrue(html.contains("All 100 classes"));
    assertTrue(html.length() < 300_000, "length " + html.length());
  }

  @Test
  void moreClassesThanAMatrixCanShow() {
    List<String> names = IntStream.range(0, 300).mapToObj(i -> "class " + i).toList();
    String html = report(clouds(names), SHORT.epochs(1), true);
    assertSound(html);
    assertTrue(html.contains("With 300 classes the matrix itself is left out."));
  }

  @Test
  void imagesAreShownAndLargeOnesSmaller() {
    TrainTest small =
        new TrainTest(noise(40, new ImageSize(6, 9), 1), noise(60, new ImageSize(6, 9), 2));
    String html = report(small, SHORT, true);
    assertSound(html);
    assertTrue(html.contains("The images it got most wrong"));
    assertTrue(count(html, "data:image/png") > 5);
    TrainTest large =
        new TrainTest(noise(10, new ImageSize(400, 300), 1), noise(30, new ImageSize(400, 300), 2));
    assertTrue(report(large, SHORT.epochs(1), true).length() < 1_000_000);
  }

  @Test
  void aClassifierWithoutAMistakeIsToldSo() {
    TrainTest data = clouds(List.of("east", "west"));
    String html = report(data, SHORT.epochs(40).learningRate(0.03), true);
    assertSound(html);
    assertTrue(html.contains("It got none of the test examples wrong."));
    assertTrue(html.contains("No example of any class was taken for another."));
  }

  @Test
  void readsTheSameInEveryLocale() {
    TrainTest data = clouds(List.of("red", "green", "blue"));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      String html = report(data, SHORT, true);
      assertTrue(html.chars().noneMatch(c -> c >= 0x660 && c <= 0x669));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void isWrittenWholeOrNotAtAll(@TempDir Path folder) throws IOException {
    TrainTest data = clouds(List.of("yes", "no"));
    Classifier model = ThreeLayerClassifier.builder(backend).inputs(2).classes(2).build();
    TrainingHistory history = model.fit(data.train(), SHORT);
    TrainingReport report = TrainingReport.builder(model, history, data).build();
    Path file = folder.resolve("a report.html");
    report.write(file);
    report.write(file);
    assertEquals(report.html(), Files.readString(file));
    assertThrows(IOException.class, () -> report.write(folder));
    assertThrows(IOException.class, () -> report.write(folder.resolve("no/report.html")));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  private static final String PEOPLE =
      "age,town,pay,rich\n"
          + IntStream.range(0, 120)
              .mapToObj(
                  i ->
                      (i % 17 == 0 ? "" : 20 + i % 40)
                          + ","
                          + (i % 10 == 0 ? "Bern" : i % 3 == 0 ? "Oslo" : "Rome")
                          + ","
                          + (100.5 + 7 * (i % 31))
                          + ","
                          + (i % 5 == 0 ? "yes" : "no")
                          + "\n")
              .collect(Collectors.joining());

  /** Of several members, on a table. */
  private String table(int members) throws IOException {
    Csv.Source source =
        Csv.Source.of(
            "people.csv", new ByteArrayInputStream(PEOPLE.getBytes(StandardCharsets.UTF_8)));
    Table table = Table.read(source, Csv.Layout.DETECTED, note -> {});
    Table.Target target = Table.Target.classes(table, table.column("rich"));
    TableEncoder encoder = TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT);
    DataSet data = encoder.encode(table, target, note -> {});
    LossCurve curve = new LossCurve();
    TrainingMonitor monitor = new TrainingMonitor();
    Classifier model =
        Classifier.builder(backend)
            .inputs(data.features())
            .classNames(data.classNames())
            .hidden(4)
            .members(members)
            .build();
    TrainingHistory history =
        model.fit(data, SHORT.folds(3).patience(1).listener(curve).listener(monitor));
    String html =
        TrainingReport.builder(model, history, new TrainTest(data, data))
            .curve(curve)
            .monitor(monitor)
            .build()
            .html();
    assertSound(html);
    return html;
  }

  @Test
  void aMistakeInATableIsShownByItsColumnsAndTheirCells() throws IOException {
    String html = table(1);
    assertTrue(html.contains("<th scope=\"col\">most unusual columns</th>"), html);
    assertTrue(
        Pattern.compile("age is (\\d\\d \\([-+]\\d\\.\\d σ\\)|missing \\(7\u00a0%\\))")
            .matcher(html)
            .find());
    assertTrue(html.contains("town is Bern (10\u00a0%)"), html);
    assertFalse(Pattern.compile("(age|pay) from [\\d.]+ to ").matcher(html).find(), "a bin");
    assertTrue(html.contains("<dd>as encoded from the columns of the table</dd>"), html);
    assertFalse(html.contains("<dt>standardize</dt>"), html);
  }

  @Test
  void allMembersAreCountedAndDrawn() throws IOException {
    String html = table(3);
    assertTrue(html.contains("<dt>members</dt><dd>3</dd>"), html);
    assertTrue(html.contains(" in 3 members of "), html);
    assertTrue(html.contains("The first of 3 members; the others are thin lines."), html);
    // Loss and accuracy, in training and held out, of two members.
    assertEquals(8, html.split(" thin\"", -1).length - 1);
    assertTrue(html.contains("<p class=\"lead\">Of the first of 3 members.</p>"), html);
    String alone = table(1);
    assertFalse(alone.contains("<dt>members</dt>") || alone.contains(" thin\""), alone);
  }
}
