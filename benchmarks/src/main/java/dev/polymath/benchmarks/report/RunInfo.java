package dev.polymath.benchmarks.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where and how a run was made: what JMH's own file lacks. Kept as {@value #FILE} beside it.
 *
 * @param run its name; empty if it was none of the named ones
 * @param started in ISO 8601, UTC; empty if unknown
 * @param seconds it took; NaN if unknown
 * @param commit of the sources, with {@code (dirty)} behind it where tracked files had changed
 * @param cpu the processor's name
 * @param processors that the JVM may use; 0 if unknown
 * @param caches bytes by name: L1, L2, L3
 * @param os system, version and architecture
 * @param otherLoad the share of all processors that other work took just before; NaN if unknown
 * @param stolen the share of the run's processor time that the host gave to others; NaN if unknown
 * @param sessions what the backends said when they were opened
 * @param failed what could not be measured, with the reason
 */
public record RunInfo(
    String run,
    String started,
    double seconds,
    String commit,
    String cpu,
    int processors,
    Map<String, Long> caches,
    String os,
    double otherLoad,
    double stolen,
    List<Session> sessions,
    List<String> failed) {

  /** The file's name. */
  public static final String FILE = "run.json";

  /** Nothing is known. */
  public static final RunInfo UNKNOWN =
      new RunInfo(
          "",
          "",
          Double.NaN,
          "",
          "",
          0,
          Map.of(),
          "",
          Double.NaN,
          Double.NaN,
          List.of(),
          List.of());

  /**
   * A backend as it was opened.
   *
   * @param backend its name
   * @param asked threads
   * @param threads in force
   * @param version of the backend
   * @param runsOn what computes
   */
  public record Session(String backend, int asked, int threads, String version, String runsOn) {}

  /** As it is written beside JMH's results. */
  public String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("run", run);
      json.writeStringField("started", started);
      number(json, "seconds", seconds);
      json.writeStringField("commit", commit);
      json.writeStringField("cpu", cpu);
      json.writeNumberField("processors", processors);
      json.writeObjectFieldStart("caches");
      for (Map.Entry<String, Long> cache : caches.entrySet()) {
        json.writeNumberField(cache.getKey(), cache.getValue());
      }
      json.writeEndObject();
      json.writeStringField("os", os);
      number(json, "otherLoad", otherLoad);
      number(json, "stolen", stolen);
      json.writeArrayFieldStart("sessions");
      for (Session session : sessions) {
        json.writeStartObject();
        json.writeStringField("backend", session.backend);
        json.writeNumberField("asked", session.asked);
        json.writeNumberField("threads", session.threads);
        json.writeStringField("version", session.version);
        json.writeStringField("runsOn", session.runsOn);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("failed");
      for (String failure : failed) {
        json.writeString(failure);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void number(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, Math.round(value * 1e4) / 1e4);
    }
  }

  static RunInfo read(Path file) throws IOException {
    Object tree = JsonTree.read(file);
    if (!(tree instanceof Map<?, ?> fields)) {
      throw new IOException(file + ": expected a JSON object");
    }
    Map<String, Long> caches = new LinkedHashMap<>();
    JsonTree.object(fields.get("caches"))
        .forEach((name, bytes) -> caches.put((String) name, (long) JsonTree.number(bytes)));
    List<Session> sessions = new ArrayList<>();
    for (Object element : JsonTree.array(fields.get("sessions"))) {
      Map<?, ?> session = JsonTree.object(element);
      sessions.add(
          new Session(
              JsonTree.string(session.get("backend"), ""),
              (int) JsonTree.number(session.get("asked")),
              (int) JsonTree.number(session.get("threads")),
              JsonTree.string(session.get("version"), ""),
              // Earlier runs have it as "engine".
              JsonTree.string(session.get("runsOn"), JsonTree.string(session.get("engine"), ""))));
    }
    return new RunInfo(
        JsonTree.string(fields.get("run"), ""),
        JsonTree.string(fields.get("started"), ""),
        JsonTree.number(fields.get("seconds")),
        JsonTree.string(fields.get("commit"), ""),
        JsonTree.string(fields.get("cpu"), ""),
        (int) JsonTree.number(fields.get("processors")),
        caches,
        JsonTree.string(fields.get("os"), ""),
        JsonTree.number(fields.get("otherLoad")),
        JsonTree.number(fields.get("stolen")),
        sessions,
        JsonTree.array(fields.get("failed")).stream().map(Object::toString).toList());
  }
}
