package dev.polymath.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.report.chart.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a result whose figures are chosen so that each ratio, share and crossing is known. */
@DisplayName("The report")
final class ReportTest {

  @TempDir Path folder;
  private Path result;

  @BeforeEach
  void copy() throws IOException {
    result = copy("result.json");
    copy(RunInfo.FILE);
  }

  private Path copy(String name) throws IOException {
    try (InputStream in = ReportTest.class.getResourceAsStream(name)) {
      return Files.write(folder.resolve(name), in.readAllBytes());
    }
  }

  private String markdown() throws IOException {
    Report.write(List.of(result), folder);
    return Files.readString(folder.resolve(Report.MARKDOWN));
  }

  private String html() throws IOException {
    Report.write(List.of(result), folder);
    return Files.readString(folder.resolve(Report.HTML));
  }

  /** Keeps the results whose line contains what is asked for. */
  private void keep(String pattern) throws IOException {
    Pattern kept = Pattern.compile(pattern);
    String lines =
        Files.readAllLines(result).stream()
            .filter(l -> l.startsWith("{") && kept.matcher(l).find())
            .map(l -> l.replaceAll(",$", ""))
            .collect(Collectors.joining(",\n"));
    Files.writeString(result, "[" + lines + "]");
  }

  @Test
  @DisplayName("begins with the answer, computed from the figures")
  void answer() throws IOException {
    assertEquals(
        List.of(
            "On this machine, on one thread, arrays-vector is fastest for training, single predictions"
                + " and square products of 16 to 64 and nd4j is fastest for square products of 256.",
            "A training step of 784-128-50-10 at batch 64 takes 400 µs with arrays-vector (89 % of the"
                + " FMA peak); nd4j takes 2.0 times as long and arrays 4.0.",
            "The fastest product of square matrices runs at 76.0 GFLOP/s (95 % of the FMA peak) with"
                + " nd4j at 256.",
            "A single prediction takes 4.00 µs at the median with arrays-vector (99 of 100 at most"
                + " 12.0 µs); nd4j takes 15 times as long.",
            "With 2 threads the step of arrays-vector at batch 64 takes 250 µs, 1.60 times as fast as"
                + " with one (handing work to a second thread and back cost 160 ns here).",
            "Handle with care: 1 of 37 figures vary by more than ±10 % and are marked “wide”. The"
                + " machine was not quiet, or not long enough.",
            "Not measured: 1 that failed, listed at the end."),
        Report.answer(List.of(result)));
  }

  @Test
  @DisplayName("shows each figure in GFLOP/s, as a share of the peak and as a ratio to the best")
  void comparison() throws IOException {
    String text = markdown();
    // 40 of a peak of 80, the best; 20 is half of it; a range of 20 % is marked.
    assertTrue(
        text.contains(
            "| 64 × 64 × 64, A·B, one thread | **40.0** (50 % · 1.00× · ±1 %) | 20.0 (25 % · 0.50× ·"
                + " ±1 %) | 6.00 (8 % · 0.15× · ±21 % (wide)) | 16.0 (20 % · 0.40× · ±1 %) |"),
        text);
    assertTrue(text.contains("| 64, 2 threads | 250 µs (71 % · 1.00× · ±1 %) | – | – |"), text);
  }

  @Test
  @DisplayName("takes no allocation of JMH's own for the backend's, nor one of a warm-up too short")
  void allocation() throws IOException {
    String step =
        "{\"benchmark\": \"p.TrainStepBenchmark.step\", \"mode\": \"avgt\", \"threads\": 1,"
            + " \"forks\": 1, \"params\": {\"backend\": \"%s\", \"batch\": \"64\", \"threads\": \"1\"},"
            + " \"primaryMetric\": {\"score\": 300, \"scoreUnit\": \"us/op\", \"rawData\": [[300, 300, 300]]},"
            + " \"secondaryMetrics\": {\"gc.alloc.rate.norm\": {\"score\": 3000, \"rawData\": [%s]},"
            + " \"gc.alloc.rate\": {\"score\": 5, \"rawData\": [%s]}}}";
    Files.writeString(
        result,
        "["
            + step.formatted("clean", "[8000, 12, 9]", "[14.5, 0.034, 0.033]")
            + ","
            + step.formatted("wasteful", "[950, 900, 910]", "[2.5, 2.4, 2.4]")
            + "]");
    String text = markdown();
    assertTrue(text.contains("| TrainStep | wasteful | 910 B |"), text);
    assertTrue(text.contains("| TrainStep | clean | none |"), text);
  }

