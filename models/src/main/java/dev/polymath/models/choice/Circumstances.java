package dev.polymath.models.choice;

import dev.polymath.BackendStatus;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a measurement depends on, as a text: where two are equal, a kept ranking still holds. */
final class Circumstances {

  private static final String FORMAT = "1";

  /** The processor, of x86 and Arm: clouds give one model name to several. */
  private static final Pattern PROCESSOR =
      Pattern.compile(
          "(vendor_id|cpu family|model|model name|stepping|flags"
              + "|CPU (implementer|architecture|variant|part|revision)|Features)\\s*:.*");

  /** The options that change what the JVM compiles, or what a backend does. */
  private static final Pattern OPTION =
      Pattern.compile(
          "-XX:.*|-X(int|comp|batch)|-D(polymath\\.(?!terminal|debug)|org\\.bytedeco|org\\.nd4j).*");

  private static final Pattern VARIABLE =
      Pattern.compile("(OMP|GOMP|KMP|MKL|OPENBLAS|ND4J|BLAS)_.*|JAVACPP_.*");

  private Circumstances() {}

  static String of(Workload work, List<BackendStatus> found, TimedStep.Starter starter) {
    return String.join(
        "\n",
        "format " + FORMAT,
        "machine " + machine(),
        "jdk " + jdk(),
        "libraries " + libraries(),
        "backends " + backends(found, starter),
        "work " + work);
  }

  /** 16 hexadecimal digits of a text's SHA-256. */
  static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static String machine() {
    return System.getProperty("os.name")
        + ", "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors, "
        + processor();
  }

  private static String processor() {
    String identifier = System.getenv("PROCESSOR_IDENTIFIER");
    if (identifier != null) {
      return identifier;
    }
    // The first processor's block; where there is no such file, the rest must do.
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return digest(
          lines
              .takeWhile(line -> !line.isBlank())
              .filter(line -> PROCESSOR.matcher(line).matches())
              .collect(Collectors.joining("\n")));
    } catch (IOException | RuntimeException e) {
      return "of no known model";
    }
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

  /** The names and sizes of all jars: that holds the versions of the backends and their engines. */
  private static String libraries() {
    String paths =
        System.getProperty("java.class.path", "")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    return digest(
        Stream.of(paths.split(Pattern.quote(File.pathSeparator)))
            .filter(entry -> !entry.isEmpty())
            .map(Circumstances::library)
            .sorted()
            .collect(Collectors.joining("\n")));
  }

  private static String library(String entry) {
    File file = new File(entry);
    // A folder of classes says nothing of its content.
    return file.isFile() ? file.getName() + " " + file.length() : entry;
  }

  private static String backends(List<BackendStatus> found, TimedStep.Starter starter) {
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
