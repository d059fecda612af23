package dev.polymath.cli;

import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code polymath backends}: what discovery found, the default and why. */
@Command(
    name = "backends",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the engines that were found, in the order in which they are preferred, and says which"
          + " one is used where none is named and why; for those that can't be used, what to do.",
      ""
    })
final class BackendsCommand implements Callable<Integer> {

  /** Its first start on a machine unpacks hundreds of megabytes: not for a list. */
  private static final String COSTLY_AT_FIRST = "nd4j";

  @Spec private CommandSpec spec;

  @Option(
      names = "--install",
      paramLabel = "NAME",
      description =
          "Fetches an engine that does not come with the command, and starts it once: nd4j (about"
              + " 130 MB; starting unpacks another 400 MB into ~/.javacpp/cache).")
  private @Nullable String install;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  BackendsCommand() {}

  @Override
  public Integer call() {
    List<BackendStatus> found = Backends.list();
    PrintWriter out = spec.commandLine().getOut();
    if (install != null) {
      // The launcher has fetched it before this JVM started.
      if (found.stream().noneMatch(status -> status.name().equals(install))) {
        throw new ParameterException(
            spec.commandLine(),
            "--install " + install + ": expected nd4j, the one engine that is fetched on demand");
      }
    }
    if (found.isEmpty()) {
      throw new IllegalStateException("no backend found on the class path");
    }
    String preferred = preferred(found);
    for (BackendStatus status : found) {
      out.println(line(status, status.name().equals(preferred)));
    }
    out.println();
    out.println(reason(found, preferred));
    if (found.stream().noneMatch(status -> status.name().equals(COSTLY_AT_FIRST))) {
      out.println("nd4j is not installed: polymath backends --install nd4j fetches it (130 MB)");
    }
    return 0;
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
    if (status.name().equals(COSTLY_AT_FIRST) && install == null && !unpacked()) {
      return mark
          + pad(status.name(), 14)
          + "ok          "
          + pad(priority, 14)
          + "unpacks 400 MB when first used; then its threads and engine stand here";
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
          + info.engine()
          + ", version "
          + info.version();
    } catch (IllegalStateException e) {
      return mark + pad(status.name(), 14) + "not usable: " + e.getMessage();
    }
  }

  /** Whether JavaCPP, which loads ND4J's native libraries, has unpacked them before. */
  private static boolean unpacked() {
    Path cache = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
    cache = Path.of(System.getProperty("org.bytedeco.javacpp.cachedir", cache.toString()));
    try (Stream<Path> jars = Files.list(cache)) {
      return jars.anyMatch(jar -> jar.getFileName().toString().startsWith("nd4j-"));
    } catch (IOException e) {
      return false;
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
