package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.cli.backend.Measurement;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.choice.BackendChoice;
import dev.polymath.models.training.TrainingOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code polymath backends}: what discovery found, the default and why. */
@Command(
    name = "backends",
    mixinStandardHelpOptions = true,
    description =
        "Lists the backends that were found, in the order in which they are preferred, and says which"
            + " one is used where none is named and why; for those that can't be used, what to do.")
public final class BackendsCommand implements Callable<Integer> {

  /** What the launchers, polymath and polymath.cmd, know how to fetch: no backend's own affair. */
  private static final String FETCHED = "nd4j";

  @Spec private CommandSpec spec;

  @Option(
      names = "--install",
      paramLabel = "NAME",
      description =
          "Starts a backend whose first start is costly, once. nd4j, which does not come with the"
              + " command, is fetched for it (about 130 MB; starting unpacks another 400 MB into"
              + " ~/.javacpp/cache).")
  private @Nullable String install;

  @ArgGroup(exclusive = false)
  private @Nullable Measuring measuring;

  /** The options of a measurement: the others make no sense without the first. */
  @Heading("Measuring options:")
  static final class Measuring {

    @Option(
        names = "--measure",
        required = true,
        description =
            "Times a training step of each backend for your network (about 10 seconds), checks its"
                + " result, and keeps the ranking for --backend auto.")
    private boolean measure;

    @Option(
        names = "--layers",
        paramLabel = "N",
        split = ",",
        description = "Inputs, hidden units, classes. Default: 784,128,50,10.")
    private List<Integer> layers = BackendChoice.Workload.CLASSIFIER;

    @Option(names = "--batch", paramLabel = "N", description = "Examples per step. Default: 64.")
    private int batch = TrainingOptions.defaults().batch();

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads an operation may use. Default: all cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    Measuring() {}
  }

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  BackendsCommand() {}

  @Override
  public Integer call() {
    List<BackendStatus> found = Backends.list();
    PrintWriter out = spec.commandLine().getOut();
    if (install != null) {
      // Where it can be fetched, the launcher has done so before this JVM started.
      if (found.stream().noneMatch(status -> status.name().equals(install))) {
        throw new ParameterException(
            spec.commandLine(),
            "--install "
                + install
                + ": expected "
                + FETCHED
                + ", which is fetched on demand, or one of those that are there: "
                + String.join(", ", found.stream().map(BackendStatus::name).toList()));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalStateException("no backend found on the class path");
    }
    if (measuring != null) {
      if (install != null) {
        list(out, found);
        out.println();
      }
      measure(out, measuring);
    } else {
      list(out, found);
    }
    if (found.stream().noneMatch(status -> status.name().equals(FETCHED))) {
      out.println(
          FETCHED
              + " is not installed: polymath backends --install "
              + FETCHED
              + " fetches it (130 MB)");
    }
    return 0;
  }

  private void measure(PrintWriter out, Measuring options) {
    BackendChoice.Workload work;
    try {
      work = new BackendChoice.Workload(options.layers, options.batch, options.threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--measure: " + e.getMessage(), e);
    }
    BackendChoice choice = Measurement.measure(work);
    boolean kept = Measurement.keep(choice, spec.commandLine().getErr());
    out.println(Measurement.table(choice));
    out.println(Measurement.legend(choice, kept));
  }

  private void list(PrintWriter out, List<BackendStatus> found) {
    String preferred = preferred(found);
    for (BackendStatus status : found) {
      out.println(line(status, status.name().equals(preferred)));
    }
    out.println();
    out.println(reason(found, preferred));
  }

  private static String preferred(List<BackendStatus> found) {
    String property = System.getProperty(Backends.PROPERTY);
    return property != null ? property : found.get(0).name();
  }

  private String line(BackendStatus status, boolean preferred) {
    String mark = preferred ? "* " : "  ";
    if (!status.available()) {
      return mark + pad(status.name(), 14) + "not usable: " + status.unavailableReason();
    }
    String priority = "priority " + status.priority();
    if (status.costlyStart() != null && !status.name().equals(install)) {
      return mark
          + pad(status.name(), 14)
          + "ok          "
          + pad(priority, 14)
          + status.costlyStart()
          + "; then its threads and what it runs on stand here";
    }
    BackendOptions all =
        BackendOptions.defaults().threads(Runtime.getRuntime().availableProcessors());
    try (Backend backend = Backends.open(status.name(), all)) {
      BackendInfo info = backend.info();
      String threads = info.threads() == 1 ? "1 thread" : info.threads() + " threads";
      return mark
          + pad(status.name(), 14)
          + pad(threads, 12)
          + pad(priority, 14)
          + info.runsOn()
          + ", version "
          + info.version();
    } catch (IllegalStateException e) {
      return mark + pad(status.name(), 14) + "not usable: " + e.getMessage();
    }
  }

  private static String reason(List<BackendStatus> found, String preferred) {
    if (System.getProperty(Backends.PROPERTY) != null) {
      return "* is the default: the system property " + Backends.PROPERTY + " names " + preferred;
    }
    return found.get(0).available()
        ? "* is the default: the highest priority among the usable"
        : "none is usable";
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
