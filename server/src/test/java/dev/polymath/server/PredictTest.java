package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.server.TestServer.Answer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("POST /predict/NAME")
class PredictTest {

  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<?> predictions(Answer answer) throws IOException {
    assertEquals(200, answer.status(), answer.text());
    return (List<?>) JsonTree.at(answer.text(), "predictions");
  }

  private static float probability(Object prediction) {
    return ((Number) ((Map<?, ?>) prediction).get("probability")).floatValue();
  }

  private static float best(float[] features) {
    return TestServer.DIGITS.topK(features, 1).get(0).probability();
  }

  @Test
  @DisplayName(
      "takes rows of pixels in every form of JSON and answers what the model says, bit by bit")
  void pixels() throws IOException, InterruptedException {
    String first = Arrays.toString(TestServer.pixels(0));
    String second = Arrays.toString(TestServer.pixels(1));
    float[] expected = {best(TestServer.digit(0)), best(TestServer.digit(1))};
    for (String body :
        List.of(
            "[" + first + ",\n" + second + "]",
            first + "\n" + second,
            first.replace(" ", "") + "  " + second + "\n")) {
      List<?> found = predictions(server.post("/predict/digits", body));
      assertEquals(2, found.size());
      assertEquals(expected[0], probability(found.get(0)));
      assertEquals(expected[1], probability(found.get(1)));
    }
    assertEquals(1, predictions(server.post("/predict/digits", first)).size());
    List<?> top =
        (List<?>)
            JsonTree.at(
                server.post("/predict/digits?top=10", first).text(), "predictions", 0, "top");
    assertEquals(10, top.size());
  }

  @Test
  @DisplayName("takes numbers as decimals, and answers numbers in full")
  void numbers() throws IOException, InterruptedException {
    double expected = TestServer.SUM.predict(new float[] {1.5f, -0.25f})[0];
    for (String body : List.of("[1.5, -0.25]", "[[15e-1,-2.5E-1]]", "1.5,-0.25\n")) {
      Answer answer = server.post("/predict/sum", body);
      assertEquals(expected, JsonTree.at(answer.text(), "predictions", 0, "prediction"), body);
    }
    Answer csv = server.post("/predict/sum", "[[1.5, -0.25],[2,3]]", "Accept", "text/csv");
    assertEquals(3, csv.text().lines().count());
    assertTrue(csv.text().contains("\n" + expected + "\n"), csv.text());
    assertTrue(csv.header("Content-Type").startsWith("text/csv"));
  }

  @Test
  @DisplayName("takes a table's rows by the names of columns, in any order, as JSON lines or CSV")
  void table() throws IOException, InterruptedException {
    for (String body :
        List.of(
            "{\"size\": 15, \"shape\": \"round\"}\n{\"shape\": \"square\", \"size\": 1}",
            "[{\"size\": 15, \"shape\": \"round\"}, {\"shape\": \"square\", \"size\": 1}]",
            "[[15, \"round\"], [1, \"square\"]]",
            "shape,size\nround,15\nsquare,1\n")) {
      List<?> found = predictions(server.post("/predict/colours", body));
      assertEquals(2, found.size(), body);
      assertEquals("red", ((Map<?, ?>) found.get(0)).get("class"), body);
      assertEquals("blue", ((Map<?, ?>) found.get(1)).get("class"), body);
    }
    Answer noted = server.post("/predict/colours", "{\"size\": 15, \"shape\": \"star\"}");
    assertTrue(noted.text().contains("\"notes\""), noted.text());
  }

