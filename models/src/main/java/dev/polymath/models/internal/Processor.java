package dev.polymath.models.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the system tells of the first processor. */
public final class Processor {

  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** What tells one processor from another, of x86 and Arm: clouds give one name to several. */
  private static final Pattern IDENTITY =
      Pattern.compile(
          "(vendor_id|cpu family|model|model name|stepping|flags"
              + "|CPU (implementer|architecture|variant|part|revision)|Features)\\s*:.*");

  private Processor() {}

  /** Its name, such as {@code AMD EPYC}; empty where the system does not tell. */
  public static Optional<String> name() {
    Optional<String> name = value("model name");
    return name.isPresent() ? name : windows();
  }

  /** Family and model numbers, such as {@code family 25 model 17}; empty where there are none. */
  public static Optional<String> family() {
    return value("cpu family")
        .flatMap(family -> value("model").map(model -> "family " + family + " model " + model));
  }

  /** A text that differs between processors that compute differently; empty where unknown. */
  public static Optional<String> identity() {
    Optional<String> windows = windows();
    if (windows.isPresent()) {
      return windows;
    }
    String known =
        lines().stream()
            .filter(line -> IDENTITY.matcher(line).matches())
            .collect(Collectors.joining("\n"));
    return known.isEmpty() ? Optional.empty() : Optional.of(known);
  }

  private static Optional<String> windows() {
    return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"));
  }

  private static Optional<String> value(String key) {
    return lines().stream()
        .filter(line -> line.substring(0, Math.max(0, line.indexOf(':'))).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /** The first processor's lines. */
  private static List<String> lines() {
    try (var lines = Files.lines(LINUX)) {
      return lines.takeWhile(line -> !line.isBlank()).toList();
    } catch (IOException | RuntimeException e) {
      return List.of();
    }
  }
}
