package dev.polymath.models.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a run ran on, for a person to read.
 *
 * @param processor its name, or its architecture where the system does not tell
 * @param cores that the JVM may use
 * @param java version and virtual machine
 * @param system name, version and architecture
 */
record Machine(String processor, int cores, String java, String system) {

  private static final Path LINUX = Path.of("/proc/cpuinfo");

  static Machine current() {
    return new Machine(
        named(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version() + " (" + System.getProperty("java.vm.name") + ")",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " ("
            + System.getProperty("os.arch")
            + ")");
  }

  private static String named() {
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    String otherwise = windows != null ? windows : System.getProperty("os.arch");
    if (!Files.isReadable(LINUX)) {
      return otherwise;
    }
    try (Stream<String> lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }
}
