package dev.polymath.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of the Open Inference Protocol.
 *
 * @param id null if it has none
 * @param outputs that are asked for, in that order; empty for all
 * @param binary whether outputs that say nothing of it are wanted in binary
 */
record InferRequest(
    @Nullable String id, List<InputTensor> inputs, List<Output> outputs, boolean binary) {

  /**
   * An output that is asked for.
   *
   * @param binary null if nothing is said of it
   */
  record Output(String name, @Nullable Boolean binary) {}

  /**
   * Reads a request.
   *
   * @param length of the body
   * @param json how many of its bytes are JSON; what follows is binary
   */
  static InferRequest parse(byte[] body, int length, int json) throws IOException, Refusal {
    try (JsonParser parser = Json.FACTORY.createParser(body, 0, json)) {
      Reader reader = new Reader(parser);
      reader.request();
      if (parser.nextToken() != null) {
        throw Refusal.of(400, "expected the end behind the request");
      }
      ByteBuffer binary = ByteBuffer.wrap(body, json, length - json);
      List<InputTensor> inputs = new ArrayList<>();
      for (InputTensor.Draft draft : reader.drafts) {
        inputs.add(draft.finish(binary));
      }
      if (binary.hasRemaining()) {
        throw Refusal.of(
            400, "expected no bytes behind the last input, found " + binary.remaining());
      }
      return new InferRequest(reader.id, inputs, reader.outputs, reader.binary);
    } catch (JsonProcessingException e) {
      String reason =
          e.getOriginalMessage().replaceAll("\\(.*|: was expecting.*|: enable .*", "").strip();
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw Refusal.of(
          400, "body: line " + line + ": invalid JSON: " + PlainText.printable(reason));
    }
  }

  /** What was read so far. */
  private static final class Reader {
    private final JsonParser parser;
    private final List<InputTensor.Draft> drafts = new ArrayList<>();
    private final List<Output> outputs = new ArrayList<>();
    private @Nullable String id;
    private boolean binary;

    Reader(JsonParser parser) {
      this.parser = parser;
    }

    /** Reads the value of a field. */
    private interface Field {
      void read(String name) throws IOException, Refusal;
    }

    private void fields(String what, Field field) throws IOException, Refusal {
      require(parser.currentToken() == JsonToken.START_OBJECT, what + ": expected an object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        field.read(name);
      }
    }

    private static void require(boolean fulfilled, String sentence) throws Refusal {
      if (!fulfilled) {
        throw Refusal.of(400, sentence);
      }
    }

    void request() throws IOException, Refusal {
      parser.nextToken();
      fields(
          "body",
          name -> {
            switch (name) {
              case "id" -> id = isNull() ? null : text("id");
              case "inputs" -> elements("inputs", this::input);
              case "outputs" -> {
                if (!isNull()) {
                  elements("outputs", this::output);
                }
              }
              case "parameters" -> binary = Boolean.TRUE.equals(flag("binary_data_output"));
              default -> parser.skipChildren();
            }
          });
    }

    private interface Element {
      void read() throws IOException, Refusal;
    }

    private void elements(String what, Element element) throws IOException, Refusal {
      require(parser.currentToken() == JsonToken.START_ARRAY, what + ": expected an array");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        element.read();
      }
    }

    /** Clients write it for what is not there. */
    private boolean isNull() {
      return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    private String text(String what) throws IOException, Refusal {
      require(parser.currentToken() == JsonToken.VALUE_STRING, what + ": expected a text");
      return parser.getText();
    }

    /** Of parameters the one that matters here; null if it is not there. */
    private @Nullable Boolean flag(String wanted) throws IOException, Refusal {
      Boolean[] found = {null};
      if (isNull()) {
        return null;
      }
      fields(
          "parameters",
          name -> {
            JsonToken token = parser.currentToken();
            if (name.equals(wanted)) {
              require(token.isBoolean(), "parameters: " + wanted + ": expected true or false");
              found[0] = token == JsonToken.VALUE_TRUE;
            } else {
              parser.skipChildren();
            }
          });
      return found[0];
    }

    private void output() throws IOException, Refusal {
      String[] named = {null};
      Boolean[] asked = {null};
      fields(
          "outputs",
          name -> {
            switch (name) {
              case "name" -> named[0] = text("outputs: name");
              case "parameters" -> asked[0] = flag("binary_data");
              default -> parser.skipChildren();
            }
          });
      String found = named[0];
      if (found == null) {
        throw Refusal.of(400, "outputs: expected a name for each");
      }
      outputs.add(new Output(found, asked[0]));
    }

    private void input() throws IOException, Refusal {
      InputTensor.Draft draft = new InputTensor.Draft();
      fields(
          "inputs",
          name -> {
            switch (name) {
              case "name" -> draft.name = text("inputs: name");
              case "datatype" -> draft.datatype = text("inputs: datatype");
              case "shape" -> draft.shape = shape();
              case "parameters" -> parameters(draft);
              case "data" -> {
                draft.data = true;
                require(parser.currentToken() == JsonToken.START_ARRAY, "data: expected an array");
                data(draft);
              }
              default -> parser.skipChildren();
            }
          });
      drafts.add(draft);
    }

    private long[] shape() throws IOException, Refusal {
      List<Long> sides = new ArrayList<>();
      elements(
          "shape",
          () -> {
            require(
                parser.currentToken() == JsonToken.VALUE_NUMBER_INT && sides.size() < 16,
                "shape: expected a few whole numbers");
            sides.add(parser.getLongValue());
          });
      return sides.stream().mapToLong(Long::longValue).toArray();
    }

    private void parameters(InputTensor.Draft draft) throws IOException, Refusal {
      if (isNull()) {
        return;
      }
      fields(
          "parameters",
          name -> {
            if (name.equals("binary_data_size")) {
              require(
                  parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getLongValue() >= 0,
                  "binary_data_size: expected a whole number of at least 0");
              draft.binarySize = parser.getLongValue();
            } else {
              parser.skipChildren();
            }
          });
    }

    /** Arrays may be nested as the shape says, or flat: their order is the same. */
    private void data(InputTensor.Draft draft) throws IOException, Refusal {
      int depth = 1;
      while (depth > 0) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw Refusal.of(400, "data: expected the end of the array, found the body's");
        }
        switch (token) {
          case START_ARRAY -> depth++;
          case END_ARRAY -> depth--;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> draft.add(parser.getDoubleValue());
          case VALUE_STRING -> draft.texts.add(parser.getText());
          default -> throw Refusal.of(400, "data: expected numbers or texts");
        }
      }
    }
  }
}
