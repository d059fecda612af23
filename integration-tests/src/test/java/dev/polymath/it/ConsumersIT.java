package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.it.Processes.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program as a user of the library writes it, compiled against the jars and run from them. */
@DisplayName("A consumer of the jars")
class ConsumersIT {

  private static final String PROGRAM =
      """
      package consumer;

      import dev.polymath.Backend;
      import dev.polymath.BackendOptions;
      import dev.polymath.BackendStatus;
      import dev.polymath.Backends;
      import dev.polymath.models.Classifier;
      import dev.polymath.models.ThreeLayerClassifier;
      import dev.polymath.models.training.TrainingOptions;
      import dev.polymath.models.data.Digits;
      import java.nio.file.Path;

      public final class Main {
        public static void main(String[] arguments) throws Exception {
          for (BackendStatus status : Backends.list()) {
            System.out.println("found " + status);
          }
          try (Backend backend = Backends.open(arguments[0], BackendOptions.defaults())) {
            var digits = Digits.generate(1);
            var model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).seed(1).build();
            model.fit(digits.train(), TrainingOptions.defaults().epochs(1));
            double accuracy = model.evaluate(digits.test()).accuracy();
            model.save(Path.of(arguments[1]));
            float[] image = new float[784];
            digits.test().copyFeatures(0, image, 0);
            int digit = Classifier.load(Path.of(arguments[1]), backend).predict(image);
            System.out.println(backend.info().name() + " learned: " + (accuracy > 0.7));
            System.out.println("same digit: " + (digit == model.predict(image)));
          }
        }
      }
      """;

  @TempDir Path folder;
  private Path source;

  @BeforeEach
  void write() throws IOException {
    source =
        Files.createDirectories(folder.resolve("src").resolve("consumer")).resolve("Main.java");
    Files.writeString(source, PROGRAM);
  }

  private Result run(String... command) throws IOException, InterruptedException {
    Result result = Processes.run(folder, Map.of(), List.of(command));
    assertEquals(0, result.code(), result.err());
    return result;
  }

  private static List<String> library() throws IOException {
    return Processes.jars("polymath-api", "polymath-models", "jackson-core", "fastcsv", "jspecify");
  }

  private static List<String> backends() throws IOException {
    return Processes.jars(
        "polymath-api",
        "polymath-models",
        "jackson-core",
        "fastcsv",
        "jspecify",
        "polymath-backend-arrays",
        "polymath-backend-ejml",
        "ejml-");
  }

  private static void assertLearned(Result result, String backend) {
    assertTrue(result.out().contains(backend + " learned: true"), result.out());
    assertTrue(result.out().contains("same digit: true"), result.out());
  }

  @Test
  @DisplayName("on the class path finds every backend and runs on the one it names")
  void classPath() throws IOException, InterruptedException {
    String classes = folder.resolve("classes").toString();
    run(
        Processes.tool("javac"),
        "-d",
        classes,
        "-cp",
        Processes.path(library()),
        source.toString());
    String path = Processes.path(backends()) + java.io.File.pathSeparator + classes;
    for (String backend : List.of("arrays", "ejml")) {
      // Without the vector module: arrays-vector is listed with what to do, and hides nothing.
      Result result = run(Processes.tool("java"), "-cp", path, "consumer.Main", backend, "model");
      assertLearned(result, backend);
      assertTrue(result.out().contains("found arrays (ok)"), result.out());
      assertTrue(result.out().contains("found ejml (ok)"), result.out());
      assertTrue(
          result
              .out()
              .contains("found arrays-vector (unavailable: start the JVM with --add-modules"),
          result.out());
    }
    assertLearned(
        run(
            Processes.tool("java"),
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            path,
            "consumer.Main",
            "arrays-vector",
            "model"),
        "arrays-vector");
  }

  @Test
  @DisplayName("on the module path names api and models alone, and finds the backends as modules")
  void modulePath() throws IOException, InterruptedException {
    Path module = folder.resolve("src").resolve("module-info.java");
    Files.writeString(module, "module consumer { requires dev.polymath.models; }");
    String classes = folder.resolve("classes").toString();
    run(
        Processes.tool("javac"),
        "-d",
        classes,
        "-p",
        Processes.path(library()),
        module.toString(),
        source.toString());
    String path = Processes.path(backends()) + java.io.File.pathSeparator + classes;
    for (String backend : List.of("arrays", "ejml", "arrays-vector")) {
      assertLearned(
          run(
              Processes.tool("java"),
              "--add-modules",
              "jdk.incubator.vector",
              "-p",
              path,
              "-m",
              "consumer/consumer.Main",
              backend,
              "model"),
          backend);
    }
  }

  @Test
  @DisplayName("without a backend learns how to add one")
  void noBackend() throws IOException, InterruptedException {
    String classes = folder.resolve("classes").toString();
    String library = Processes.path(library());
    run(Processes.tool("javac"), "-d", classes, "-cp", library, source.toString());
    Result result =
        Processes.run(
            folder,
            Map.of(),
            List.of(
                Processes.tool("java"),
                "-cp",
                library + java.io.File.pathSeparator + classes,
                "consumer.Main",
                "ejml",
                "model"));
    assertEquals(1, result.code());
    assertTrue(
        result
            .err()
            .contains(
                "no backend \"ejml\"; found: none. Add the dependency that brings it; Polymath's"
                    + " own are named dev.polymath:polymath-backend-NAME"),
        result.err());
  }
}
