package dev.polymath.models.io;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.data.ModelOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a model's outputs mean, in JSON: the field {@code classNames}, or {@code targets}. */
final class OutputJson {

  static final String CLASSES = "classNames";
  static final String TARGETS = "targets";

  private OutputJson() {}

  /** Writes the one field or the other. */
  static void write(JsonGenerator json, ModelOutput output) throws IOException {
    if (output instanceof ModelOutput.Targets targets) {
      json.writeArrayFieldStart(TARGETS);
      for (ModelOutput.Target target : targets.targets()) {
        json.writeStartObject();
        json.writeStringField("name", target.name());
        json.writeNumberField("shift", target.shift());
        json.writeNumberField("scale", target.scale());
        json.writeEndObject();
      }
      json.writeEndArray();
    } else {
      json.writeFieldName(CLASSES);
      DescriptionJson.write(json, output.names());
    }
  }

  /** The value of the current field, {@value #CLASSES} or {@value #TARGETS}. */
  static ModelOutput read(JsonReader json, String field) throws IOException {
    List<ModelOutput.Target> targets = new ArrayList<>();
    List<String> names = List.of();
    if (field.equals(CLASSES)) {
      names = DescriptionJson.strings(json, field);
    } else {
      json.startArray(field);
      while (json.nextElement()) {
        targets.add(target(json, field + ": " + targets.size() + ": "));
      }
    }
    try {
      return field.equals(CLASSES)
          ? new ModelOutput.Classes(names)
          : new ModelOutput.Targets(targets);
    } catch (IllegalArgumentException e) {
      throw json.fault("" + e.getMessage(), e);
    }
  }

  private static ModelOutput.Target target(JsonReader json, String what) throws IOException {
    String name = null;
    Double shift = null;
    Double scale = null;
    json.startObject(what + "target");
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "name" -> name = json.string(what + field);
        case "shift" -> shift = json.number(what + field, -Double.MAX_VALUE, Double.MAX_VALUE);
        case "scale" -> scale = json.number(what + field, 0, Double.MAX_VALUE);
        default -> throw DescriptionJson.unknown(json, what, field, "name, shift and scale");
      }
    }
    return new ModelOutput.Target(
        given(json, what + "name", name),
        given(json, what + "shift", shift),
        given(json, what + "scale", scale));
  }

  private static <T> T given(JsonReader json, String what, @Nullable T value) throws IOException {
    if (value == null) {
      throw DescriptionJson.missing(json, what);
    }
    return value;
  }
}
