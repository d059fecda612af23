package dev.polymath.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Tensor;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;

/**
 * {@code POST /look/NAME}: one example as the network sees it, for the page. Besides the answer it
 * has the pixels that were made of a picture, and what each hidden layer of the first network puts
 * out.
 */
final class ExploreEndpoint {

  /** Enough for a picture of a layer. */
  private static final int MOST_UNITS = 1024;

  /** What a hidden layer puts out. */
  private record Activations(String name, float[] values) {}

  void look(Exchange exchange, ServedModel served, byte[] body, int length) throws Exception {
    String boundary = MultipartBody.boundary(exchange.header(HttpHeader.CONTENT_TYPE));
    Rows rows = served.reader().read(body, length, boundary);
    if (rows.count() != 1) {
      throw Refusal.of(400, "expected one example, found " + rows.count());
    }
    exchange.rows(1);
    Model model = served.model();
    Coalescer.Outputs outputs = new Coalescer.Outputs(model, 1);
    if (model instanceof Classifier classifier) {
      classifier.predictProbabilities(rows.features(), outputs.probabilities);
    } else if (model instanceof Regressor regressor) {
      regressor.predict(rows.features(), outputs.numbers);
    } else if (model instanceof MultiLabelClassifier labels) {
      labels.predictProbabilities(rows.features(), outputs.probabilities);
    }
    List<Activations> layers = activations(model, rows.features());
    Json.Bytes json =
        Json.bytes(
            8192,
            out -> {
              out.writeStartObject();
              out.writeStringField("version", served.version());
              if (model instanceof Classifier) {
                int label = PredictionWriter.label(model, outputs, 0);
                out.writeStringField("class", model.outputNames().get(label));
                floats(out, "probabilities", outputs.probabilities);
              } else if (model instanceof MultiLabelClassifier labels) {
                PredictionWriter.labels(out, labels, outputs, 0);
                floats(out, "probabilities", outputs.probabilities);
              } else {
                out.writeFieldName("values");
                out.writeArray(outputs.numbers, 0, outputs.numbers.length);
              }
              if (model.input() instanceof ModelInput.Pictures) {
                floats(out, "seen", rows.features());
              }
              out.writeArrayFieldStart("layers");
              for (Activations layer : layers) {
                out.writeStartObject();
                out.writeStringField("name", layer.name());
                floats(out, "values", layer.values());
                out.writeEndObject();
              }
              out.writeEndArray();
              out.writeArrayFieldStart("notes");
              for (String note : rows.notes()) {
                out.writeString(note);
              }
              out.writeEndArray();
              out.writeEndObject();
            });
    exchange.json(200, json.array(), json.size());
  }

  /** To four digits: for the eye. */
  private static void floats(JsonGenerator json, String name, float[] values) throws IOException {
    json.writeArrayFieldStart(name);
    for (float value : values) {
      json.writeNumber(Math.round(value * 1e4) / 1e4);
    }
    json.writeEndArray();
  }

  /** A dense layer and what follows it on the same units are one. */
  private static List<Activations> activations(Model model, float[] features) {
    Network network = model.network();
    Backend backend = network.backend();
    float[] scaled = java.util.Arrays.copyOf(features, model.inputs());
    model.scaling().apply(scaled, 1);
    List<Activations> found = new ArrayList<>();
    Tensor x = backend.allocate(1, model.inputs());
    try {
      x.write(scaled, 0);
      for (int i = 0; i < network.layers().size() - 1; i++) {
        Layer layer = network.layers().get(i);
        LayerSpec spec = network.specs().get(i);
        Tensor y = backend.allocate(1, layer.outputs());
        layer.forward(x, y);
        backend.release(x);
        x = y;
        boolean goesOn = !(network.specs().get(i + 1) instanceof LayerSpec.Dense);
        boolean last = goesOn && i + 1 == network.layers().size() - 1;
        if (!goesOn && !last && layer.outputs() <= MOST_UNITS) {
          float[] values = new float[layer.outputs()];
          y.read(values, 0);
          found.add(new Activations(spec.summary(), values));
        }
      }
    } finally {
      backend.release(x);
    }
    return found;
  }
}
