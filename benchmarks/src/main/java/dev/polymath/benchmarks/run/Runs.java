package dev.polymath.benchmarks.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.polymath.benchmarks.report.Report;
import dev.polymath.benchmarks.report.RunInfo;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the combinations of a run one after the other and keeps the results in a folder. They
 * are written again after each combination: an interrupted run leaves what it has.
 */
final class Runs {

  /** JMH's results. */
  static final String RESULTS = "result.json";

  /** All that JMH and its forks printed. */
  static final String LOG = "jmh.log";

  private final Run run;
  private final List<Case> cases;
  private final Path folder;
  private final PrintWriter out;
  private final String commit;
  private final double otherLoad;

  private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final long[] ticks = Host.ticks();
  private final List<RunResult> results = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  Runs(Run run, List<Case> cases, Path folder, PrintWriter out, String commit, double otherLoad) {
    this.run = run;
    this.cases = cases;
    this.folder = folder;
    this.out = out;
    this.commit = commit;
    this.otherLoad = otherLoad;
  }

  /** Measures all and gives what failed. */
  List<String> measure() throws IOException, RunnerException {
    double left = run.seconds(cases);
    try (ForkLog log =
        new ForkLog(new BufferedOutputStream(Files.newOutputStream(folder.resolve(LOG))))) {
      PrintStream stream = new PrintStream(log, false, StandardCharsets.UTF_8);
      OutputFormat format = OutputFormatFactory.createFormatInstance(stream, VerboseMode.NORMAL);
      for (int i = 0; i < cases.size(); i++) {
        Case next = cases.get(i);
        out.printf(
            Locale.ROOT,
            "[%" + digits() + "d/%d, %s left] %s",
            i + 1,
            cases.size(),
            duration(left),
            next);
        out.flush();
        log.begin(Integer.parseInt(next.parameters().getOrDefault("threads", "1")));
        measure(next, format, stream, log);
        stream.flush();
        left -= next.seconds(run.timing(next));
        save(log);
      }
    }
    return failed;
  }

  private int digits() {
    return String.valueOf(cases.size()).length();
  }

  private void measure(Case next, OutputFormat format, PrintStream stream, ForkLog log)
      throws IOException, RunnerException {
    Timing timing = run.timing(next);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^dev\\.polymath\\.benchmarks\\." + next.method().replace(".", "\\.") + "$")
            .threads(next.callers())
            .forks(timing.forks())
            .warmupIterations(timing.warmUps())
            .warmupTime(TimeValue.milliseconds(timing.warmUpMillis()))
            .measurementIterations(timing.iterations())
            .measurementTime(TimeValue.milliseconds(timing.iterationMillis()))
            .addProfiler(GCProfiler.class);
    for (Map.Entry<String, String> parameter : next.parameters().entrySet()) {
      options.param(parameter.getKey(), parameter.getValue());
    }
    Collection<RunResult> found = quietly(new Runner(options.build(), format), stream);
    boolean measured = false;
    for (RunResult result : found) {
      if (!result.getBenchmarkResults().isEmpty()) {
        results.add(result);
        measured = true;
        out.println(": " + Report.figure(json(List.of(result))));
      }
    }
    if (!measured) {
      String reason = log.failure().isEmpty() ? "see " + LOG : log.failure();
      failed.add(next + ": " + reason);
      out.println(": failed: " + reason);
    }
  }

  /** JMH passes on what a fork prints to its own output, past the format. */
  private static Collection<RunResult> quietly(Runner runner, PrintStream log)
      throws RunnerException {
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(log);
    System.setErr(log);
    try {
      return runner.run();
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static byte[] json(Collection<RunResult> results) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
    stream.flush();
    return bytes.toByteArray();
  }

  /**
   * One result per line: JMH's own layout makes megabytes of the histograms. The JVM's folder,
   * which says something of this machine only, is left out; its version stands beside it.
   */
  static byte[] compact(byte[] json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JsonFactory factory = new JsonFactory();
    try (JsonParser from = factory.createParser(json);
        JsonGenerator to = factory.createGenerator(bytes)) {
      int depth = 0;
      for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
        if (depth == 1) {
          to.writeRaw('\n');
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token == JsonToken.VALUE_STRING && "jvm".equals(from.currentName())) {
          to.writeString("java");
        } else {
          to.copyCurrentEvent(from);
        }
      }
      to.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private void save(ForkLog log) throws IOException {
    long[] now = Host.ticks();
    double passed = now[0] - ticks[0];
    RunInfo info =
        new RunInfo(
            run.toString(),
            start.toString(),
            start.until(Instant.now(), ChronoUnit.SECONDS),
            commit,
            Host.cpu(),
            Runtime.getRuntime().availableProcessors(),
            Host.caches(),
            Host.os(),
            otherLoad,
            passed > 0 ? (now[1] - ticks[1]) / passed : Double.NaN,
            List.copyOf(log.sessions()),
            failed);
    replace(folder.resolve(RESULTS), compact(json(results)));
    replace(folder.resolve(RunInfo.FILE), info.toJson().getBytes(StandardCharsets.UTF_8));
  }

  /** Whole or not at all. */
  private static void replace(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static String duration(double seconds) {
    long rounded = Math.max(0, Math.round(seconds));
    return rounded < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", rounded / 60, rounded % 60)
        : String.format(Locale.ROOT, "%d:%02d h", rounded / 3600, rounded % 3600 / 60);
  }
}
