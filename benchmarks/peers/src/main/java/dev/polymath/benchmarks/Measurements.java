package dev.polymath.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the peers' timers found: figures by section, case and engine. The n-th figure of one engine
 * and the n-th of another in the same case are a pair.
 *
 * @param sections by name, each with its cases by name, each with the figures of its engines
 */
record Measurements(Map<String, Map<String, Map<String, List<Double>>>> sections) {

  /** A figure as {@link #read} takes it. */
  static String line(String section, String name, String engine, double figure) {
    return String.format(Locale.ROOT, "%s\t%s\t%s\t%.4f%n", section, name, engine, figure);
  }

  /** A figure a line: section, case, engine and figure, with tabs. */
  static Measurements read(Path file) throws IOException {
    Map<String, Map<String, Map<String, List<Double>>>> sections = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("\t");
      if (parts.length != 4) {
        throw new IllegalArgumentException("expected 4 parts with tabs between, found: " + line);
      }
      sections
          .computeIfAbsent(parts[0], key -> new LinkedHashMap<>())
          .computeIfAbsent(parts[1], key -> new LinkedHashMap<>())
          .computeIfAbsent(parts[2], key -> new ArrayList<>())
          .add(Double.valueOf(parts[3]));
    }
    return new Measurements(sections);
  }

  /** All cases of a section; none where it was not measured. */
  Map<String, Map<String, List<Double>>> cases(String section) {
    return sections.getOrDefault(section, Map.of());
  }

  /**
   * Writes {@code run}, lines that say what ran where, and {@code figures}, in the unit of their
   * section.
   */
  void writeJson(Path file, List<String> run, Map<String, String> units) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(Files.newBufferedWriter(file))
            .setPrettyPrinter(new DefaultPrettyPrinter())) {
      json.writeStartObject();
      json.writeFieldName("run");
      json.writeStartArray();
      for (String line : run) {
        json.writeString(line);
      }
      json.writeEndArray();
      json.writeFieldName("figures");
      json.writeStartArray();
      for (String section : sections.keySet()) {
        for (Map.Entry<String, Map<String, List<Double>>> one : cases(section).entrySet()) {
          for (Map.Entry<String, List<Double>> engine : one.getValue().entrySet()) {
            json.writeStartObject();
            json.writeStringField("section", section);
            json.writeStringField("case", one.getKey());
            json.writeStringField("engine", engine.getKey());
            json.writeStringField("unit", units.getOrDefault(section, ""));
            double[] values = engine.getValue().stream().mapToDouble(v -> v).toArray();
            json.writeFieldName("values");
            json.writeArray(values, 0, values.length);
            json.writeEndObject();
          }
        }
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
