package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.server.TestServer.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A server in trouble")
class LimitsTest {

  private static TestServer with(ServerLimits limits) throws IOException {
    return new TestServer(PredictionServer.builder().limits(limits), "");
  }

  @Test
  @DisplayName("refuses bodies that are too large, promised or not, and too many rows")
  void tooLarge() throws IOException, InterruptedException {
    try (TestServer server = with(ServerLimits.DEFAULT.withBodyBytes(1000).withRows(3))) {
      assertEquals(413, server.post("/predict/sum", " ".repeat(1001)).status());
      assertEquals(200, server.post("/predict/sum", "[1,2]" + " ".repeat(990)).status());
      String chunked =
          server.raw(
              "POST /predict/sum HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "400\r\n"
                  + " ".repeat(0x400)
                  + "\r\n");
      assertTrue(chunked.startsWith("HTTP/1.1 413 "), chunked);
      assertEquals(200, server.post("/predict/sum", "[1,2]\n".repeat(3)).status());
      assertEquals(413, server.post("/predict/sum", "[1,2]\n".repeat(4)).status());
      assertEquals(413, server.post("/predict/sum", "a,b\n" + "1,2\n".repeat(4)).status());
      Answer infer =
          server.post(
              "/v2/models/sum/infer",
              "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[4,2],"
                  + "\"data\":[1,2,3,4,5,6,7,8]}]}");
      assertEquals(413, infer.status(), infer.text());
    }
  }

  @Test
  @DisplayName("refuses a header that is too large")
  void header() throws IOException {
    try (TestServer server = new TestServer()) {
      String answer =
          server.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9000) + "\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
      assertTrue(answer.contains("{\"error\":"), answer);
    }
  }

  @Test
  @DisplayName("cuts clients that stall within the header or the body, and serves the others")
  void stalled() throws IOException, InterruptedException {
    Duration time = Duration.ofMillis(300);
    try (TestServer server = with(ServerLimits.DEFAULT.withTimes(time, Duration.ofSeconds(20)));
        Socket header = server.socket();
        Socket body = server.socket();
        Socket drip = server.socket()) {
      header.getOutputStream().write("GET / HTT".getBytes(StandardCharsets.US_ASCII));
      String head = "POST /predict/sum HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";
      body.getOutputStream().write((head + "[1").getBytes(StandardCharsets.US_ASCII));
      String cut = new String(body.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(cut.startsWith("HTTP/1.1 408 "), cut);
      int dripped = 0;
      try {
        // A byte now and then: never idle, never at the end.
        for (; dripped < 400; dripped++) {
          drip.getOutputStream().write('G');
          Thread.sleep(50);
        }
      } catch (IOException e) {
        assertTrue(dripped > 0);
      }
      assertTrue(dripped < 400, "the connection was not closed");
      header.getInputStream().readAllBytes();
      assertEquals(200, server.post("/predict/sum", "[1,2]").status());
    }
  }

  @Test
  @DisplayName("answers 503 with a time to try again when too many wait")
  void queue() {
    List<Throwable> failures = new ArrayList<>();
    Coalescer[] it = {null};
    boolean[] inside = {false};
    it[0] =
        new Coalescer(
            TestServer.SUM,
            1,
            1,
            Runnable::run,
            rows -> {
              // While a pass runs, one may wait, the next may not.
              if (!inside[0]) {
                inside[0] = true;
                submit(it[0], failures);
                submit(it[0], failures);
              }
            });
    submit(it[0], failures);
    assertEquals(1, failures.size());
    Refusal refusal = (Refusal) failures.get(0);
    assertEquals(503, refusal.status());
    assertTrue(refusal.retryAfter() > 0);
  }

  private static void submit(Coalescer coalescer, List<Throwable> failures) {
    Coalescer.Job job =
        new Coalescer.Job(
            TestServer.SUM,
            FloatBuffer.wrap(new float[] {1, 2}),
            1,
            System.nanoTime() + 10_000_000_000L) {
          @Override
          void done() {}

          @Override
          void failed(Throwable why) {
            failures.add(why);
          }
        };
    try {
      coalescer.submit(job);
    } catch (Refusal e) {
      failures.add(e);
    }
  }

  @Test
  @DisplayName("answers nobody without the token but health checks")
  void token() throws IOException, InterruptedException {
    String basic =
        "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8));
    for (String right : List.of("Bearer secret", basic)) {
      try (TestServer server = new TestServer(PredictionServer.builder().token("secret"), right)) {
        assertEquals(200, server.get("/models").status());
        assertEquals(200, server.get("/").status());
      }
    }
    for (String wrong : List.of("", "Bearer other", "Bearer", "Basic !", "secret")) {
      try (TestServer server = new TestServer(PredictionServer.builder().token("secret"), wrong)) {
        for (String path : List.of("/", "/metrics", "/models", "/v2", "/openapi.json")) {
          Answer answer = server.get(path);
          assertEquals(401, answer.status(), path);
          assertTrue(answer.header("WWW-Authenticate").startsWith("Basic "));
        }
        assertEquals(401, server.post("/predict/sum", "[1,2]").status());
        assertEquals(200, server.get("/v2/health/ready").status());
      }
    }
  }

  @Test
  @DisplayName("goes by its own names alone")
  void host() throws IOException {
    try (TestServer server =
        new TestServer(PredictionServer.builder().name("models.example"), "")) {
      for (String own : List.of("localhost", "127.0.0.1", "Models.Example:8080", "[::1]:1")) {
        assertTrue(status(server, own).startsWith("HTTP/1.1 200 "), own);
      }
      for (String other : List.of("evil.example", "localhost.evil.example", "127.0.0.1.nip.io")) {
        assertTrue(status(server, other).startsWith("HTTP/1.1 421 "), other);
      }
    }
  }

  private static String status(TestServer server, String host) throws IOException {
    return server.raw("GET /models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  @DisplayName("logs each request in a line of JSON without its body, and counts it")
  void log() throws IOException, InterruptedException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    try (TestServer server = new TestServer(PredictionServer.builder().log(lines::add), "")) {
      server.post("/predict/sum", "[123.5,2]");
      server.get("/no%22such%0apath?secret=1");
      String metrics = server.get("/metrics").text();
      assertTrue(
          metrics.contains(
              "polymath_requests_seconds_count{endpoint=\"predict\",model=\"sum\",status=\"200\"} 1"),
          metrics);
      assertTrue(
          metrics.contains("polymath_predictions_total{class=\"\",model=\"sum\"} 1"), metrics);
      assertTrue(metrics.contains("polymath_queue{model=\"sum\"} 0"), metrics);
    }
    List<String> logged = lines.stream().filter(line -> !line.isEmpty()).toList();
    assertEquals(3, logged.size(), logged::toString);
    assertEquals(200.0, JsonTree.at(logged.get(0), "status"));
    assertEquals(1.0, JsonTree.at(logged.get(0), "rows"));
    assertEquals("sum", JsonTree.at(logged.get(0), "model"));
    assertTrue(logged.stream().noneMatch(l -> l.contains("123.5") || l.contains("secret")));
  }
}
