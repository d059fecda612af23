package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.data.ModelOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model's outputs mean, in JSON: the field {@code classNames}, {@code targets} or {@code
 * labels}. Classes may have a {@code threshold}.
 */
final class OutputJson {

  static final String CLASSES = "classNames";
  static final String TARGETS = "targets";
  static final String LABELS = "labels";
  static final String THRESHOLD = "threshold";

  private OutputJson() {}

  /** Writes the one field or another. */
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
    } else if (output instanceof ModelOutput.Labels labels) {
      json.writeArrayFieldStart(LABELS);
      for (ModelOutput.Label label : labels.labels()) {
        json.writeStartObject();
        json.writeStringField("name", label.name());
        json.writeNumberField(THRESHOLD, label.threshold());
        json.writeEndObject();
      }
      json.writeEndArray();
    } else if (output instanceof ModelOutput.Classes classes) {
      json.writeFieldName(CLASSES);
      DescriptionJson.write(json, output.names());
      ModelOutput.Threshold threshold = classes.threshold();
      if (threshold != null) {
        json.writeObjectFieldStart(THRESHOLD);
        json.writeStringField("positive", output.names().get(threshold.positive()));
        json.writeNumberField("probability", threshold.probability());
        json.writeEndObject();
      }
    }
  }

  /** The value of the current field, {@value #CLASSES}, {@value #TARGETS} or {@value #LABELS}. */
  static ModelOutput read(JsonReader json, String field) throws IOException {
    try {
      if (field.equals(CLASSES)) {
        return new ModelOutput.Classes(DescriptionJson.strings(json, field));
      }
      List<ModelOutput.Target> targets = new ArrayList<>();
      List<ModelOutput.Label> labels = new ArrayList<>();
      json.startArray(field);
      while (json.nextElement()) {
        if (field.equals(TARGETS)) {
          targets.add(target(json, field + ": " + targets.size() + ": "));
        } else {
          labels.add(label(json, field + ": " + labels.size() + ": "));
        }
      }
      return field.equals(TARGETS)
          ? new ModelOutput.Targets(targets)
          : new ModelOutput.Labels(labels);
    } catch (IllegalArgumentException e) {
      throw json.fault("" + e.getMessage(), e);
    }
  }

  /** A threshold as the file has it: its class may be known only later. */
  record RawThreshold(String positive, double probability) {

    /** The output with this threshold. */
    ModelOutput on(JsonReader json, ModelOutput output) throws IOException {
      if (!(output instanceof ModelOutput.Classes)) {
        throw json.fault(THRESHOLD + ": expected classNames beside it, found none");
      }
      if (!output.names().contains(positive)) {
        throw json.fault(
            THRESHOLD + ": positive: expected one of the class names, found " + quote(positive));
      }
      try {
        return new ModelOutput.Classes(
            output.names(),
            new ModelOutput.Threshold(output.names().indexOf(positive), probability));
      } catch (IllegalArgumentException e) {
        throw json.fault("" + e.getMessage(), e);
      }
    }
  }

  static RawThreshold readThreshold(JsonReader json) throws IOException {
    String positive = null;
    Double probability = null;
    json.startObject(THRESHOLD);
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "positive" -> positive = json.string(THRESHOLD + ": " + field);
        case "probability" -> probability = json.number(THRESHOLD + ": " + field, 0, 1);
        default ->
            throw DescriptionJson.unknown(
                json, THRESHOLD + ": ", field, "positive and probability");
      }
    }
    return new RawThreshold(
        given(json, THRESHOLD + ": positive", positive),
        given(json, THRESHOLD + ": probability", probability));
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

  private static ModelOutput.Label label(JsonReader json, String what) throws IOException {
    String name = null;
    Double threshold = null;
    json.startObject(what + "label");
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "name" -> name = json.string(what + field);
        case THRESHOLD -> threshold = json.number(what + field, 0, 1);
        default -> throw DescriptionJson.unknown(json, what, field, "name and threshold");
      }
    }
    return new ModelOutput.Label(
        given(json, what + "name", name), given(json, what + THRESHOLD, threshold));
  }

  private static <T> T given(JsonReader json, String what, @Nullable T value) throws IOException {
    if (value == null) {
      throw DescriptionJson.missing(json, what);
    }
    return value;
  }
}
