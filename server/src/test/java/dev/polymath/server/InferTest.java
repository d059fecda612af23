package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.server.TestServer.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The Open Inference Protocol")
class InferTest {

  private static final String SUM = "/v2/models/sum/infer";

  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String input(String datatype, String shape, String data) {
    return "{\"id\":\"a7\",\"inputs\":[{\"name\":\"input\",\"datatype\":\""
        + datatype
        + "\",\"shape\":"
        + shape
        + ",\"data\":"
        + data
        + "}]}";
  }

  @Test
  @DisplayName("says what the server is, that it lives and is ready")
  void health() throws IOException, InterruptedException {
    assertEquals("polymath", JsonTree.at(server.get("/v2").text(), "name"));
    assertEquals("binary_tensor_data", JsonTree.at(server.get("/v2").text(), "extensions", 0));
    assertEquals(200, server.get("/v2/health/live").status());
    assertEquals(200, server.get("/v2/health/ready").status());
    assertEquals(404, server.get("/v2/health/other").status());
    assertEquals(true, JsonTree.at(server.get("/v2/models/sum/ready").text(), "ready"));
    assertEquals(404, server.get("/v2/models/none/ready").status());
  }

  @Test
  @DisplayName("is not ready before every model has answered requests of the server's own")
  void warm() throws IOException, InterruptedException {
    try (PredictionServer cold =
        PredictionServer.builder().model("sum", TestServer.SUM).port(0).build()) {
      assertFalse(cold.isReady());
      assertEquals(Map.of(), cold.warmUp().answers());
    }
    assertEquals(Set.of("colours", "digits", "sum"), server.server.warmUp().answers().keySet());
    String metrics = server.get("/metrics").text();
    String count = "polymath_requests_seconds_count{endpoint=\"predict\",model=\"colours\",";
    assertTrue(metrics.contains(count + "status=\"200\"} 0\n"), metrics);
  }

  @Test
  @DisplayName("says what a model takes and puts out, of the version that is there")
  void metadata() throws IOException, InterruptedException {
    String digits = server.get("/v2/models/digits").text();
    assertEquals("input", JsonTree.at(digits, "inputs", 0, "name"));
    assertEquals(List.of(-1.0, 784.0), JsonTree.at(digits, "inputs", 0, "shape"));
    assertEquals("FP32", JsonTree.at(digits, "outputs", 0, "datatype"));
    String version = (String) JsonTree.at(digits, "versions", 0);
    assertEquals(digits, server.get("/v2/models/digits/versions/" + version).text());
    assertEquals(404, server.get("/v2/models/digits/versions/1").status());
    String colours = server.get("/v2/models/colours").text();
    assertEquals("FP64", JsonTree.at(colours, "inputs", 0, "datatype"));
    assertEquals("BYTES", JsonTree.at(colours, "inputs", 1, "datatype"));
  }

  @Test
  @DisplayName("computes tensors in JSON, nested or flat, of every kind of number")
  void json() throws IOException, InterruptedException {
    double first = TestServer.SUM.predict(new float[] {1, 2})[0];
    double second = TestServer.SUM.predict(new float[] {3, 4})[0];
    for (String body :
        List.of(
            input("FP32", "[2,2]", "[1,2,3,4]"),
            input("FP64", "[2,2]", "[[1.0,2.0],[3.0,4.0]]"),
            input("INT64", "[2,2]", "[[1,2],[3,4]]"))) {
      Answer answer = server.post(SUM, body);
      assertEquals(200, answer.status(), answer.text());
      assertEquals("a7", JsonTree.at(answer.text(), "id"));
      assertEquals("sum", JsonTree.at(answer.text(), "model_name"));
      assertEquals(List.of(2.0, 1.0), JsonTree.at(answer.text(), "outputs", 0, "shape"));
      assertEquals(List.of(first, second), JsonTree.at(answer.text(), "outputs", 0, "data"));
    }
  }

