package dev.polymath.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.Model;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import java.io.IOException;
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

  private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

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
          for (OutputTensor output : OutputTensor.of(model)) {
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
    List<OutputTensor> wanted = wanted(model, request);
    Rows read = rows(served, request.inputs());
    exchange.rows(read.count());
    served
        .coalescer()
        .submit(
            new Coalescer.Job(
                model, read.features(), read.count(), PredictEndpoint.deadline(exchange, limits)) {
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
                exchange.fail(why);
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

  private static List<OutputTensor> wanted(Model model, InferRequest request) throws Refusal {
    List<OutputTensor> all = OutputTensor.of(model);
    if (request.outputs().isEmpty()) {
      return all.stream().map(o -> o.inBinary(request.binary())).toList();
    }
    List<OutputTensor> wanted = new ArrayList<>();
    for (InferRequest.Output asked : request.outputs()) {
      OutputTensor output =
          all.stream()
              .filter(o -> o.name().equals(asked.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      Refusal.of(
                          400,
                          "outputs: expected one of "
                              + all.stream().map(OutputTensor::name).toList()
                              + ", found "
                              + asked.name()));
      Boolean binary = asked.binary();
      wanted.add(output.inBinary(binary == null ? request.binary() : binary));
    }
    return wanted;
  }

  private Rows rows(ServedModel served, List<InputTensor> inputs) throws IOException, Refusal {
    if (served.model().input() instanceof ModelInput.Columns columns) {
      return table(served, columns.encoder(), inputs);
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
    float[] levels = tensor.datatype().isWhole() ? served.reader().levels() : null;
    float[] floats = tensor.floats();
    float[] features = floats == null ? new float[tensor.numbers().length] : floats;
    for (int i = 0; i < features.length; i++) {
      if (floats == null) {
        features[i] = feature(tensor.numbers()[i], levels);
      }
      if (!Float.isFinite(features[i])) {
        throw Refusal.of(
            400,
            "input "
                + INPUT
                + ": element "
                + i
                + ": expected "
                + (levels == null ? "a finite number" : "0 to 255")
                + ", found "
                + (floats == null ? tensor.numbers()[i] : floats[i]));
      }
    }
    return new Rows(features, count, List.of());
  }

  private static float feature(double number, float @Nullable [] levels) {
    if (levels == null) {
      return (float) number;
    }
    return number >= 0 && number < levels.length ? levels[(int) number] : Float.NaN;
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
      float[] floats = tensor.floats();
      double number = floats == null ? tensor.numbers()[row] : floats[row];
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
