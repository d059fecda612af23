package dev.polymath.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.Regressor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes what a model says of rows as JSON or CSV. */
final class PredictionWriter {

  private final ServedModel served;
  private final Coalescer.Outputs outputs;
  private final int rows;
  private final int top;

  /**
   * @param top so many classes of each row, the most probable first
   */
  PredictionWriter(ServedModel served, Coalescer.Outputs outputs, int rows, int top) {
    this.served = served;
    this.outputs = outputs;
    this.rows = rows;
    this.top = top;
  }

  /** The class that is predicted for a row. */
  static int label(Model model, Coalescer.Outputs outputs, int row) {
    Classifier classifier = (Classifier) model;
    int classes = classifier.classes();
    int at = row * classes;
    if (classifier.threshold().isPresent()) {
      return classifier.threshold().get().decide(outputs.probabilities, at);
    }
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (outputs.probabilities[at + c] > outputs.probabilities[at + best]) {
        best = c;
      }
    }
    return best;
  }

  /** The classes of a row: the predicted one, then the others from the most probable on. */
  private int[] order(int row) {
    Model model = served.model();
    int classes = model.outputNames().size();
    int first = label(model, outputs, row);
    // Bits of floats that are not negative have the order of the floats; equals keep theirs.
    long[] keys = new long[classes];
    for (int c = 0; c < classes; c++) {
      int bits = Math.max(0, Float.floatToRawIntBits(outputs.probabilities[row * classes + c]));
      keys[c] = c == first ? -1 : (long) (Integer.MAX_VALUE - bits) << 32 | c;
    }
    Arrays.sort(keys);
    int[] order = new int[top];
    order[0] = first;
    for (int i = 1; i < top; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  Json.Bytes json(List<String> notes) {
    return Json.bytes(
        256 + 128 * rows,
        json -> {
          json.writeStartObject();
          json.writeStringField("model", served.name());
          json.writeStringField("version", served.version());
          json.writeArrayFieldStart("predictions");
          for (int i = 0; i < rows; i++) {
            json.writeRaw('\n');
            json.writeStartObject();
            if (served.model() instanceof Regressor regressor) {
              numbers(json, regressor.targetNames(), i);
            } else if (served.model() instanceof MultiLabelClassifier labels) {
              labels(json, labels, outputs, i);
              probabilities(json, labels, i);
            } else {
              classes(json, served.model().outputNames(), i);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          if (!notes.isEmpty()) {
            json.writeArrayFieldStart("notes");
            for (String note : notes) {
              json.writeString(note);
            }
            json.writeEndArray();
          }
          json.writeEndObject();
          json.writeRaw('\n');
        });
  }

  private void classes(JsonGenerator json, List<String> names, int row) throws IOException {
    int[] order = order(row);
    int at = row * names.size();
    json.writeStringField("class", names.get(order[0]));
    json.writeNumberField("probability", outputs.probabilities[at + order[0]]);
    json.writeArrayFieldStart("top");
    for (int c : order) {
      json.writeStartObject();
      json.writeStringField("class", names.get(c));
      json.writeNumberField("probability", outputs.probabilities[at + c]);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The labels of a row that are predicted. */
  static void labels(
      JsonGenerator json, MultiLabelClassifier model, Coalescer.Outputs outputs, int row)
      throws IOException {
    json.writeArrayFieldStart("labels");
    double[] thresholds = model.thresholds();
    for (int j = 0; j < thresholds.length; j++) {
      if (outputs.probabilities[row * thresholds.length + j] >= thresholds[j]) {
        json.writeString(model.labelNames().get(j));
      }
    }
    json.writeEndArray();
  }

  private void probabilities(JsonGenerator json, MultiLabelClassifier model, int row)
      throws IOException {
    json.writeArrayFieldStart("probabilities");
    for (int j = 0; j < model.labels(); j++) {
      json.writeStartObject();
      json.writeStringField("label", model.labelNames().get(j));
      json.writeNumberField("probability", outputs.probabilities[row * model.labels() + j]);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void numbers(JsonGenerator json, List<String> names, int row) throws IOException {
    int at = row * names.size();
    json.writeNumberField("prediction", outputs.numbers[at]);
    json.writeArrayFieldStart("targets");
    for (int j = 0; j < names.size(); j++) {
      json.writeStartObject();
      json.writeStringField("target", names.get(j));
      json.writeNumberField("value", outputs.numbers[at + j]);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * A header and a line for each row: the classes with their probabilities, the targets, or for
   * each label whether it is predicted and its probability.
   */
  byte[] csv() {
    StringBuilder text = new StringBuilder();
    List<String> names = served.model().outputNames();
    if (served.model() instanceof Regressor) {
      names.forEach(name -> cell(text, name));
    } else if (served.model() instanceof MultiLabelClassifier) {
      for (String name : names) {
        cell(text, name);
        cell(text, "probability of " + name);
      }
    } else {
      for (int k = 1; k <= top; k++) {
        cell(text, k == 1 ? "class" : "class " + k);
        cell(text, k == 1 ? "probability" : "probability " + k);
      }
    }
    line(text);
    for (int i = 0; i < rows; i++) {
      if (served.model() instanceof Regressor) {
        for (int j = 0; j < names.size(); j++) {
          cell(text, Double.toString(outputs.numbers[i * names.size() + j]));
        }
      } else if (served.model() instanceof MultiLabelClassifier labels) {
        double[] thresholds = labels.thresholds();
        for (int j = 0; j < thresholds.length; j++) {
          float probability = outputs.probabilities[i * thresholds.length + j];
          cell(text, probability >= thresholds[j] ? "1" : "0");
          cell(text, Float.toString(probability));
        }
      } else {
        for (int c : order(i)) {
          cell(text, names.get(c));
          cell(text, Float.toString(outputs.probabilities[i * names.size() + c]));
        }
      }
      line(text);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void cell(StringBuilder text, String value) {
    boolean quoted = value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    text.append(quoted ? '"' + value.replace("\"", "\"\"") + '"' : value).append(',');
  }

  private static void line(StringBuilder text) {
    text.setCharAt(text.length() - 1, '\n');
  }
}
