package dev.polymath.backend.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A program in a JVM of its own: ND4J starts, or fails to, once in a process. */
record Jvm(Predicate<String> classPath, List<String> flags) {

  /** The flags that the launcher starts its JVM with. */
  static Jvm asLaunched() {
    return new Jvm(
        entry -> true,
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED"));
  }

  Jvm with(String... more) {
    return new Jvm(classPath, Stream.concat(flags.stream(), Arrays.stream(more)).toList());
  }

  /** Without the entries of the class path whose file names match. */
  Jvm without(String regex) {
    return new Jvm(classPath.and(entry -> !new File(entry).getName().matches(regex)), flags);
  }

  /** What the program printed, errors among it; it must have ended well. */
  List<String> run(Class<?> program, String... arguments) throws IOException {
    String entries =
        String.join(
            File.pathSeparator,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(classPath)
                .toList());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", entries, program.getName()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("polymath-nd4j", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), program + " did not end");
      } finally {
        process.destroyForcibly();
      }
      List<String> lines = Files.readAllLines(output);
      assertEquals(0, process.exitValue(), String.join("\n", lines));
      return lines;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      Files.delete(output);
    }
  }
}
