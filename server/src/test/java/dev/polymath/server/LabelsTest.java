package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.training.TrainingOptions;
import dev.polymath.server.TestServer.Answer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A model of several labels, served")
class LabelsTest {

  /** Right of the middle, and above it. */
  static MultiLabelClassifier trained() {
    int n = 256;
    float[] features = new float[2 * n];
    boolean[] has = new boolean[2 * n];
    for (int i = 0; i < n; i++) {
      features[2 * i] = i % 16 - 7.5f;
      features[2 * i + 1] = i / 16 - 7.5f;
      has[2 * i] = features[2 * i] > 0;
      has[2 * i + 1] = features[2 * i + 1] > 0;
    }
    MultiLabelClassifier model =
        MultiLabelClassifier.builder(TestServer.BACKEND).inputs(2).labels(2).hidden(8).build();
    model.fit(
        DataSet.ofLabels(2, features, has, List.of("right", "high")),
        TrainingOptions.defaults().epochs(30).batch(16).learningRate(0.02));
    return model;
  }

  @Test
  @DisplayName(
      "answers the labels that apply and the probability of each, in JSON, CSV and tensors")
  void predicts() throws IOException, InterruptedException {
    MultiLabelClassifier model = trained();
    float[] expected = new float[2];
    model.predictProbabilities(new float[] {6, -6}, expected);
    try (TestServer server =
        new TestServer(PredictionServer.builder().model("corners", model), "")) {
      Answer answer = server.post("/predict/corners", "[[6, -6], [-6, -6]]");
      assertEquals(200, answer.status(), answer.text());
      String text = answer.text();
      assertEquals("right", JsonTree.at(text, "predictions", 0, "labels", 0));
      assertTrue(text.contains("\"labels\":[],"), text);
      assertEquals("high", JsonTree.at(text, "predictions", 0, "probabilities", 1, "label"));
      assertEquals(
          expected[1],
          ((Number) JsonTree.at(text, "predictions", 0, "probabilities", 1, "probability"))
              .floatValue());

      String csv = server.post("/predict/corners", "[[6, -6]]", "Accept", "text/csv").text();
      assertEquals(
          "right,probability of right,high,probability of high\n1,"
              + expected[0]
              + ",0,"
              + expected[1]
              + "\n",
          csv);

      String card = server.get("/models/corners").text();
      assertEquals("labels", JsonTree.at(card, "task"));
      assertEquals("right", JsonTree.at(card, "labels", 0));
      assertEquals(0.5, ((Number) JsonTree.at(card, "thresholds", 1)).doubleValue());

      Answer tensors =
          server.post(
              "/v2/models/corners/infer",
              "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"FP32\","
                  + "\"data\":[6,-6]}]}");
      assertEquals(200, tensors.status(), tensors.text());
      assertEquals("probabilities", JsonTree.at(tensors.text(), "outputs", 0, "name"));
    }
  }
}