  @Test
  @DisplayName("takes whole numbers for the pixels of pictures, and fractions of white")
  void pixels() throws IOException, InterruptedException {
    float[] features = TestServer.digit(5);
    String path = "/v2/models/digits/infer";
    String whole =
        server.post(path, input("INT64", "[1,784]", Arrays.toString(TestServer.pixels(5)))).text();
    String fractions =
        server.post(path, input("FP32", "[1,28,28]", Arrays.toString(features))).text();
    float[] expected = new float[10];
    TestServer.DIGITS.predictProbabilities(features, expected);
    for (String answer : List.of(whole, fractions)) {
      List<?> found = (List<?>) JsonTree.at(answer, "outputs", 0, "data");
      for (int i = 0; i < 10; i++) {
        assertEquals(expected[i], ((Number) found.get(i)).floatValue());
      }
    }
  }

  private static byte[] bytes(String json, ByteBuffer... tensors) {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    int size = head.length + Arrays.stream(tensors).mapToInt(ByteBuffer::capacity).sum();
    ByteBuffer all = ByteBuffer.allocate(size).put(head);
    for (ByteBuffer tensor : tensors) {
      all.put(tensor.clear());
    }
    return all.array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer texts(String... texts) {
    int size = Arrays.stream(texts).mapToInt(t -> 4 + t.length()).sum();
    ByteBuffer buffer = little(size);
    for (String text : texts) {
      buffer.putInt(text.length()).put(text.getBytes(StandardCharsets.UTF_8));
    }
    return buffer;
  }

  @Test
  @DisplayName("takes and answers tensors in binary, with the outputs that are asked for")
  void binary() throws IOException, InterruptedException {
    String head =
        "{\"inputs\":[{\"name\":\"size\",\"shape\":[2],\"datatype\":\"FP64\","
            + "\"parameters\":{\"binary_data_size\":16}},"
            + "{\"name\":\"shape\",\"shape\":[2,1],\"datatype\":\"BYTES\","
            + "\"parameters\":{\"binary_data_size\":19}}],"
            + "\"outputs\":[{\"name\":\"label\",\"parameters\":{\"binary_data\":true}},"
            + "{\"name\":\"class\"},"
            + "{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}}]}";
    byte[] body = bytes(head, little(16).putDouble(15).putDouble(1), texts("round", "square"));
    Answer answer =
        server.post(
            "/v2/models/colours/infer",
            body,
            "Inference-Header-Content-Length",
            "" + head.length(),
            "Content-Type",
            "application/octet-stream");
    assertEquals(200, answer.status(), answer.text());
    assertEquals("application/octet-stream", answer.header("Content-Type"));
    int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    String json = new String(answer.bytes(), 0, length, StandardCharsets.UTF_8);
    assertNull(JsonTree.at(json, "outputs", 0, "data"));
    assertEquals(15.0, JsonTree.at(json, "outputs", 0, "parameters", "binary_data_size"));
    assertEquals("class", JsonTree.at(json, "outputs", 1, "name"));
    ByteBuffer rest =
        ByteBuffer.wrap(answer.bytes(), length, answer.bytes().length - length)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(texts("red", "blue").clear(), rest.slice(0, 15));
    float[] sums = {rest.getFloat(15) + rest.getFloat(19), rest.getFloat(23) + rest.getFloat(27)};
    assertEquals(1, sums[0], 1e-6);
    assertEquals(1, sums[1], 1e-6);
    assertEquals(31, rest.capacity());
  }

  @Test
  @DisplayName("answers all outputs in binary if the request says so")
  void allBinary() throws IOException, InterruptedException {
    String head =
        "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"input\","
            + "\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":8}}]}";
    byte[] body = bytes(head, little(8).putFloat(1).putFloat(2));
    Answer answer = server.post(SUM, body, "Inference-Header-Content-Length", "" + head.length());
    assertEquals(200, answer.status(), answer.text());
    int length = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    double found =
        ByteBuffer.wrap(answer.bytes(), length, 8).order(ByteOrder.LITTLE_ENDIAN).getDouble();
    assertEquals(TestServer.SUM.predict(new float[] {1, 2})[0], found);
  }

  @Test
  @DisplayName("takes null for what is not there, and gives an id back whatever is in it")
  void nulls() throws IOException, InterruptedException {
    String plain = input("FP32", "[1,2]", "[1,2]").replace("\"id\":\"a7\",", "");
    String nulls =
        plain
            .replace("\"name\"", "\"parameters\":null,\"name\"")
            .replaceFirst("\\{", "{\"id\":null,\"parameters\":null,\"outputs\":null,");
    assertEquals(server.post(SUM, plain).text(), server.post(SUM, nulls).text());
    String strange = "\"a\\u0000\\u001B[31m\\u2028\\\"\"";
    Answer answer = server.post(SUM, "{\"id\":" + strange + "," + plain.substring(1));
    assertEquals(JsonTree.of(strange), JsonTree.at(answer.text(), "id"));
  }

  private static void fails(int status, String sentence, Answer answer) throws IOException {
    assertEquals(status, answer.status(), answer.text());
    Map<?, ?> body = (Map<?, ?>) JsonTree.of(answer.text());
    assertEquals(List.of("error"), List.copyOf(body.keySet()));
    assertTrue(((String) body.get("error")).contains(sentence), answer.text());
  }

  @Test
  @DisplayName("says in its own form what is wrong")
  void faults() throws IOException, InterruptedException {
    fails(400, "invalid JSON", server.post(SUM, "{\"inputs\": [}"));
    fails(400, "expected an object", server.post(SUM, "[]"));
    fails(400, "expected 1, found 0", server.post(SUM, "{}"));
    fails(400, "expected 2 elements, found 3", server.post(SUM, input("FP32", "[1,2]", "[1,2,3]")));
    fails(400, "expected [rows, 2]", server.post(SUM, input("FP32", "[1,3]", "[1,2,3]")));
    fails(400, "found [-1, 2]", server.post(SUM, input("FP32", "[-1,2]", "[1,2]")));
    fails(400, "element 1: is no INT64: 0.5", server.post(SUM, input("INT64", "[1,2]", "[1,0.5]")));
    fails(
        400, "element 0: is no UINT8: 256.0", server.post(SUM, input("UINT8", "[1,2]", "[256,0]")));
    fails(400, "element 0: is no INT32", server.post(SUM, input("INT32", "[1,2]", "[3e9,0]")));
    fails(400, "element 0: is no INT64", server.post(SUM, input("INT64", "[1,2]", "[1e999,0]")));
    fails(400, "expected numbers or texts", server.post(SUM, input("FP32", "[1,2]", "[true,0]")));
    Answer nan = server.post(SUM, input("FP32", "[1,2]", "[NaN,0]"));
    fails(400, "invalid JSON: Non-standard token 'NaN'", nan);
    assertFalse(nan.text().contains("JsonReadFeature"), nan.text());
    fails(400, "shape", server.post(SUM, input("FP32", "[4000000000,4000000000]", "[1,2]")));
    fails(400, "datatype: expected one of", server.post(SUM, input("FP16", "[1,2]", "[1,2]")));
    fails(400, "expected numbers", server.post(SUM, input("FP32", "[1,2]", "[\"a\",\"b\"]")));
    fails(400, "found BYTES", server.post(SUM, input("BYTES", "[1,2]", "[\"a\",\"b\"]")));
    fails(400, "at least one row", server.post(SUM, input("FP32", "[0,2]", "[]")));
    fails(400, "finite", server.post(SUM, input("FP32", "[1,2]", "[1e300,2]")));
    fails(
        400,
        "found other",
        server.post(SUM, input("FP32", "[1,2]", "[1,2]").replace("\"input\"", "\"other\"")));
    String outputs = "\"outputs\":[{\"name\":\"nothing\"}],\"inputs\":";
    fails(
        400,
        "expected one of [prediction], found nothing",
        server.post(SUM, input("FP32", "[1,2]", "[1,2]").replace("\"inputs\":", outputs)));
    fails(404, "there is no model", server.post("/v2/models/none/infer", "{}"));
    fails(404, "there is no such version", server.post("/v2/models/sum/versions/1/infer", "{}"));
    fails(405, "expected POST", server.get(SUM));
    fails(
        400,
        "Inference-Header-Content-Length",
        server.post(SUM, "{}", "Inference-Header-Content-Length", "9"));
    String head =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\","
            + "\"parameters\":{\"binary_data_size\":800}}]}";
    fails(
        400,
        "expected at most the 8 bytes",
        server.post(
            SUM, bytes(head, little(8)), "Inference-Header-Content-Length", "" + head.length()));
    fails(
        400,
        "inputs: expected [shape] too",
        server.post(
            "/v2/models/colours/infer",
            input("FP64", "[1]", "[1]").replace("\"input\"", "\"size\"")));
  }
}
