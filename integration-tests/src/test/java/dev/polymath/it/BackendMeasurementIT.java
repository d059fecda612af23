package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.it.Processes.Result;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command's measurement, with backends on its class path that are wrong or crash. */
@DisplayName("polymath backends --measure")
class BackendMeasurementIT {

  private static final Path LIB = Processes.PROJECT.resolve("cli").resolve("target").resolve("lib");

  @TempDir Path folder;

  /** Providers whose sessions do what the body says; {@code arrays} is a session to build on. */
  private void provider(String className, String name, int priority, String body)
      throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Path source = sources.resolve(className + ".java");
    Files.writeString(
        source,
        """
        import dev.polymath.*;
        import java.lang.reflect.*;
        public final class %s implements dev.polymath.BackendProvider {
          public int spiVersion() { return 1; }
          public String name() { return "%s"; }
          public int priority() { return %d; }
          public java.util.Optional<String> unavailableReason() { return java.util.Optional.empty(); }
          public Backend open(BackendOptions options) {
            Backend arrays = Backends.open("arrays", options);
            %s
          }
        }
        """
            .formatted(className, name, priority, body));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    try (Stream<Path> jars = Files.list(LIB)) {
      String path = Processes.path(jars.map(Path::toString).toList());
      int result =
          ToolProvider.findFirst("javac")
              .orElseThrow()
              .run(
                  System.out,
                  System.err,
                  "-proc:none",
                  "-d",
                  classes.toString(),
                  "-cp",
                  path,
                  source.toString());
      assertEquals(0, result);
    }
    Path services =
        classes.resolve("META-INF").resolve("services").resolve("dev.polymath.BackendProvider");
    Files.createDirectories(services.getParent());
    List<String> lines = new ArrayList<>();
    if (Files.exists(services)) {
      lines.addAll(Files.readAllLines(services));
    }
    lines.add(className);
    Files.write(services, lines);
  }

  private Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Processes.tool("java"),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                folder.resolve("classes") + File.pathSeparator + LIB.resolve("*"),
                "dev.polymath.cli.Main"));
    command.addAll(List.of(arguments));
    return Processes.run(
        folder, Map.of("POLYMATH_HOME", folder.resolve("home").toString()), command);
  }

  @Test
  @DisplayName(
      "ranks those that are right, names what is wrong with the others, and is kept for auto")
  void measure() throws IOException, InterruptedException {
    // The fastest of all, since it does no work and is wrong.
    provider(
        "Wrong",
        "wrong",
        900,
        """
        return (Backend) Proxy.newProxyInstance(Wrong.class.getClassLoader(), new Class<?>[] {Backend.class},
            (proxy, method, values) -> method.getName().equals("softmaxCrossEntropy")
                ? arrays.squaredError() : method.invoke(arrays, values));
        """);
    provider("Crash", "crash", 901, "Runtime.getRuntime().halt(77); return arrays;");
    provider(
        "Print", "print", 902, "System.out.println(\"5\"); throw new RuntimeException(\"gone\");");
    Result measured =
        run("backends", "--measure", "--layers", "12,8,6,4", "--batch", "8", "--threads", "1");
    assertEquals(0, measured.code(), measured.err());
    assertTrue(measured.out().startsWith("12-8-6-4, batch 8, 1 thread: "), measured.out());
    assertTrue(
        line(measured, "wrong").contains("not ranked: wrong result: the loss is "), measured.out());
    assertTrue(
        line(measured, "crash").contains("not ranked: its process ended with exit code 77"),
        measured.out());
    assertTrue(
        line(measured, "print").contains("not ranked: backend \"print\" did not start"),
        measured.out());
    for (String right : List.of("arrays", "arrays-vector", "ejml")) {
      assertTrue(line(measured, right).contains(" us/step "), measured.out());
    }

    Path kept;
    try (Stream<Path> files = Files.list(folder.resolve("home").resolve("measurements"))) {
      kept = files.toList().get(0);
    }
    assertFalse(Files.readString(kept).contains(folder.toString()));
    Files.delete(
        folder
            .resolve("classes")
            .resolve("META-INF")
            .resolve("services")
            .resolve("dev.polymath.BackendProvider"));
    String model = folder.resolve("m.safetensors").toString();
    Result first =
        run("train", "--backend", "auto", "--threads", "1", "--epochs", "1", "--out", model);
    assertEquals(0, first.code(), first.err());
    assertTrue(
        first.err().contains("auto: measuring the backends for 784-128-50-10, batch "),
        first.err());
    Result second =
        run("train", "--backend", "auto", "--threads", "1", "--epochs", "1", "--out", model);
    assertEquals(0, second.code(), second.err());
    assertFalse(second.err().contains("measuring"), second.err());
    assertTrue(
        second.err().contains(", the fastest when it was measured for 784-128-50-10"),
        second.err());
  }

  @Test
  @DisplayName("says that a ranking is not kept where the cache folder can't be written")
  void notKept() throws IOException, InterruptedException {
    Files.createFile(folder.resolve("home"));
    Result measured = run("backends", "--measure", "--layers", "3,2", "--batch", "2");
    assertEquals(0, measured.code(), measured.err());
    assertTrue(measured.err().contains("the ranking could not be kept: "), measured.err());
    assertTrue(measured.out().contains("; not kept, so auto will"), measured.out());
    assertFalse(measured.out().contains("kept in "), measured.out());
  }

  private static String line(Result result, String backend) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith(backend + " ", 2))
        .findFirst()
        .orElseThrow(() -> new AssertionError(backend + " in " + result.out()));
  }
}