  @Test
  @DisplayName("says where the curves cross")
  void crossings() throws IOException {
    // arrays-vector leads nd4j by 2 at 64 and trails by 76/64 at 256: 64 · 4^(ln 2 / ln(2 ·
    // 76/64)).
    double expected = 64 * Math.pow(4, Math.log(2) / Math.log(2 * 76 / 64.0));
    assertTrue(
        markdown().contains("nd4j passes arrays-vector at about " + Math.round(expected)),
        markdown());
  }

  @Test
  @DisplayName("shows percentiles, roofline, machine, flags, commit and failures")
  void theRest() throws IOException {
    String text = markdown();
    for (String expected :
        List.of(
            "| arrays-vector, one thread | 4.00 µs | 8.00 µs | 12.0 µs | 36.0 µs |",
            "FMA peak of one thread: **80.0 GFLOP/s** ±0 %: 2.00 FMAs of 8 floats a cycle and thread,"
                + " at the 2.50 GHz",
            "FMA peak of 2 threads: **160 GFLOP/s** ±0 %: 2.00 FMAs of 8 floats",
            "| 24 KiB in L1, one thread | 100 (±0 %) | 120 (±0 %) |",
            "| 128 MiB in memory, one thread | 15.0 (±0 %) | 18.0 (±0 %) |",
            "| pixels | 64 | 12.0 µs (±1 %) | 188 ns | 16.7 GB/s |",
            "Run `quick`, 2026-01-02 03:04:05 UTC, 4.9 minutes, commit 0123456789ab (dirty).",
            "A Processor &lt;64>, 2 processors, L1 32 KiB, L2 512 KiB, L3 32 MiB; Linux 6, amd64.",
            "`--add-modules jdk.incubator.vector -Xms1g -Xmx1g`",
            "`ejml` 0.1.0: EJML 0.46.1; one thread, as asked for.",
            "**Failed:** MatmulBenchmark.product ejml 1 256x256x256 NN: java.lang.AssertionError",
            "| Matmul | nd4j | 3.30 kB |")) {
      assertTrue(text.contains(expected), expected + " in " + text);
    }
  }

  @Test
  @DisplayName("is one page without a network, well-formed, with a chart for products and steps")
  void page() throws Exception {
    String page = html();
    assertFalse(Pattern.compile("https?:|<script|<img|url\\(|@import").matcher(page).find());
    assertFalse(Pattern.compile("(src|href)=\"(?!data:)").matcher(page).find());
    assertTrue(page.contains("A Processor &lt;64&gt;"), "names are escaped");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new java.io.ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
    assertEquals(4, Pattern.compile("<svg[^>]* role=\"img\"").matcher(page).results().count());
    assertTrue(page.contains("<title>nd4j, 256: 76.0 (75.2 to 76.8)</title>"), page);
    assertFalse(page.contains("NaN"), page);
  }

  @Test
  @DisplayName("writes a bar's figure at its end, however far the measurements go beyond it")
  void figures() {
    Markup page = new Markup();
    Sample wide = new Sample(1, 0.5, 9);
    new BarChart(List.of(new BarChart.Bar("x", 0, wide, "1.00 s")), 2).draw(page);
    Matcher bar =
        Pattern.compile("<rect[^>]* x=\"([0-9.]+)\"[^>]* width=\"([0-9.]+)\"")
            .matcher(page.toString());
    Matcher figure =
        Pattern.compile("<text class=\"value\" x=\"([0-9.]+)\"").matcher(page.toString());
    assertTrue(bar.find() && figure.find(), page::toString);
    double end = Double.parseDouble(bar.group(1)) + Double.parseDouble(bar.group(2));
    assertEquals(end + 5, Double.parseDouble(figure.group(1)), 0.02);
  }

