package dev.polymath.benchmarks.report;

import dev.polymath.models.internal.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The report of JMH's result files, {@value #HTML} and {@value #MARKDOWN}: the answer in words,
 * then charts and tables, then how it was measured. Whatever is missing in the files is missing in
 * the report, and whatever benchmark is not known stands in a table of its own.
 */
public final class Report {

  /** The page. */
  public static final String HTML = "report.html";

  /** The same as text. */
  public static final String MARKDOWN = "report.md";

  private Report() {}

  /** Writes both files into a folder. */
  public static void write(List<Path> files, Path folder) throws IOException {
    Results results = Results.read(files);
    List<Block> blocks = Sections.of(results);
    String title = "Polymath benchmarks";
    String subtitle = Sections.subtitle(results);
    AtomicFile.writeText(folder.resolve(HTML), Html.render(title, subtitle, blocks));
    AtomicFile.writeText(folder.resolve(MARKDOWN), Markdown.render(title, subtitle, blocks));
  }

  /** The answer in words, without marks. */
  public static List<String> answer(List<Path> files) throws IOException {
    return Findings.of(Results.read(files)).stream().map(s -> s.replace("**", "")).toList();
  }

  /** The only figure of a result as one short text, such as {@code 83.2 GFLOP/s ±1 %}. */
  public static String figure(byte[] json) throws IOException {
    List<Figure> figures = JmhResults.of(JsonTree.read(json, "result"), "result").figures();
    Figure figure = figures.get(0);
    for (String counter : List.of("gflop", "gcycles", "gigabytes")) {
      Sample sample = figure.counters().get(counter);
      if (sample != null) {
        String unit =
            counter.equals("gflop") ? "GFLOP/s" : counter.equals("gcycles") ? "GHz" : "GB/s";
        return Text.number(sample.median()) + " " + unit + " " + Text.spread(sample);
      }
    }
    return Text.time(figure.seconds().median()) + " " + Text.spread(figure.seconds());
  }
}
