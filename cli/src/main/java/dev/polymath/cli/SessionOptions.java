package dev.polymath.cli;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The two options that open a session. */
final class SessionOptions {

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description =
          "The engine: arrays, arrays-vector, ejml or nd4j. Default: the first that"
              + " 'polymath backends' lists. nd4j is fetched when first asked for (130 MB).")
  private @Nullable String name;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads an operation may use. Default: all cores.")
  private @Nullable Integer threads;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  SessionOptions() {}

  /** Opens what was chosen; a name that is not there is a mistake in the command. */
  Backend open() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try {
      BackendOptions options = BackendOptions.defaults().threads(count);
      return name == null ? Backends.open(options) : Backends.open(name, options);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
