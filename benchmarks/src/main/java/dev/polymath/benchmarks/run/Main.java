package dev.polymath.benchmarks.run;

import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.benchmarks.report.Comparison;
import dev.polymath.benchmarks.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code polymath-bench}: named runs, their report, and JMH itself. */
@Command(
    name = "polymath-bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[COMMAND]",
    description = {
      "Measures the backends on this machine and writes a report.",
      "",
      "  polymath-bench --quick                the answer, in five minutes",
      "  polymath-bench --run NAME             one of the runs that --list shows",
      "  polymath-bench report RESULT.json ... the report again, of one or more results",
      "  polymath-bench --compare A B          what got slower from A to B: two results, or two",
      "                                        commits, which are built and measured by turns",
      "  polymath-bench jmh [OPTIONS]          JMH itself; `jmh -h` shows its options",
      "",
      "Whatever is in POLYMATH_JAVA_OPTS, the measured JVMs get too (-XX:UseAVX=2, say).",
      ""
    },
    subcommands = {Main.ReportCommand.class, Main.JmhCommand.class},
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:failed, or some of the figures did",
      " 2:the command was not understood"
    })
public final class Main implements Callable<Integer> {

  private static final double BUSY = 0.1;

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "0..1")
  private Which which;

  @Option(
      names = "--backends",
      split = ",",
      paramLabel = "NAME",
      description = "The backends to measure, separated by commas (all).")
  private Set<String> backends = new LinkedHashSet<>();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where results and report go (bench-results/DATE-RUN).")
  private Path folder;

  @Option(
      names = "--bound",
      paramLabel = "RATIO",
      defaultValue = "1.05",
      description = "With --compare: from which ratio on a case is slower (${DEFAULT-VALUE}).")
  private double bound;

  @Option(
      names = "--cases",
      paramLabel = "NAME",
      defaultValue = "quick",
      description =
          "With --compare of commits: the run whose cases are measured (${DEFAULT-VALUE}), of the"
              + " fastest backend unless --backends names others.")
  private String compared;

  @Option(
      names = "--pairs",
      paramLabel = "COUNT",
      defaultValue = "5",
      description = "With --compare of commits: JVMs of each for a case (${DEFAULT-VALUE}).")
  private int pairs;

  @Option(names = "--plan", description = "Only say what would be measured, figure by figure.")
  private boolean plan;

  /** What to run; one of them. */
  static final class Which {
    @Option(names = "--quick", description = "The run `quick`.")
    boolean quick;

    @Option(names = "--run", paramLabel = "NAME", description = "A run by its name.")
    String run;

    @Option(names = "--list", description = "The runs, what they measure, how long they take.")
    boolean list;

    @Option(
        names = "--compare",
        arity = "2",
        paramLabel = "BEFORE|AFTER",
        description =
            "Two of JMH's result files, or two commits of this repository: the ratio of their"
                + " times, case by case. Ends with 1 if a case is slower.")
    List<String> compare;
  }

  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("jmh")) {
      // Its options are JMH's to understand.
      org.openjdk.jmh.Main.main(
          List.of(arguments).subList(1, arguments.length).toArray(new String[0]));
      return;
    }
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  /** Runs the command, though not JMH itself, and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine command = new CommandLine(new Main());
    command.setOut(out);
    command.setErr(err);
    command.setUsageHelpAutoWidth(true);
    command.setAbbreviatedOptionsAllowed(false);
    command.setParameterExceptionHandler(
        (error, rest) -> {
          err.println("polymath-bench: " + error.getMessage());
          err.println("Try: polymath-bench --help");
          return 2;
        });
    command.setExecutionExceptionHandler(
        (error, line, result) -> {
          err.println("polymath-bench: " + sentence(error));
          return 1;
        });
    return command.execute(arguments);
  }

  private static String sentence(Exception error) {
    String message = error.getMessage();
    if (error instanceof NoSuchFileException missing && missing.getReason() == null) {
      return message + ": there is no such file or folder";
    }
    if (error instanceof AccessDeniedException) {
      return message + ": access denied";
    }
    if (error instanceof FileAlreadyExistsException) {
      return message + ": expected a folder, found a file";
    }
    boolean expected = error instanceof IOException || error instanceof RunnerException;
    return expected && message != null ? message : error + " (a defect)";
  }

  @Override
  public Integer call() throws IOException, RunnerException, InterruptedException {
    if (which == null) {
      throw new ParameterException(
          spec.commandLine(), "expected --quick, --run NAME, --list, --compare, report or jmh");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (which.list) {
      list(out);
      return 0;
    }
    if (which.compare != null) {
      return compare(out);
    }
    Run run = which.quick ? Run.QUICK : run(which.run);
    List<Case> cases = run.cases(grid());
    if (plan) {
      cases.forEach(out::println);
      out.println(summary(run, cases));
      return 0;
    }
    out.println(summary(run, cases));
    Path results = Files.createDirectories(folder == null ? defaultFolder(run.toString()) : folder);
    out.println("Results go to " + results);
    double load = Host.load();
    if (load > BUSY) {
      out.printf(
          Locale.ROOT,
          "This machine is not quiet: %.0f %% of its processors were busy in the last second. "
              + "Figures will be low, and wide.%n",
          100 * load);
    }
    String commit = commit(System.getenv());
    List<String> failed = new Runs(run, cases, results, out, commit, load).measure();
    Report.write(List.of(results.resolve(Runs.RESULTS)), results);
    out.println();
    Report.answer(List.of(results.resolve(Runs.RESULTS))).forEach(out::println);
    out.println();
    out.println("Report: " + results.resolve(Report.HTML) + " and " + Report.MARKDOWN);
    if (!failed.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "polymath-bench: "
                  + failed.size()
                  + " of "
                  + cases.size()
                  + " failed; see "
                  + results.resolve(Runs.LOG));
    }
    return failed.isEmpty() ? 0 : 1;
  }

  private int compare(PrintWriter out) throws IOException, InterruptedException {
    if (!(bound >= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--bound: expected at least 1, found " + bound);
    }
    String before = which.compare.get(0);
    String after = which.compare.get(1);
    if (Files.exists(Path.of(before)) && Files.exists(Path.of(after))) {
      return conclude(Comparison.of(Path.of(before), Path.of(after), bound), out);
    }
    if (pairs < 1) {
      throw new ParameterException(
          spec.commandLine(), "--pairs: expected at least 1, found " + pairs);
    }
    Run run = run(compared);
    Grid grid = backends.isEmpty() ? gridOfAll().fastest(1) : grid();
    // The machine's own figures are no commit's.
    List<Case> cases =
        run.cases(grid).stream().filter(c -> c.parameters().containsKey("backend")).toList();
    if (plan) {
      cases.forEach(out::println);
      out.printf(
          Locale.ROOT, "%d figures of each commit, %d pairs of JVMs each%n", cases.size(), pairs);
      return 0;
    }
    return conclude(compareCommits(before, after, run, cases, out), out);
  }

  private static int conclude(Comparison comparison, PrintWriter out) {
    comparison.lines().forEach(out::println);
    return comparison.isSlower() ? 1 : 0;
  }

  private Comparison compareCommits(
      String before, String after, Run run, List<Case> cases, PrintWriter out)
      throws IOException, InterruptedException {
    String sources = System.getenv("POLYMATH_SOURCES");
    if (sources == null) {
      throw new IOException(
          "--compare: expected two result files, or two commits and ./polymath-bench of a"
              + " repository, found "
              + before
              + " and "
              + after);
    }
    Path results = Files.createDirectories(folder == null ? defaultFolder("compare") : folder);
    return new CommitComparison(Path.of(sources), run, cases, pairs, results, out)
        .run(before, after, bound);
  }

  /** Of the sources that the launcher names; empty where there is no launcher, or no repository. */
  static String commit(Map<String, String> environment) {
    String sources = environment.get("POLYMATH_SOURCES");
    return sources == null ? "" : Host.commit(Path.of(sources));
  }

  private static void list(PrintWriter out) {
    for (Run run : Run.values()) {
      List<Case> cases = run.cases(gridOfAll());
      out.printf(
          Locale.ROOT,
          "%-10s %s; %d figures, %s%n",
          run,
          run.what,
          cases.size(),
          about(run.seconds(cases)));
    }
  }

  private static String summary(Run run, List<Case> cases) {
    return String.format(
        Locale.ROOT,
        "Run %s: %s. %d figures, %d JVMs each, %s.",
        run,
        run.what,
        cases.size(),
        run.timing.forks(),
        about(run.seconds(cases)));
  }

  private static String about(double seconds) {
    return seconds < 90
        ? "about " + Math.round(seconds) + " s"
        : seconds < 5400
            ? "about " + Math.round(seconds / 60) + " minutes"
            : String.format(Locale.ROOT, "about %.1f hours", seconds / 3600);
  }

  private Run run(String name) {
    for (Run run : Run.values()) {
      if (run.toString().equals(name)) {
        return run;
      }
    }
    throw new ParameterException(
        spec.commandLine(), "--run: expected one of " + List.of(Run.values()) + ", found " + name);
  }

  private Grid grid() {
    if (backends.isEmpty()) {
      return gridOfAll();
    }
    Map<String, BackendStatus> known = known();
    for (String name : backends) {
      if (!known.containsKey(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "--backends: expected some of " + known.keySet() + ", found " + name);
      }
    }
    return grid(backends.stream().map(known::get).toList());
  }

  private static Grid gridOfAll() {
    return grid(List.copyOf(known().values()));
  }

  private static Grid grid(List<BackendStatus> backends) {
    return new Grid(backends, Runtime.getRuntime().availableProcessors(), Host.caches());
  }

  /**
   * Whatever is on the class path by its name, the highest priority first; whether it starts will
   * be seen in the forks.
   */
  private static Map<String, BackendStatus> known() {
    Map<String, BackendStatus> known = new LinkedHashMap<>();
    for (BackendStatus status : Backends.list()) {
      known.putIfAbsent(status.name(), status);
    }
    return known;
  }

  private static Path defaultFolder(String run) {
    String now = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmm"));
    return Path.of("bench-results", now + "-" + run);
  }

  /** Renders results again. */
  @Command(
      name = "report",
      mixinStandardHelpOptions = true,
      description =
          "Writes the report of one or more of JMH's result files, as HTML and as Markdown. It"
              + " includes what a run.json beside a file says.")
  static final class ReportCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "RESULT.json")
    private List<Path> files = List.of();

    @Option(
        names = "--out",
        paramLabel = "FOLDER",
        description = "Where the report goes (the folder of the first file).")
    private Path folder;

    @Override
    public Integer call() throws IOException {
      Path beside = files.get(0).toAbsolutePath().getParent();
      Path target = folder == null ? beside : Files.createDirectories(folder);
      Report.write(files, target);
      PrintWriter out = spec.commandLine().getOut();
      Report.answer(files).forEach(out::println);
      out.println();
      out.println("Report: " + target.resolve(Report.HTML) + " and " + Report.MARKDOWN);
      return 0;
    }
  }

  /** For the list of commands; {@link Main#main} runs it. */
  @Command(name = "jmh", description = "JMH with all of its options.")
  static final class JmhCommand implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("jmh: expected as the first argument");
    }
  }
}
