package dev.polymath.models.choice;

import dev.polymath.BackendStatus;
import dev.polymath.models.internal.Processor;
import dev.polymath.models.internal.Sha256;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a measurement depends on, as a text: where two are equal, a kept ranking still holds. */
final class MeasurementKey {

  private static final String FORMAT = "1";

  /** The options that change what the JVM compiles, or what a backend does. */
  private static final Pattern OPTION =
      Pattern.compile(
          "-XX:.*|-X(int|comp|batch)|-D(polymath\\.(?!terminal|debug)|org\\.bytedeco|org\\.nd4j).*");

  private static final Pattern VARIABLE =
      Pattern.compile("(OMP|GOMP|KMP|MKL|OPENBLAS|ND4J|BLAS)_.*|JAVACPP_.*");

  private MeasurementKey() {}

  static String of(
      BackendChoice.Workload work,
      List<BackendStatus> found,
      BackendChoice.StepRunner.Starter starter) {
    return String.join(
        "\n",
        "format " + FORMAT,
        "machine " + machine(),
        "jdk " + jdk(),
        "libraries " + libraries(),
        "backends " + backends(found, starter),
        "work " + work);
  }

  /** 16 hexadecimal digits that differ between texts. */
  static String digest(String text) {
    return Sha256.hex(text).substring(0, 16);
  }

  private static String machine() {
    return System.getProperty("os.name")
        + ", "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors, "
        + Processor.identity().map(MeasurementKey::digest).orElse("of no known model");
  }

  private static String jdk() {
    List<String> parts = new ArrayList<>();
    parts.add(System.getProperty("java.vm.name"));
    parts.add(System.getProperty("java.runtime.version"));
    parts.add(System.getProperty("java.vm.vendor"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> OPTION.matcher(option).matches())
        .forEach(parts::add);
    new TreeMap<>(System.getenv())
        .forEach(
            (name, value) -> {
              if (VARIABLE.matcher(name).matches()) {
                parts.add(name + "=" + value);
              }
            });
    return String.join(", ", parts);
  }

  /**
   * The names and sizes of all jars: that holds the versions of the backends and their libraries.
   */
  private static String libraries() {
    String paths =
        System.getProperty("java.class.path", "")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    return digest(
        Stream.of(paths.split(Pattern.quote(File.pathSeparator)))
            .filter(entry -> !entry.isEmpty())
            .map(MeasurementKey::library)
            .sorted()
            .collect(Collectors.joining("\n")));
  }

  private static String library(String entry) {
    File file = new File(entry);
    // A folder of classes says nothing of its content.
    return file.isFile() ? file.getName() + " " + file.length() : entry;
  }

  private static String backends(
      List<BackendStatus> found, BackendChoice.StepRunner.Starter starter) {
    return found.stream()
        .map(
            status -> {
              Optional<String> reason = Optional.ofNullable(status.unavailableReason());
              return status.name()
                  + " by "
                  + status.provider()
                  + ", priority "
                  + status.priority()
                  + reason.or(() -> starter.obstacle(status.name())).map(r -> ": " + r).orElse("");
            })
        .collect(Collectors.joining("; "));
  }
}