  @Test
  @DisplayName("gives a backend the same colour in every chart, whoever else is in it")
  void colours() throws IOException {
    Results results = Results.read(List.of(result));
    assertEquals(3, results.series("arrays"));
    assertTrue(html().contains("<rect class=\"bar series3\""), "arrays, though third in its chart");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nd4j",
        "\"ejml\"",
        "\"batch\": \"512\"",
        "64x64x64",
        "PeakBenchmark.fma",
        "InferenceBenchmark",
        "BackwardBenchmark",
        "TrainStep.*\"threads\": \"2\"",
        "ForkJoin",
        "Gather",
        "nothing"
      })
  @DisplayName("is made of whatever part of a run there is")
  void partial(String kept) throws IOException {
    keep(kept);
    Files.delete(folder.resolve(RunInfo.FILE));
    String page = html();
    assertFalse(page.contains("NaN"), page);
    assertFalse(page.contains("Infinity"), page);
    String text = markdown();
    assertTrue(text.contains("machine and commit not recorded"), text);
    assertTrue(text.contains("## How it was measured"), text);
  }

  @Test
  @DisplayName("shows benchmarks that it does not know, in any unit")
  void unknown() throws IOException {
    Files.writeString(
        result,
        """
        [{"benchmark": "com.example.Mine.run", "mode": "thrpt", "threads": 1, "forks": 1,
          "params": {"a<b": "|"}, "primaryMetric":
            {"score": 12.5, "scoreError": "NaN", "scoreUnit": "ops/ms", "rawData": [[12.5]]}}]
        """);
    assertTrue(markdown().contains("| Mine.run | {a&lt;b=\\|} | 12.5 ops/ms (±0 %) |"), markdown());
  }

  @Test
  @DisplayName("takes several files; of a figure that stands in two, the last counts")
  void several() throws IOException {
    Path second = Files.createDirectories(folder.resolve("second")).resolve("result.json");
    Files.copy(result, second);
    Path first = result;
    result = second;
    keep("TrainStepBenchmark.*arrays-vector\".*\"threads\": \"1\"");
    Files.writeString(
        second,
        Files.readString(second)
            .replace("400.0", "300.0")
            .replace("396.0", "297.0")
            .replace("404.0", "303.0"));
    Report.write(List.of(first, second), folder);
    String text = Files.readString(folder.resolve(Report.MARKDOWN));
    assertTrue(text.contains("at batch 64 takes **300 µs** with arrays-vector"), text);
    assertTrue(text.contains("1 figures stood in more than one file"), text);
  }

  @Test
  @DisplayName("refuses what is not a result, in a sentence, and writes nothing")
  void wrongFiles() throws IOException {
    Path target = Files.createDirectories(folder.resolve("target"));
    for (String wrong :
        List.of("", "{", "{}", "[1]", "[{\"benchmark\": \"a\"}]", "[] []", "\u0000")) {
      Files.writeString(result, wrong);
      String message =
          assertThrows(IOException.class, () -> Report.write(List.of(result), target)).getMessage();
      assertTrue(message.startsWith(result + ": "), message);
    }
    assertTrue(
        assertThrows(IOException.class, () -> Report.write(List.of(folder), target))
            .getMessage()
            .endsWith("expected a file, found a folder"));
    try (Stream<Path> files = Files.list(target)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  @DisplayName("says a figure in a line")
  void line() throws IOException {
    keep("MatmulBenchmark.*nd4j.*256x256x256");
    assertEquals("76.0 GFLOP/s ±0 %", Report.figure(Files.readAllBytes(result)));
    copy("result.json");
    keep("InferenceBenchmark.*nd4j");
    assertEquals("60.0 µs ±0 %", Report.figure(Files.readAllBytes(result)));
  }

  @Test
  @DisplayName("keeps what is known of a run")
  void runInfo() throws IOException {
    RunInfo info = RunInfo.read(folder.resolve(RunInfo.FILE));
    Path again = Files.writeString(folder.resolve("again.json"), info.toJson());
    assertEquals(info, RunInfo.read(again));
    Files.writeString(again, "{}");
    assertEquals(RunInfo.UNKNOWN, RunInfo.read(again));
  }
}
