package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The columns of a table in a model file")
class ColumnsFileTest {

  private static final EncodedColumn.Numeric NUMBERS =
      new EncodedColumn.Numeric(
          "size", 0.1, 1.0 / 3, true, -2e-308, true, List.of(-1e300, 0.1 + 0.2, 1e22));

  private static final List<EncodedColumn> COLUMNS =
      List.of(
          NUMBERS,
          new EncodedColumn.LeftOut("id", "identifies rows"),
          new EncodedColumn.Category("", List.of("Z\u00fcrich \"1\"", "b"), true, true),
          new EncodedColumn.Dates(
              "day",
              "day-first",
              new EncodedColumn.Numeric("day", 19_000.25, 2, false, 19_000, false, List.of()),
              new EncodedColumn.Numeric("day", 12, 0, true, 12, false, List.of()),
              true));

  private static ModelFile model(TableEncoder encoder) {
    int inputs = encoder.features();
    LayerSpec layer = new LayerSpec.Dense(inputs, 2, Activation.IDENTITY);
    return new ModelFile(
        new ModelDescription(
            List.of(layer),
            InputScaling.none(inputs),
            List.of("a", "b"),
            new ModelInput.Columns(encoder),
            Provenance.UNKNOWN),
        Map.of("layers.0.weight", new float[2 * inputs], "layers.0.bias", new float[2]));
  }

  private static byte[] bytes(ModelFile model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.write(out);
    return out.toByteArray();
  }

  @Test
  @DisplayName("come back to the last bit")
  void round() throws IOException {
    TableEncoder encoder = TableEncoder.of(COLUMNS, true, "kind", 1);
    ModelFile read = ModelFile.read(bytes(model(encoder)));
    assertEquals(new ModelInput.Columns(encoder), read.description().input());
    TableEncoder headless = TableEncoder.of(COLUMNS, false, null, -1);
    read = ModelFile.read(bytes(model(headless)));
    assertEquals(new ModelInput.Columns(headless), read.description().input());
  }

  @Test
  @DisplayName("are refused where they make no sense")
  void refused() throws IOException {
    assertFault("\"spread\":0.3333", "\"spread\":-.3333", "invalid JSON");
    assertFault("\"center\":0.1", "\"center\":1e9", null);
    assertFault("\"center\":0.1", "\"center\":'a'", "invalid JSON");
    assertFault("\"clip\":true", "\"clip\":1234", "columns: 0: clip: expected true or false");
    assertFault(
        "\"kind\":\"left-out\"", "\"kind\":\"left-in!\"", "columns: 1: kind: expected one of");
    assertFault("\"why\":", "\"wye\":", "columns: 1: expected a field of a column");
    assertFault("\"other\":true,", "             ", "columns: 2: other is missing");
    assertFault("day-first", "day-worst", "column day: form: expected one of");
    assertFault("1.0E22", "-1.0E2", "knots: expected ascending numbers");
    assertFault("\"b\"],\"other", "\"a\"],\"other", null);
    assertFault("\"labelColumn\":2", "\"labelColumn\":9", "target: expected a column from 0 to 4");
  }

  /** Changes the file by something as long, or shorter. */
  private static void assertFault(String from, String to, @Nullable String message)
      throws IOException {
    String latin =
        new String(
            Hostile.unchecked(bytes(model(TableEncoder.of(COLUMNS, true, "kind", 1)))),
            StandardCharsets.ISO_8859_1);
    String escapedFrom = from.replace("\"", "\\\"");
    String escapedTo = to.replace("\"", "\\\"");
    assertTrue(latin.contains(escapedFrom), () -> from + " in " + latin);
    String padded = escapedTo + " ".repeat(escapedFrom.length() - escapedTo.length());
    byte[] changed = latin.replace(escapedFrom, padded).getBytes(StandardCharsets.ISO_8859_1);
    if (message == null) {
      ModelFile.read(changed);
      return;
    }
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelFile.read(changed));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
