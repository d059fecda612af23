package dev.polymath.cli.backend;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.cli.terminal.Heading;
import dev.polymath.models.choice.BackendChoice;
import dev.polymath.models.training.TrainingOptions;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The two options that open a session. */
@Heading("Backend options:")
public final class SessionOptions {

  /** Not a backend's name: the fastest by measurement. */
  private static final String AUTO = "auto";

  /** What a shell completes: whatever is there when the script for it is made. */
  static final class BackendNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.concat(Stream.of(AUTO), Backends.list().stream().map(BackendStatus::name))
          .iterator();
    }
  }

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      completionCandidates = BackendNames.class,
      description =
          "The backend, one of those that 'polymath backends' lists; auto takes the fastest, which"
              + " it measures once (see 'polymath backends --measure'). Default: the first in that"
              + " list. nd4j is fetched when first asked for (130 MB).")
  private @Nullable String name;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads an operation may use. Default: all cores.")
  private @Nullable Integer threads;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  SessionOptions() {}

  /** As {@link #open(List, int)}, for a command that does not train. */
  public Backend open(List<Integer> layers) {
    return open(layers, TrainingOptions.defaults().batch());
  }

  /**
   * Opens what was chosen; a name that is not there is a mistake in the command.
   *
   * @param layers of the network that {@code auto} chooses for
   * @param batch examples per step
   */
  public Backend open(List<Integer> layers, int batch) {
    int count = threads();
    if (AUTO.equals(name)) {
      return Measurement.automatic(
              new BackendChoice.Workload(layers, batch, count), spec.commandLine().getErr())
          .open();
    }
    try {
      BackendOptions options = BackendOptions.defaults().threads(count);
      return name == null ? Backends.open(options) : Backends.open(name, options);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Finds a mistake in the command before the work that comes first. */
  public void requireKnown() {
    threads();
    if (name != null
        && !AUTO.equals(name)
        && Backends.list().stream().noneMatch(status -> status.name().equals(name))) {
      open(BackendChoice.Workload.CLASSIFIER).close();
    }
  }

  private int threads() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "threads: expected at least 1, found " + count);
    }
    return count;
  }
}
