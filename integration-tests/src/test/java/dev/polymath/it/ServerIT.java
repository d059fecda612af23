package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.it.Processes.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that serves a model of its own, compiled against the jars and run from them. */
@DisplayName("A program that serves its model")
class ServerIT {

  private static final String PROGRAM =
      """
      import dev.polymath.Backend;
      import dev.polymath.Backends;
      import dev.polymath.models.ThreeLayerClassifier;
      import dev.polymath.server.PredictionServer;
      import java.net.http.HttpClient;
      import java.net.http.HttpRequest;
      import java.net.http.HttpResponse.BodyHandlers;

      public final class Program {
        public static void main(String[] arguments) throws Exception {
          try (Backend backend = Backends.open()) {
            var model = ThreeLayerClassifier.builder(backend).inputs(3).classes(2).seed(1).build();
            try (var server = PredictionServer.builder().model("mine", model).port(0).build()) {
              server.start();
              var request = HttpRequest.newBuilder(server.uri().resolve("predict/mine"))
                  .POST(HttpRequest.BodyPublishers.ofString("[1, 2, 3]")).build();
              System.out.println(
                  HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
            }
          }
        }
      }
      """;

  @TempDir Path folder;

  private Result run(String... command) throws IOException, InterruptedException {
    Result result = Processes.run(folder, Map.of(), List.of(command));
    assertEquals(0, result.code(), result.err());
    return result;
  }

  @Test
  @DisplayName("answers, and ends")
  void serves() throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("Program.java"), PROGRAM);
    String jars =
        Processes.path(
            Processes.jars(
                "polymath-api",
                "polymath-models",
                "polymath-cli",
                "polymath-report",
                "polymath-server",
                "polymath-backend-arrays",
                "jackson-core",
                "fastcsv",
                "jspecify",
                "picocli",
                "jetty-",
                "micrometer-",
                "prometheus-",
                "HdrHistogram",
                "slf4j-api",
                "slf4j-nop"));
    run(Processes.tool("javac"), "-d", folder.toString(), "-cp", jars, source.toString());
    String path = jars + java.io.File.pathSeparator + folder;
    Result result = run(Processes.tool("java"), "-cp", path, "Program");
    assertTrue(result.out().contains("\"predictions\":["), result.out());
    assertTrue(result.out().contains("\"probability\":"), result.out());
    assertEquals("", result.err());
  }
}
