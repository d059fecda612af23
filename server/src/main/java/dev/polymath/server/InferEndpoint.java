package dev.polymath.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.Model;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Open Inference Protocol, version 2, with the extension for binary tensors. A model takes one
 * tensor {@code input} of its features, or of a table with text one tensor for each column. A
 * classifier puts out {@code probabilities}, {@code class} (its number) and {@code label} (its
 * name), a regressor {@code prediction}.
 */
final class InferEndpoint {

  static final String INPUT = "input";

  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final ServerLimits limits;

  InferEndpoint(ServerLimits limits) {
    this.limits = limits;
  }

  /** What the server is. */
  Json.Bytes server() {
    return Json.bytes(
        128,
        json -> {
          json.writeStartObject();
          json.writeStringField("name", "polymath");
          json.writeStringField("version", version());
          json.writeArrayFieldStart("extensions");
          json.writeString("binary_tensor_data");
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static String version() {
    String version = InferEndpoint.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  static Json.Bytes ready(String name) {
    return Json.bytes(
        64,
        json -> {
          json.writeStartObject();
          json.writeStringField("name", name);
          json.writeBooleanField("ready", true);
          json.writeEndObject();
        });
  }

  /** What a model takes and puts out. */
  Json.Bytes model(ServedModel served) {
    Model model = served.model();
    return Json.bytes(
        512,
        json -> {
          json.writeStartObject();
          json.writeStringField("name", served.name());
          json.writeArrayFieldStart("versions");
          json.writeString(served.version());
          json.writeEndArray();
          json.writeStringField("platform", "polymath");
          json.writeArrayFieldStart("inputs");
          if (model.input() instanceof ModelInput.Columns columns) {
            for (Map.Entry<String, EncodedColumn> c : columns(columns.encoder()).entrySet()) {
              boolean number = c.getValue() instanceof EncodedColumn.Numeric;
              tensor(json, c.getKey(), number ? Datatype.FP64 : Datatype.BYTES, -1);
            }
          } else {
            tensor(json, INPUT, Datatype.FP32, -1, model.inputs());
          }
          json.writeEndArray();
          json.writeArrayFieldStart("outputs");
          for (OutputTensor output : served.outputs()) {
            tensor(json, output.name(), output.datatype(), output.shape(-1));
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void tensor(JsonGenerator json, String name, Datatype type, long... shape)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("datatype", type.name());
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeEndObject();
  }

  /** The columns that become features, by the names of their tensors, in order. */
  private static Map<String, EncodedColumn> columns(TableEncoder encoder) {
    Map<String, EncodedColumn> named = new java.util.LinkedHashMap<>();
    for (int i = 0; i < encoder.columns().size(); i++) {
      if (!(encoder.columns().get(i) instanceof EncodedColumn.LeftOut)) {
        named.putIfAbsent(encoder.columnNames().get(i), encoder.columns().get(i));
      }
    }
    return named;
  }

  void answer(Exchange exchange, ServedModel served, byte[] body, int length) throws Exception {
    InferRequest request = InferRequest.parse(body, length, jsonLength(exchange, length));
    Model model = served.model();
    List<OutputTensor> wanted = wanted(served, request);
    Input input = input(served, request.inputs());
    exchange.rows(input.rows());
    served
        .coalescer()
        .submit(
            new Coalescer.Job(
                model, input.features(), input.rows(), PredictEndpoint.deadline(exchange, limits)) {
              @Override
              void done() {
                try {
                  PredictEndpoint.count(exchange, served, outputs, rows);
                  InferResponse.send(exchange, served, request, wanted, outputs, rows);
                } catch (RuntimeException | Error e) {
                  exchange.fail(e);
                }
              }

              @Override
              void failed(Throwable why) {
                try {
                  requireFinite(features);
                  exchange.fail(why);
                } catch (Refusal e) {
                  exchange.fail(e);
                }
              }
            });
  }

  private static int jsonLength(Exchange exchange, int length) throws Refusal {
    String header = exchange.request.getHeaders().get(HEADER_LENGTH);
    if (header == null) {
      return length;
    }
    try {
      int json = Integer.parseInt(header.strip());
      if (json >= 0 && json <= length) {
        return json;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Refusal.of(
        400, HEADER_LENGTH + ": expected 0 to the body's " + length + ", found " + header);
  }

  private static List<OutputTensor> wanted(ServedModel served, InferRequest request)
      throws Refusal {
    List<OutputTensor> wanted = new ArrayList<>();
    if (request.outputs().isEmpty()) {
      for (OutputTensor output : served.outputs()) {
        wanted.add(output.inBinary(request.binary()));
      }
    }
    for (InferRequest.Output asked : request.outputs()) {
      Boolean binary = asked.binary();
      wanted.add(named(served, asked.name()).inBinary(binary == null ? request.binary() : binary));
    }
    return wanted;
  }

  private static OutputTensor named(ServedModel served, String name) throws Refusal {
    for (OutputTensor output : served.outputs()) {
      if (output.name().equals(name)) {
        return output;
      }
    }
    throw Refusal.of(
        400,
        "outputs: expected one of "
            + served.outputs().stream().map(OutputTensor::name).toList()
            + ", found "
            + name);
  }

  /**
   * What a model is given.
   *
   * @param features {@code [rows, inputs]}
   */
  private record Input(FloatBuffer features, int rows) {}

  private Input input(ServedModel served, List<InputTensor> inputs) throws IOException, Refusal {
    if (served.model().input() instanceof ModelInput.Columns columns) {
      Rows rows = table(served, columns.encoder(), inputs);
      return new Input(FloatBuffer.wrap(rows.features()), rows.count());
    }
    if (inputs.size() != 1) {
      throw Refusal.of(400, "inputs: expected 1, found " + inputs.size());
    }
    InputTensor tensor = inputs.get(0);
    if (!tensor.name().equals(INPUT)) {
      throw Refusal.of(400, "inputs: expected the name " + INPUT + ", found " + tensor.name());
    }
    int width = served.model().inputs();
    int count = requireRows(tensor.rows(width));
    if (tensor.datatype() == Datatype.BYTES) {
      throw Refusal.of(400, "input " + INPUT + ": datatype: expected numbers, found BYTES");
    }
    FloatBuffer floats = tensor.floats();
    if (floats != null && count >= Coalescer.MOST_ROWS) {
      // The pass reads them where they are, and looks whether they are finite.
      return new Input(floats, count);
    }
    float[] features = new float[count * width];
    if (floats != null) {
      floats.get(0, features);
    } else {
      float[] levels = tensor.datatype().isWhole() ? served.reader().levels() : null;
      for (int i = 0; i < features.length; i++) {
        features[i] = feature(i, tensor.numbers()[i], levels);
      }
    }
    FloatBuffer all = FloatBuffer.wrap(features);
    requireFinite(all);
    return new Input(all, count);
  }

  private static float feature(int i, double number, float @Nullable [] levels) throws Refusal {
    if (levels == null) {
      return (float) number;
    }
    if (number >= 0 && number < levels.length) {
      return levels[(int) number];
    }
    throw Refusal.of(
        400,
        "input "
            + INPUT
            + ": element "
            + i
            + ": expected 0 to "
            + (levels.length - 1)
            + ", found "
            + number);
  }

  private static void requireFinite(FloatBuffer features) throws Refusal {
    for (int i = 0; i < features.limit(); i++) {
      if (!Float.isFinite(features.get(i))) {
        throw Refusal.of(
            400,
            "input "
                + INPUT
                + ": element "
                + i
                + ": expected a finite number, found "
                + features.get(i));
      }
    }
  }

  private int requireRows(int count) throws Refusal {
    if (count > limits.rows()) {
      throw Refusal.of(413, "too many rows, expected at most " + limits.rows());
    }
    if (count == 0) {
      throw Refusal.of(400, "inputs: expected at least one row, found none");
    }
    return count;
  }

  /** Rows of text, read as those of a file are. */
  private Rows table(ServedModel served, TableEncoder encoder, List<InputTensor> inputs)
      throws IOException, Refusal {
    Map<String, EncodedColumn> columns = columns(encoder);
    Map<String, InputTensor> given = new HashMap<>();
    int count = -1;
    for (InputTensor tensor : inputs) {
      if (!columns.containsKey(tensor.name()) || given.put(tensor.name(), tensor) != null) {
        throw Refusal.of(
            400, "inputs: expected each of " + columns.keySet() + " once, found " + tensor.name());
      }
      int rows = requireRows(tensor.rows(1));
      if (count >= 0 && rows != count) {
        throw Refusal.of(400, "inputs: expected " + count + " rows in each, found " + rows);
      }
      count = rows;
    }
    HashSet<String> missing = new HashSet<>(columns.keySet());
    missing.removeAll(given.keySet());
    if (!missing.isEmpty()) {
      throw Refusal.of(400, "inputs: expected " + missing + " too");
    }
    int rows = count;
    Json.Bytes text =
        Json.bytes(
            64 * rows,
            json -> {
              for (int row = 0; row < rows; row++) {
                if (encoder.named()) {
                  json.writeStartObject();
                  for (String name : columns.keySet()) {
                    json.writeFieldName(name);
                    cell(json, given.get(name), row);
                  }
                  json.writeEndObject();
                } else {
                  json.writeStartArray();
                  for (String name : encoder.columnNames()) {
                    cell(json, given.get(name), row);
                  }
                  json.writeEndArray();
                }
              }
            });
    return served.reader().read(text.array(), text.size(), null);
  }

  private static void cell(JsonGenerator json, @Nullable InputTensor tensor, int row)
      throws IOException {
    if (tensor == null) {
      json.writeNull();
    } else if (tensor.datatype() == Datatype.BYTES) {
      json.writeString(tensor.texts().get(row));
    } else {
      FloatBuffer floats = tensor.floats();
      double number = floats == null ? tensor.numbers()[row] : floats.get(row);
      if (Double.isNaN(number)) {
        json.writeNull();
      } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
        json.writeNumber((long) number);
      } else {
        json.writeNumber(number);
      }
    }
  }
}
