package dev.polymath.models.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.polymath.models.internal.PlainText;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file of JSON: objects or arrays, one after the other as in JSON lines, or within
 * one array. Of objects the first row has the names of their fields.
 */
final class JsonRecords implements RowSource {

  private static final int SAMPLE_ROWS = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final Csv.Source source;
  private final CsvText text;
  private final JsonParser parser;
  private final Deque<Cells> ahead = new ArrayDeque<>();
  private final Map<String, Integer> names = new LinkedHashMap<>();
  private boolean within;
  private boolean objects;
  private boolean sampling = true;
  private @Nullable String lost;

  /** Reads the first rows. */
  JsonRecords(Csv.Source source, CsvText text) throws IOException {
    this.source = source;
    this.text = text;
    parser = FACTORY.createParser(text);
    JsonToken first = token();
    if (first == JsonToken.START_ARRAY) {
      JsonToken inner = token();
      within = inner == JsonToken.START_OBJECT || inner == JsonToken.START_ARRAY;
      objects = inner == JsonToken.START_OBJECT;
      ahead.add(within ? row() : elements(line()));
    } else {
      objects = true;
      ahead.add(row());
    }
    while (ahead.size() < SAMPLE_ROWS) {
      Cells next = read();
      if (next == null) {
        break;
      }
      ahead.add(next);
    }
    sampling = false;
    if (objects) {
      ahead.addFirst(new Cells(ahead.element().line(), new ArrayList<>(names.keySet()), null));
    }
  }

  /**
   * One row.
   *
   * @param values its cells, as many as there are
   * @param width of the table; cells behind the last one are missing; null where each counts
   */
  private record Cells(long line, List<String> values, @Nullable Map<String, Integer> width)
      implements Row {

    @Override
    public int cells() {
      return width == null ? values.size() : width.size();
    }

    @Override
    public String cell(int column) {
      return column < values.size() ? values.get(column) : "";
    }
  }

  @Override
  public List<? extends Row> ahead() {
    return List.copyOf(ahead);
  }

  @Override
  public @Nullable Row next() throws IOException {
    return ahead.isEmpty() ? read() : ahead.remove();
  }

  @Override
  public boolean named() {
    return objects;
  }

  private @Nullable Cells read() throws IOException {
    JsonToken next = token();
    if (within && next == JsonToken.END_ARRAY) {
      within = false;
      next = token();
      if (next != null) {
        throw fault("expected the end behind the array of rows");
      }
    }
    return next == null ? null : row();
  }

  /** The row that begins at the current token. */
  private Cells row() throws IOException {
    JsonToken token = parser.currentToken();
    if (token != (objects ? JsonToken.START_OBJECT : JsonToken.START_ARRAY)) {
      throw fault(
          "expected "
              + (objects ? "an object" : "an array")
              + " as in the first row, found "
              + found(token));
    }
    long line = line();
    if (!objects) {
      token();
      return elements(line);
    }
    List<String> cells = new ArrayList<>();
    while (token() == JsonToken.FIELD_NAME) {
      String name = parser.currentName().strip();
      Integer place = names.get(name);
      token();
      String cell = value(name);
      if (place == null && sampling) {
        place = names.size();
        names.put(name, place);
      }
      if (place == null) {
        lost = lost == null ? name : lost;
        continue;
      }
      while (cells.size() <= place) {
        cells.add("");
      }
      cells.set(place, cell);
    }
    return new Cells(line, cells, names);
  }

  /** The elements of an array, from the current token on. */
  private Cells elements(long line) throws IOException {
    List<String> cells = new ArrayList<>();
    while (parser.currentToken() != JsonToken.END_ARRAY) {
      cells.add(value("element " + (cells.size() + 1)));
      token();
    }
    return new Cells(line, cells, null);
  }

  private String value(String name) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue()) {
      throw fault(
          PlainText.quote(name)
              + ": expected a number, a string, true, false or null, found "
              + found(token));
    }
    try {
      return token == JsonToken.VALUE_NULL ? "" : parser.getText();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    }
  }

  private static String found(@Nullable JsonToken token) {
    if (token == null) {
      return "the end";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> "a value by itself";
    };
  }

  private long line() {
    return parser.currentTokenLocation().getLineNr();
  }

  private @Nullable JsonToken token() throws IOException {
    try {
      return parser.nextToken();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    } catch (CsvText.NoText | EOFException | ZipException e) {
      throw RowSource.unreadable(source, e);
    }
  }

  private IOException invalid(JsonProcessingException e) {
    long line = e.getLocation() == null ? line() : e.getLocation().getLineNr();
    String reason = e.getOriginalMessage().replaceAll("\\(.*|: was expecting.*", "").strip();
    return new IOException(
        source + ": line " + line + ": invalid JSON: " + PlainText.printable(reason), e);
  }

  private IOException fault(String what) {
    return new IOException(source + ": line " + line() + ": " + what);
  }

  @Override
  public void report(Consumer<String> notes) {
    if (lost != null) {
      notes.accept(
          source
              + ": ignored fields such as "
              + PlainText.quote(lost)
              + " that none of the first "
              + SAMPLE_ROWS
              + " rows has");
    }
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
