package dev.polymath.server;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** Writes the outputs that a request of the Open Inference Protocol asks for. */
final class InferResponse {

  private static final HttpField OCTETS =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

  private final ServedModel served;
  private final Coalescer.Outputs outputs;
  private final int rows;

  private InferResponse(ServedModel served, Coalescer.Outputs outputs, int rows) {
    this.served = served;
    this.outputs = outputs;
    this.rows = rows;
  }

  static void send(
      Exchange exchange,
      ServedModel served,
      InferRequest request,
      List<OutputTensor> wanted,
      Coalescer.Outputs outputs,
      int rows) {
    InferResponse response = new InferResponse(served, outputs, rows);
    boolean anyBinary = false;
    for (OutputTensor output : wanted) {
      anyBinary |= output.binary();
    }
    Json.Bytes json =
        Json.bytes(
            anyBinary ? 512 : 512 + 16 * rows * served.model().outputNames().size(),
            out -> response.head(out, request, wanted));
    if (!anyBinary) {
      exchange.json(200, json.array(), json.size());
      return;
    }
    int size = json.size();
    for (OutputTensor output : wanted) {
      size += output.binary() ? response.size(output) : 0;
    }
    ByteBuffer body = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json.array(), 0, json.size());
    for (OutputTensor output : wanted) {
      if (output.binary()) {
        response.write(output, body);
      }
    }
    exchange.response.getHeaders().put("Inference-Header-Content-Length", json.size());
    exchange.send(200, OCTETS, body.flip());
  }

  private void head(JsonGenerator json, InferRequest request, List<OutputTensor> wanted)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("model_name", served.name());
    json.writeStringField("model_version", served.version());
    if (request.id() != null) {
      json.writeStringField("id", request.id());
    }
    json.writeArrayFieldStart("outputs");
    for (OutputTensor output : wanted) {
      json.writeStartObject();
      json.writeStringField("name", output.name());
      json.writeStringField("datatype", output.datatype().name());
      json.writeFieldName("shape");
      long[] shape = output.shape(rows);
      json.writeArray(shape, 0, shape.length);
      if (output.binary()) {
        json.writeObjectFieldStart("parameters");
        json.writeNumberField("binary_data_size", size(output));
        json.writeEndObject();
      } else {
        json.writeFieldName("data");
        data(json, output);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private int label(int row) {
    return PredictionWriter.label(served.model(), outputs, row);
  }

  private String name(int row) {
    return served.model().outputNames().get(label(row));
  }

  private void data(JsonGenerator json, OutputTensor output) throws IOException {
    json.writeStartArray();
    switch (output.name()) {
      case OutputTensor.PROBABILITIES -> {
        for (float p : outputs.probabilities) {
          json.writeNumber(p);
        }
      }
      case OutputTensor.PREDICTION -> {
        for (double number : outputs.numbers) {
          json.writeNumber(number);
        }
      }
      default -> {
        for (int i = 0; i < rows; i++) {
          if (output.datatype() == Datatype.BYTES) {
            json.writeString(name(i));
          } else {
            json.writeNumber(label(i));
          }
        }
      }
    }
    json.writeEndArray();
  }

  private int size(OutputTensor output) {
    if (output.datatype() != Datatype.BYTES) {
      return output.datatype().size() * rows * Math.max(1, output.width());
    }
    int size = 0;
    for (int i = 0; i < rows; i++) {
      size += 4 + name(i).getBytes(StandardCharsets.UTF_8).length;
    }
    return size;
  }

  private void write(OutputTensor output, ByteBuffer to) {
    switch (output.name()) {
      case OutputTensor.PROBABILITIES -> {
        to.asFloatBuffer().put(outputs.probabilities);
        to.position(to.position() + 4 * outputs.probabilities.length);
      }
      case OutputTensor.PREDICTION -> {
        to.asDoubleBuffer().put(outputs.numbers);
        to.position(to.position() + 8 * outputs.numbers.length);
      }
      default -> {
        for (int i = 0; i < rows; i++) {
          if (output.datatype() == Datatype.BYTES) {
            byte[] name = name(i).getBytes(StandardCharsets.UTF_8);
            to.putInt(name.length).put(name);
          } else {
            to.putLong(label(i));
          }
        }
      }
    }
  }
}
