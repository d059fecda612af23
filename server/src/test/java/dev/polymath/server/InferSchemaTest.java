package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.server.TestServer.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * {@code open-inference.json} says in our words what the protocol requires, with the names of its
 * published description. {@code -Dpolymath.oip=FILE} checks against that one: {@code
 * open_inference_rest.yaml} of the Open Inference Protocol, turned into JSON.
 */
@DisplayName("The Open Inference Protocol's schema")
class InferSchemaTest {

  private static TestServer server;
  private static JsonSchema schema;

  @BeforeAll
  static void start() throws IOException {
    MultiLabelClassifier labels =
        MultiLabelClassifier.builder(TestServer.BACKEND).inputs(2).labels(3).hidden(4).build();
    server = new TestServer(PredictionServer.builder().model("labels", labels), "");
    String published = System.getProperty("polymath.oip");
    schema =
        new JsonSchema(
            published == null
                ? Descriptions.resource("open-inference.json")
                : Files.readString(Path.of(published)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void fits(String name, String json) throws IOException {
    assertEquals(List.of(), schema.faults(name, json), json);
  }

  private static void answered(String model, String request)
      throws IOException, InterruptedException {
    fits("inference_request", request);
    Answer answer = server.post("/v2/models/" + model + "/infer", request);
    assertEquals(200, answer.status(), answer.text());
    assertEquals("application/json", answer.header("Content-Type"));
    fits("inference_response", answer.text());
  }

  private static String input(String name, String datatype, String shape, String data) {
    return "{\"name\":\""
        + name
        + "\",\"datatype\":\""
        + datatype
        + "\",\"shape\":"
        + shape
        + ",\"data\":"
        + data
        + "}";
  }

  private static String request(String... inputs) {
    return "{\"id\":\"42\",\"inputs\":[" + String.join(",", inputs) + "]}";
  }

  @Test
  @DisplayName("fits what the server says of itself and of each kind of model")
  void metadata() throws IOException, InterruptedException {
    fits("metadata_server_response", server.get("/v2").text());
    fits("metadata_server_response", server.get("/v2/").text());
    for (String model : List.of("digits", "colours", "sum", "labels")) {
      String of = server.get("/v2/models/" + model).text();
      fits("metadata_model_response", of);
      String version = (String) JsonTree.at(of, "versions", 0);
      fits(
          "metadata_model_response",
          server.get("/v2/models/" + model + "/versions/" + version).text());
      assertEquals(200, server.get("/v2/models/" + model + "/ready").status());
    }
  }

  @Test
  @DisplayName("fits requests of every kind of tensor, and their answers")
  void inference() throws IOException, InterruptedException {
    for (String type : List.of("FP32", "FP64", "INT32", "INT64", "UINT8")) {
      answered("sum", request(input("input", type, "[2,2]", "[1,2,3,4]")));
      answered("labels", request(input("input", type, "[2,2]", "[[1,2],[3,4]]")));
    }
    String pixels = Arrays.toString(TestServer.pixels(3));
    answered("digits", request(input("input", "UINT8", "[1,28,28]", pixels)));
    answered(
        "colours",
        request(
            input("size", "FP64", "[2]", "[3,12.5]"),
            input("shape", "BYTES", "[2]", "[\"round\",\"\"]")));
    answered(
        "digits",
        "{\"inputs\":["
            + input("input", "INT64", "[1,784]", pixels)
            + "],\"outputs\":[{\"name\":\"label\"},{\"name\":\"class\",\"parameters\":{}}],"
            + "\"parameters\":{\"priority\":1}}");
  }

  @Test
  @DisplayName("fits what is said of errors")
  void errors() throws IOException, InterruptedException {
    for (String body : List.of("", "{", "[]", "{\"inputs\":[]}", "{\"inputs\":[{}]}")) {
      Answer answer = server.post("/v2/models/sum/infer", body);
      assertEquals(400, answer.status(), body);
      fits("inference_error_response", answer.text());
    }
    for (String path : List.of("/v2/models/none", "/v2/models/sum/versions/1", "/v2/nothing")) {
      Answer answer = server.get(path);
      assertEquals(404, answer.status(), path);
      fits("metadata_model_error_response", answer.text());
    }
  }

  @Test
  @DisplayName("fits the JSON before binary tensors, but for the data, which are behind it")
  void binary() throws IOException, InterruptedException {
    String head =
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,2],\"parameters\":"
            + "{\"binary_data_size\":8}}],\"parameters\":{\"binary_data_output\":true}}";
    ByteBuffer body = ByteBuffer.allocate(head.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    body.put(head.getBytes(StandardCharsets.UTF_8)).putFloat(1).putFloat(2);
    Answer answer =
        server.post(
            "/v2/models/sum/infer",
            body.array(),
            "Inference-Header-Content-Length",
            Integer.toString(head.length()));
    assertEquals(200, answer.status(), answer.text());
    String json =
        new String(
            answer.bytes(),
            0,
            Integer.parseInt(answer.header("Inference-Header-Content-Length")),
            StandardCharsets.UTF_8);
    assertEquals(List.of("$.outputs[0]: lacks data"), schema.faults("inference_response", json));
    assertEquals(List.of("$.inputs[0]: lacks data"), schema.faults("inference_request", head));
  }

  @Test
  @DisplayName("is one that something can fail")
  void sharp() throws IOException {
    for (String wrong :
        List.of(
            "{}",
            "{\"inputs\":{}}",
            "{\"id\":7,\"inputs\":[]}",
            "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[1.5],\"data\":[]}]}",
            "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[{}]}]}")) {
      assertFalse(schema.faults("inference_request", wrong).isEmpty(), wrong);
    }
  }
}
