package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.terminal.ErrorText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run as JSON lines, each written whole as it happens. A log that can't be written any more does
 * not end the run: that is said once, and nothing more is written.
 */
final class RunLog implements AutoCloseable {

  /** The fields of one line. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private final JsonFactory factory = new JsonFactory();
  private final String name;
  private final Consumer<String> complaints;
  private @Nullable Writer writer;
  private boolean complete = true;

  /**
   * Creates the file, or replaces it.
   *
   * @param file null for a log that keeps nothing
   * @param further whether the lines are added to those of a run that goes on
   * @param complaints gets a sentence where the log can't be written any more
   */
  RunLog(@Nullable Path file, boolean further, Consumer<String> complaints) throws IOException {
    this.complaints = complaints;
    this.name = String.valueOf(file);
    writer = file == null ? null : FileErrors.named(name, () -> open(file, further));
  }

  private static Writer open(Path file, boolean further) throws IOException {
    return further
        ? Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
        : Files.newBufferedWriter(file);
  }

  void event(String event, Fields fields) {
    if (writer == null) {
      return;
    }
    StringWriter line = new StringWriter();
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("event", event);
      fields.write(json);
      json.writeEndObject();
      json.flush();
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void fail(IOException failure) {
    complete = false;
    complaints.accept(
        "the log can't be written any more: "
            + ErrorText.sentence(FileErrors.named(name, failure))
            + "; the run goes on without it");
    Writer broken = writer;
    writer = null;
    try {
      if (broken != null) {
        broken.close();
      }
    } catch (IOException e) {
      // It was said.
    }
  }

  /** Whether every event so far has been written. */
  boolean complete() {
    return complete;
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
  public void close() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        fail(e);
      }
    }
  }
}
