package dev.polymath.models.io;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.data.EncodedColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The array {@code columns} of a model's JSON: what became of each column of a table. */
final class ColumnsJson {

  private static final String NUMERIC = "numeric";
  private static final String CATEGORY = "category";
  private static final String DATES = "dates";
  private static final String LEFT_OUT = "left-out";
  private static final List<String> KINDS = List.of(NUMERIC, CATEGORY, DATES, LEFT_OUT);

  private ColumnsJson() {}

  static void write(JsonGenerator json, List<EncodedColumn> columns) throws IOException {
    json.writeStartArray();
    for (EncodedColumn column : columns) {
      json.writeStartObject();
      if (!column.name().isEmpty()) {
        json.writeStringField("name", column.name());
      }
      if (column instanceof EncodedColumn.Numeric numeric) {
        json.writeStringField("kind", NUMERIC);
        fields(json, numeric);
      } else if (column instanceof EncodedColumn.Category category) {
        json.writeStringField("kind", CATEGORY);
        json.writeFieldName("values");
        DescriptionJson.write(json, category.values());
        json.writeBooleanField("other", category.other());
        json.writeBooleanField("missing", category.missing());
      } else if (column instanceof EncodedColumn.Dates dates) {
        json.writeStringField("kind", DATES);
        json.writeStringField("form", dates.form());
        numeric(json, "days", dates.days());
        EncodedColumn.Numeric hours = dates.hours();
        if (hours != null) {
          numeric(json, "hours", hours);
        }
        json.writeBooleanField("weekdays", dates.weekdays());
      } else if (column instanceof EncodedColumn.LeftOut out) {
        json.writeStringField("kind", LEFT_OUT);
        json.writeStringField("why", out.why());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void numeric(JsonGenerator json, String name, EncodedColumn.Numeric column)
      throws IOException {
    json.writeObjectFieldStart(name);
    fields(json, column);
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, EncodedColumn.Numeric column) throws IOException {
    json.writeNumberField("center", column.center());
    json.writeNumberField("spread", column.spread());
    json.writeBooleanField("clip", column.clip());
    json.writeNumberField("median", column.median());
    json.writeBooleanField("indicator", column.indicator());
    if (!column.knots().isEmpty()) {
      json.writeArrayFieldStart("knots");
      for (double knot : column.knots()) {
        json.writeNumber(knot);
      }
      json.writeEndArray();
    }
  }

  static List<EncodedColumn> read(JsonReader json, String what) throws IOException {
    List<EncodedColumn> columns = new ArrayList<>();
    json.startArray(what);
    while (json.nextElement()) {
      Raw raw = new Raw(json, what + ": " + columns.size() + ": ");
      raw.read(true);
      columns.add(raw.column());
    }
    return columns;
  }

  /** The fields as a file has them, of any kind of column. */
  private static final class Raw {
    private final JsonReader json;
    private final String what;
    private String name = "";
    private @Nullable String kind;
    private @Nullable Double center;
    private @Nullable Double spread;
    private @Nullable Double median;
    private @Nullable Boolean clip;
    private @Nullable Boolean indicator;
    private List<Double> knots = List.of();
    private @Nullable List<String> values;
    private @Nullable Boolean other;
    private @Nullable Boolean missing;
    private @Nullable String form;
    private @Nullable Raw days;
    private @Nullable Raw hours;
    private @Nullable Boolean weekdays;
    private @Nullable String why;

    Raw(JsonReader json, String what) {
      this.json = json;
      this.what = what;
    }

    /**
     * @param column whether it is a whole column; otherwise the numbers within one of dates
     */
    void read(boolean column) throws IOException {
      json.startObject(column ? what + "column" : what + "numbers");
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        String full = what + field;
        switch (column ? field : "within " + field) {
          case "name" -> name = json.string(full);
          case "kind" -> kind = DescriptionJson.word(json, full, KINDS);
          case "values" -> values = DescriptionJson.strings(json, full);
          case "other" -> other = json.truth(full);
          case "missing" -> missing = json.truth(full);
          case "form" -> form = json.string(full);
          case "days" -> days = within(full);
          case "hours" -> hours = within(full);
          case "weekdays" -> weekdays = json.truth(full);
          case "why" -> why = json.string(full);
          case "center", "within center" -> center = number(full);
          case "spread", "within spread" -> spread = number(full);
          case "median", "within median" -> median = number(full);
          case "clip", "within clip" -> clip = json.truth(full);
          case "indicator", "within indicator" -> indicator = json.truth(full);
          case "knots", "within knots" -> knots = numbers(full);
          default ->
              throw DescriptionJson.unknown(
                  json, what, field, "a field of a column in docs/model-format.md");
        }
      }
    }

    private Raw within(String full) throws IOException {
      Raw raw = new Raw(json, full + ": ");
      raw.read(false);
      return raw;
    }

    private double number(String full) throws IOException {
      return json.number(full, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    private List<Double> numbers(String full) throws IOException {
      List<Double> numbers = new ArrayList<>();
      json.startArray(full);
      while (json.nextElement()) {
        numbers.add(number(full + ": " + numbers.size()));
      }
      return numbers;
    }

    EncodedColumn column() throws IOException {
      try {
        return switch (required("kind", kind)) {
          case NUMERIC -> numeric(name);
          case CATEGORY ->
              new EncodedColumn.Category(
                  name,
                  required("values", values),
                  required("other", other),
                  required("missing", missing));
          case DATES ->
              new EncodedColumn.Dates(
                  name,
                  required("form", form),
                  required("days", days).numeric(name),
                  hours == null ? null : hours.numeric(name),
                  required("weekdays", weekdays));
          default -> new EncodedColumn.LeftOut(name, required("why", why));
        };
      } catch (IllegalArgumentException e) {
        throw json.fault(what + e.getMessage(), e);
      }
    }

    private EncodedColumn.Numeric numeric(String of) throws IOException {
      return new EncodedColumn.Numeric(
          of,
          required("center", center),
          required("spread", spread),
          required("clip", clip),
          required("median", median),
          required("indicator", indicator),
          knots);
    }

    private <T> T required(String field, @Nullable T value) throws IOException {
      if (value == null) {
        throw DescriptionJson.missing(json, what + field);
      }
      return value;
    }
  }
}
