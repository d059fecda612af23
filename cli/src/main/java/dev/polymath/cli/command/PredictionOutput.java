package dev.polymath.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.cli.data.Place;
import dev.polymath.cli.terminal.PlainWriter;
import dev.polymath.models.Prediction;
import dev.polymath.models.internal.NumberText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Shows predictions as they are made. */
public sealed interface PredictionOutput extends AutoCloseable {

  /** One example's classes, the most probable first. */
  void predicted(Place place, List<Prediction> top);

  /**
   * One example's targets.
   *
   * @param names of the targets
   * @param values one for each
   */
  void predicted(Place place, List<String> names, double[] values);

  /**
   * One example's labels.
   *
   * @param names of all labels
   * @param probabilities one for each
   * @param thresholds from which probability on each is predicted
   */
  void labels(Place place, List<String> names, float[] probabilities, double[] thresholds);

  /** A file that could not be read to its end. */
  void failed(String file, String why);

  @Override
  void close();

  /** Lines for people. */
  final class Lines implements PredictionOutput {
    private final PrintWriter out;
    private final int placeWidth;
    private final int nameWidth;

    Lines(PrintWriter out, int placeWidth, int nameWidth) {
      this.out = out;
      this.placeWidth = placeWidth;
      this.nameWidth = nameWidth;
    }

    @Override
    public void predicted(Place place, List<Prediction> top) {
      StringBuilder line = new StringBuilder(padded(place.toString(), placeWidth));
      for (Prediction p : top) {
        line.append("  ").append(padded(p.name(), nameWidth));
        line.append(String.format(Locale.ROOT, " %6.2f %%", 100 * p.probability()));
      }
      out.println(line);
    }

    @Override
    public void predicted(Place place, List<String> names, double[] values) {
      StringBuilder line = new StringBuilder(padded(place.toString(), placeWidth));
      for (int j = 0; j < values.length; j++) {
        line.append("  ").append(padded(names.get(j), nameWidth)).append(' ');
        line.append(NumberText.predicted(values[j]));
      }
      out.println(line);
    }

    @Override
    public void labels(
        Place place, List<String> names, float[] probabilities, double[] thresholds) {
      StringBuilder line = new StringBuilder(padded(place.toString(), placeWidth));
      int shown = 0;
      for (int j = 0; j < probabilities.length; j++) {
        if (probabilities[j] >= thresholds[j]) {
          line.append("  ").append(padded(names.get(j), nameWidth));
          line.append(String.format(Locale.ROOT, " %6.2f %%", 100 * probabilities[j]));
          shown++;
        }
      }
      out.println(shown == 0 ? line.append("  no label") : line);
    }

    private static String padded(String text, int width) {
      return text + " ".repeat(Math.max(0, width - text.codePointCount(0, text.length())));
    }

    @Override
    public void failed(String file, String why) {
      // The error stream has it.
    }

    @Override
    public void close() {
      out.flush();
    }
  }

  /** One JSON array, one object per line. */
  final class Json implements PredictionOutput {
    private final JsonFactory factory = new JsonFactory();
    private final PrintWriter out;
    private String before = "[";

    Json(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void predicted(Place place, List<Prediction> top) {
      write(
          json -> {
            json.writeStringField("file", place.file());
            if (!place.unit().isEmpty()) {
              json.writeNumberField(place.unit(), place.number());
            }
            json.writeStringField("class", top.get(0).name());
            json.writeNumberField("probability", top.get(0).probability());
            json.writeArrayFieldStart("top");
            for (Prediction p : top) {
              json.writeStartObject();
              json.writeStringField("class", p.name());
              json.writeNumberField("probability", p.probability());
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    }

    @Override
    public void failed(String file, String why) {
      write(
          json -> {
            json.writeStringField("file", file);
            json.writeStringField("error", why);
          });
    }

    @Override
    public void predicted(Place place, List<String> names, double[] values) {
      write(
          json -> {
            json.writeStringField("file", place.file());
            if (!place.unit().isEmpty()) {
              json.writeNumberField(place.unit(), place.number());
            }
            json.writeNumberField("prediction", values[0]);
            json.writeArrayFieldStart("targets");
            for (int j = 0; j < values.length; j++) {
              json.writeStartObject();
              json.writeStringField("target", names.get(j));
              json.writeNumberField("value", values[j]);
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    }

    @Override
    public void labels(
        Place place, List<String> names, float[] probabilities, double[] thresholds) {
      write(
          json -> {
            json.writeStringField("file", place.file());
            if (!place.unit().isEmpty()) {
              json.writeNumberField(place.unit(), place.number());
            }
            json.writeArrayFieldStart("labels");
            for (int j = 0; j < probabilities.length; j++) {
              if (probabilities[j] >= thresholds[j]) {
                json.writeString(names.get(j));
              }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("probabilities");
            for (int j = 0; j < probabilities.length; j++) {
              json.writeStartObject();
              json.writeStringField("label", names.get(j));
              json.writeNumberField("probability", probabilities[j]);
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    }

    private void write(RunLog.Fields fields) {
      StringWriter object = new StringWriter();
      try (JsonGenerator json = factory.createGenerator(object)) {
        json.writeStartObject();
        fields.write(json);
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // What the writer would escape by its own means is escaped as JSON has it.
      out.print(before + "\n  " + PlainWriter.escaped(object.toString()));
      out.flush();
      before = ",";
    }

    @Override
    public void close() {
      out.println(before.equals("[") ? "[]" : "\n]");
    }
  }
}
