package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath serve")
class ServeCommandTest {

  @TempDir Path folder;

  private Path model() throws IOException {
    Path file = folder.resolve("sum.safetensors");
    TestServer.SUM.save(file);
    return file;
  }

  private static void fails(int code, String sentence, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int found = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    assertTrue(err.toString().contains(sentence), err.toString());
    assertTrue(err.toString().startsWith("polymath: "), err.toString());
    assertFalse(err.toString().contains("Exception"), err.toString());
    assertTrue(err.toString().lines().count() <= 2, err.toString());
    assertEquals(code, found);
  }

  @Test
  @DisplayName("says in a sentence why it can't start")
  void fails() throws IOException {
    String model = model().toString();
    fails(1, "there is no such file or folder", "serve", folder.resolve("none").toString());
    Path text = Files.writeString(folder.resolve("text.safetensors"), "hello");
    fails(1, "is no model", "serve", text.toString());
    fails(1, "has no model", "serve", Files.createDirectory(folder.resolve("e")).toString());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      fails(
          1,
          "port " + taken.getLocalPort() + " of 127.0.0.1 is taken by another program",
          "serve",
          model,
          "--port",
          "" + taken.getLocalPort());
    }
    fails(1, "there is no such file", "serve", model, "--token-file", folder + "/no");
    Path empty = Files.createFile(folder.resolve("token"));
    fails(1, "expected one token", "serve", model, "--token-file", empty.toString());
    fails(2, "--port: expected 0 to 65535, found 70000", "serve", model, "--port", "70000");
    fails(2, "--drain", "serve", model, "--drain", "-1");
    fails(2, "backend", "serve", model, "--backend", "none");
    fails(1, "there is no such address", "serve", model, "--host", "no.such.host.invalid");
  }

  @Test
  @DisplayName("stands in the help with the others")
  void help() {
    StringWriter out = new StringWriter();
    assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(out, true), "--help"));
    assertTrue(out.toString().contains("Answer predictions over HTTP."), out.toString());
  }

  @Test
  @DisplayName("ends with 0 when it is told to stop, what runs at an end")
  void stops() throws Exception {
    Path log = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.polymath.cli.Main",
                "serve",
                model().toString(),
                "--backend",
                "arrays",
                "--port",
                "0")
            .redirectOutput(log.toFile())
            .start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      String line = err.readLine();
      assertTrue(line != null && line.startsWith("polymath: serves sum at http://"), line);
      URI uri = URI.create(line.substring(line.indexOf("http")));
      HttpRequest request =
          HttpRequest.newBuilder(uri.resolve("/predict/sum"))
              .POST(HttpRequest.BodyPublishers.ofString("[1,2]"))
              .build();
      assertEquals(
          200, HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode());
      try (Socket slow = new Socket("127.0.0.1", uri.getPort())) {
        String head = "POST /predict/sum HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";
        slow.getOutputStream().write((head + "[1,").getBytes(StandardCharsets.US_ASCII));
        // It is known to be under way once the next request is answered.
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        process.destroy();
        slow.getOutputStream().write("2]".getBytes(StandardCharsets.US_ASCII));
        String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      }
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
      List<String> lines = Files.readAllLines(log);
      assertEquals(3, lines.size(), lines::toString);
      assertEquals("/predict/sum", JsonTree.at(lines.get(0), "path"));
    } finally {
      process.destroyForcibly();
    }
  }
}
