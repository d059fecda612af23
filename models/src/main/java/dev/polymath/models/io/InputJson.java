package dev.polymath.models.io;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.data.TableEncoder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The object {@code input} of a model's JSON: a {@link ModelInput}. */
final class InputJson {

  private static final String NUMBERS = "numbers";
  private static final String TABLE = "table";
  private static final String PICTURE = "picture";
  private static final String COLUMNS = "columns";
  private static final List<String> KINDS = List.of(NUMBERS, TABLE, PICTURE, COLUMNS);

  private InputJson() {}

  static void write(JsonGenerator json, ModelInput input) throws IOException {
    json.writeStartObject();
    if (input instanceof ModelInput.Numbers) {
      json.writeStringField("kind", NUMBERS);
    } else if (input instanceof ModelInput.Table table) {
      json.writeStringField("kind", TABLE);
      columns(json, table);
    } else if (input instanceof ModelInput.Pictures pictures) {
      json.writeStringField("kind", PICTURE);
      json.writeNumberField("height", pictures.size().height());
      json.writeNumberField("width", pictures.size().width());
      json.writeStringField("form", pictures.form().toString());
      json.writeNumberField("white", pictures.white());
      columns(json, pictures.table());
    } else if (input instanceof ModelInput.Columns columns) {
      TableEncoder encoder = columns.encoder();
      json.writeStringField("kind", COLUMNS);
      json.writeBooleanField("header", encoder.named());
      label(json, encoder.target(), encoder.targetColumn());
      json.writeFieldName("columns");
      ColumnsJson.write(json, encoder.columns());
    }
    json.writeEndObject();
  }

  private static void columns(JsonGenerator json, ModelInput.Table table) throws IOException {
    if (!table.names().isEmpty()) {
      json.writeFieldName("features");
      DescriptionJson.write(json, table.names());
    }
    label(json, table.label(), table.labelColumn());
  }

  private static void label(JsonGenerator json, @Nullable String name, int column)
      throws IOException {
    if (name != null) {
      json.writeStringField("label", name);
    }
    if (column != ModelInput.Table.UNKNOWN) {
      json.writeNumberField("labelColumn", column + 1);
    }
  }

  /** The fields as a file has them; null or 0 where it has none. */
  record Raw(
      String kind,
      int height,
      int width,
      @Nullable String form,
      int white,
      List<String> features,
      @Nullable String label,
      int labelColumn,
      boolean header,
      @Nullable List<EncodedColumn> columns) {

    /** The input that they describe, of so many features. */
    ModelInput of(JsonReader json, int inputs) throws IOException {
      try {
        if (kind.equals(NUMBERS)) {
          return new ModelInput.Numbers(inputs);
        }
        if (kind.equals(COLUMNS)) {
          if (columns == null) {
            throw DescriptionJson.missing(json, "input: columns");
          }
          return new ModelInput.Columns(TableEncoder.of(columns, header, label, labelColumn - 1));
        }
        ModelInput.Table table = new ModelInput.Table(inputs, features, label, labelColumn - 1);
        if (kind.equals(TABLE)) {
          return table;
        }
        if (height == 0 || width == 0 || form == null || white == 0) {
          throw DescriptionJson.missing(
              json,
              "input: "
                  + (height == 0
                      ? "height"
                      : width == 0 ? "width" : form == null ? "form" : "white"));
        }
        return new ModelInput.Pictures(
            new ImageSize(height, width), PictureForm.named(form).orElseThrow(), white, table);
      } catch (IllegalArgumentException e) {
        throw json.fault("" + e.getMessage(), e);
      }
    }
  }

  static Raw read(JsonReader json) throws IOException {
    String kind = null;
    int height = 0;
    int width = 0;
    String form = null;
    int white = 0;
    List<String> features = List.of();
    String label = null;
    int labelColumn = 0;
    boolean header = false;
    List<EncodedColumn> columns = null;
    json.startObject("input");
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      String what = "input: " + field;
      switch (field) {
        case "kind" -> kind = DescriptionJson.word(json, what, KINDS);
        case "height" -> height = DescriptionJson.positive(json, what);
        case "width" -> width = DescriptionJson.positive(json, what);
        case "form" ->
            form =
                DescriptionJson.word(
                    json,
                    what,
                    List.of(PictureForm.MNIST.toString(), PictureForm.AS_IS.toString()));
        case "white" -> white = DescriptionJson.positive(json, what);
        case "features" -> features = DescriptionJson.strings(json, what);
        case "label" -> label = json.string(what);
        case "header" -> header = json.truth(what);
        case "columns" -> columns = ColumnsJson.read(json, what);
        case "labelColumn" -> labelColumn = DescriptionJson.positive(json, what);
        default ->
            throw DescriptionJson.unknown(
                json,
                "input: ",
                field,
                "kind, height, width, form, white, features, label, labelColumn, header and columns");
      }
    }
    if (kind == null) {
      throw DescriptionJson.missing(json, "input: kind");
    }
    return new Raw(kind, height, width, form, white, features, label, labelColumn, header, columns);
  }
}
