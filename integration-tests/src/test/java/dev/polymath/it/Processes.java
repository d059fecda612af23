package dev.polymath.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Processes that tests start, and the jars to start them with. */
final class Processes {

  record Result(int code, String out, String err) {}

  /** The folder of the whole project. */
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private Processes() {}

  static Result run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("out", ".txt");
    Path err = Files.createTempFile("err", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      environment.forEach(
          (name, value) -> {
            if (value.isEmpty()) {
              builder.environment().remove(name);
            } else {
              builder.environment().put(name, value);
            }
          });
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("still running after 5 minutes: " + command);
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** A tool of the JDK that runs the tests. */
  static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /**
   * The jars whose file names start with one of these, from the list that the build has written.
   */
  static List<String> jars(String... starts) throws IOException {
    String list =
        Files.readString(Path.of("target", "class-path.txt"), StandardCharsets.UTF_8).strip();
    return Arrays.stream(list.split(java.io.File.pathSeparator))
        .filter(
            jar -> {
              String file = Path.of(jar).getFileName().toString();
              return Arrays.stream(starts).anyMatch(file::startsWith);
            })
        .toList();
  }

  static String path(List<String> jars) {
    return jars.stream().collect(Collectors.joining(java.io.File.pathSeparator));
  }
}
