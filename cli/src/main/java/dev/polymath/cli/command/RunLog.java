package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A run as JSON lines, each written whole as it happens. */
final class RunLog implements AutoCloseable {

  /** The fields of one line. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private final JsonFactory factory = new JsonFactory();
  private final @Nullable Writer writer;

  /**
   * Creates the file, or replaces it.
   *
   * @param file null for a log that keeps nothing
   */
  RunLog(@Nullable Path file) throws IOException {
    writer = file == null ? null : Files.newBufferedWriter(file);
  }

  void event(String name, Fields fields) {
    if (writer == null) {
      return;
    }
    StringWriter line = new StringWriter();
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("event", name);
      fields.write(json);
      json.writeEndObject();
      json.flush();
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the log can't be written: " + e.getMessage(), e);
    }
  }

  /** A number, or null where there is none: JSON has no NaN. */
  static void number(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
