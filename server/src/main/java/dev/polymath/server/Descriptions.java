package dev.polymath.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.Classifier;
import dev.polymath.models.Model;
import dev.polymath.models.MultiLabelClassifier;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server and its models are, in JSON. */
final class Descriptions {

  private final ServedModels models;
  private final String openApi = resource("openapi.json");

  Descriptions(ServedModels models) {
    this.models = models;
  }

  /** The content of a file of this package. */
  static String resource(String name) {
    try (InputStream in = Descriptions.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the server's jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String openApi() {
    return openApi;
  }

  /** The names of all models. */
  Json.Bytes list() {
    return Json.bytes(
        256,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("models");
          for (ServedModel served : models.all()) {
            json.writeStartObject();
            json.writeStringField("name", served.name());
            json.writeStringField("version", served.version());
            json.writeStringField("task", task(served.model()));
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static String task(Model model) {
    return model.task().name().toLowerCase(Locale.ROOT);
  }

  /** All that is known of a model: what it takes and says, and how it came about. */
  Json.Bytes card(String name) throws Refusal {
    ServedModel served = models.acquire(name);
    try {
      return Json.bytes(2048, json -> card(served, json));
    } finally {
      served.release();
    }
  }

  private static void card(ServedModel served, JsonGenerator json) throws IOException {
    Model model = served.model();
    json.writeStartObject();
    json.writeStringField("name", served.name());
    json.writeStringField("version", served.version());
    json.writeStringField("task", task(model));
    String outputs =
        switch (model.task()) {
          case CLASSIFICATION -> "classes";
          case REGRESSION -> "targets";
          case LABELS -> "labels";
        };
    texts(json, outputs, model.outputNames());
    if (model instanceof MultiLabelClassifier labels) {
      double[] thresholds = labels.thresholds();
      json.writeFieldName("thresholds");
      json.writeArray(thresholds, 0, thresholds.length);
    }
    if (model instanceof Classifier c && c.threshold().isPresent()) {
      json.writeObjectFieldStart("threshold");
      json.writeStringField("class", c.classNames().get(c.threshold().get().positive()));
      json.writeNumberField("probability", c.threshold().get().probability());
      json.writeEndObject();
    }
    json.writeNumberField("features", model.inputs());
    texts(json, "layers", model.network().specs().stream().map(LayerSpec::summary).toList());
    json.writeNumberField("members", model.members().size());
    json.writeStringField("backend", model.network().backend().info().name());
    json.writeObjectFieldStart("input");
    input(json, model);
    json.writeEndObject();
    json.writeObjectFieldStart("provenance");
    provenance(json, model.provenance());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void input(JsonGenerator json, Model model) throws IOException {
    ModelInput input = model.input();
    if (input instanceof ModelInput.Pictures pictures) {
      json.writeStringField("kind", "pictures");
      json.writeNumberField("height", pictures.size().height());
      json.writeNumberField("width", pictures.size().width());
      json.writeStringField("form", pictures.form().toString());
    } else if (input instanceof ModelInput.Columns columns) {
      json.writeStringField("kind", "columns");
      json.writeBooleanField("named", columns.encoder().named());
      columns(json, columns.encoder());
    } else {
      json.writeStringField("kind", "numbers");
      List<String> names = input.table().names();
      float[] shift = model.scaling().shift();
      json.writeArrayFieldStart("columns");
      for (int i = 0; i < input.features(); i++) {
        json.writeStartObject();
        json.writeStringField("name", names.isEmpty() ? "feature " + (i + 1) : names.get(i));
        json.writeStringField("type", "number");
        // What standardizing takes away is the mean over the training examples.
        json.writeNumberField("start", shift[i]);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  private static void columns(JsonGenerator json, TableEncoder encoder) throws IOException {
    json.writeArrayFieldStart("columns");
    for (int i = 0; i < encoder.columns().size(); i++) {
      EncodedColumn column = encoder.columns().get(i);
      json.writeStartObject();
      json.writeStringField("name", encoder.columnNames().get(i));
      if (column instanceof EncodedColumn.Numeric number) {
        json.writeStringField("type", "number");
        json.writeNumberField("start", number.median());
        if (!number.knots().isEmpty()) {
          json.writeNumberField("from", number.knots().get(0));
          json.writeNumberField("to", number.knots().get(number.knots().size() - 1));
        }
      } else if (column instanceof EncodedColumn.Category category) {
        json.writeStringField("type", "choice");
        texts(json, "values", category.values());
        json.writeBooleanField("missing", category.missing());
      } else if (column instanceof EncodedColumn.Dates dates) {
        json.writeStringField("type", "date");
        json.writeStringField("form", dates.form());
        json.writeStringField("start", day(dates));
      } else {
        json.writeStringField("type", "unused");
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The median day, written as the column writes days. */
  private static String day(EncodedColumn.Dates dates) {
    java.time.LocalDate day = java.time.LocalDate.ofEpochDay(Math.round(dates.days().median()));
    String pattern =
        switch (dates.form()) {
          case "dotted" -> "dd.MM.yyyy";
          case "month-first" -> "MM/dd/yyyy";
          case "day-first" -> "dd/MM/yyyy";
          default -> "yyyy-MM-dd";
        };
    return day.format(java.time.format.DateTimeFormatter.ofPattern(pattern, java.util.Locale.ROOT));
  }

  private static void provenance(JsonGenerator json, Provenance p) throws IOException {
    field(json, "library", p.library());
    field(json, "trained on", p.backend());
    field(json, "initialization", p.initialization());
    field(json, "seed", p.seed());
    field(json, "data", p.dataSet());
    field(json, "data fingerprint", p.dataSetFingerprint());
    json.writeNumberField("epochs", p.epochs());
    field(json, "validation accuracy", p.validationAccuracy());
    field(json, "test accuracy", p.testAccuracy());
    field(json, "validation error (RMSE)", p.validationRmse());
    field(json, "test error (RMSE)", p.testRmse());
    json.writeObjectFieldStart("recipe");
    for (Map.Entry<String, String> option : p.recipe().entrySet()) {
      json.writeStringField(option.getKey(), option.getValue());
    }
    json.writeEndObject();
  }

  private static void field(JsonGenerator json, String name, @Nullable Object value)
      throws IOException {
    if (value instanceof Double number) {
      json.writeNumberField(name, number);
    } else if (value instanceof Long number) {
      json.writeNumberField(name, number);
    } else if (value != null) {
      json.writeStringField(name, value.toString());
    }
  }
}