  static byte[] png(int[] pixels) throws IOException {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < pixels.length; i++) {
      image.getRaster().setSample(i % 28, i / 28, 0, pixels[i]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  @Test
  @DisplayName("takes a picture as it is, and several as a form with files")
  void pictures() throws IOException, InterruptedException {
    byte[] picture = png(TestServer.pixels(3));
    List<?> one = predictions(server.post("/predict/digits", picture, "Content-Type", "image/png"));
    assertEquals(1, one.size());
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (int i = 0; i < 2; i++) {
      form.writeBytes(
          ("--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\""
                  + i
                  + ".png\"\r\nContent-Type: image/png\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      form.writeBytes(picture);
      form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.writeBytes("--xyz--\r\n".getBytes(StandardCharsets.US_ASCII));
    List<?> two =
        predictions(
            server.post(
                "/predict/digits",
                form.toByteArray(),
                "Content-Type",
                "multipart/form-data; boundary=xyz"));
    assertEquals(2, two.size());
    assertEquals(probability(one.get(0)), probability(two.get(1)));
  }

  @Test
  @DisplayName("takes any number of rows")
  void manyRows() throws IOException, InterruptedException {
    for (int rows : new int[] {63, 64, 65, 100, 130}) {
      Answer answer =
          server.post(
              "/predict/colours", "size,shape\n" + "12,round\n".repeat(rows), "Accept", "text/csv");
      assertEquals(200, answer.status(), answer.text());
      assertEquals(rows + 1, answer.text().lines().count());
    }
  }

  private static void fails(int status, String sentence, Answer answer) throws IOException {
    assertEquals(status, answer.status(), answer.text());
    String error = (String) JsonTree.at(answer.text(), "error");
    assertTrue(error.contains(sentence), error);
    assertFalse(error.contains("Exception") || error.contains("\tat "), error);
    assertEquals("nosniff", answer.header("X-Content-Type-Options"));
    assertTrue(answer.header("Content-Security-Policy").contains("default-src 'none'"));
    assertEquals("", answer.header("Access-Control-Allow-Origin"));
  }

  @Test
  @DisplayName("says in a sentence what is wrong, whatever comes")
  void faults() throws IOException, InterruptedException {
    String path = "/predict/colours";
    fails(400, "body: is empty", server.post(path, ""));
    fails(400, "invalid JSON", server.post(path, "{\"size\": "));
    fails(400, "there is no column", server.post(path, "{\"size\": 1}"));
    fails(400, "expected a number as in training", server.post(path, "size,shape\nbig,round\n"));
    fails(400, "line 1: \"size\"", server.post(path, "{\"size\": [1], \"shape\": \"round\"}"));
    fails(400, "invalid JSON", server.post(path, "{\"size\": 1, \"size\": 2, \"shape\": \"a\"}"));
    fails(400, "is no table", server.post(path, png(TestServer.pixels(0))));
    fails(400, "expected 2", server.post("/predict/sum", "[[1, 2, 3, 4]]"));
    fails(400, "", server.post("/predict/sum", "[[1, 1e99]]"));
    fails(400, "", server.post("/predict/digits", "[[256" + ",0".repeat(783) + "]]"));
    fails(400, "", server.post("/predict/sum", "[".repeat(100_000)));
    fails(415, "gzip", server.post("/predict/sum", new byte[] {0x1f, (byte) 0x8b, 8, 0}));
    fails(404, "[colours, digits, sum]", server.post("/predict/none", "[1]"));
    fails(404, "there is nothing here", server.post("/predict/sum/more", "[1]"));
    fails(
        404,
        "there is nothing here",
        server.post("/predict/", "[1]").status() == 404
            ? server.post("/predict/sum/", "[1]")
            : server.get("/"));
    fails(405, "expected POST", server.get("/predict/sum"));
    fails(406, "text/csv", server.post("/predict/sum", "[1, 2]", "Accept", "image/png"));
    fails(400, "top", server.post("/predict/digits?top=no", "[1]"));
    fails(
        400,
        "broken form",
        server.post("/predict/digits", "--x", "Content-Type", "multipart/form-data; boundary=x"));
    byte[] broken = Arrays.copyOf(png(TestServer.pixels(0)), 60);
    fails(400, "body: broken picture", server.post("/predict/digits", broken));
  }

  @Test
  @DisplayName("finds no file, however the path is written")
  void paths() throws IOException {
    for (String path :
        List.of(
            "/../../etc/passwd",
            "/models/..%2f..%2f..%2fetc%2fpasswd",
            "/predict/%2e%2e/%2e%2e/etc/passwd",
            "/models/....//etc/passwd",
            "//etc/passwd")) {
      String answer =
          server.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertTrue(answer.matches("(?s)HTTP/1.1 4\\d\\d .*"), path + answer);
      assertFalse(answer.contains("root:"), answer);
    }
  }
}
