package dev.polymath.server;

import dev.polymath.cli.data.Picture;
import dev.polymath.cli.data.PredictionInput;
import dev.polymath.models.Model;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the examples of a request: pictures, or rows of JSON or CSV, as {@code polymath predict}
 * reads files. What it is, is told by its bytes.
 */
final class RowReader {

  /** What messages call the body of a request. */
  static final String BODY = "body";

  private static final long MOST_PIXELS = 16_000_000;

  private static final int MOST_NOTES = 10;

  private final Model model;
  private final ServerLimits limits;
  private final float @Nullable [] levels;

  RowReader(Model model, ServerLimits limits) {
    this.model = model;
    this.limits = limits;
    this.levels = levels(model.input());
  }

  /** For a model of pictures, the feature that each level of a pixel from 0 to 255 becomes. */
  float @Nullable [] levels() {
    return levels;
  }

  private static float @Nullable [] levels(ModelInput input) {
    if (!(input instanceof ModelInput.Pictures)) {
      return null;
    }
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    float[] levels = new float[all.length];
    DataSet.ofImages(new ImageSize(1, all.length), all, new int[1], List.of("0"))
        .copyFeatures(0, levels, 0);
    return levels;
  }

  /**
   * The examples of a body.
   *
   * @param boundary between the parts of a form with files; null where it is none
   * @throws IOException with the sentence that says what is wrong with it
   */
  Rows read(byte[] body, int length, @Nullable String boundary) throws IOException, Refusal {
    if (boundary == null) {
      return read(BODY, body, 0, length);
    }
    List<Rows> all = new ArrayList<>();
    for (MultipartBody.Part part : MultipartBody.parts(body, length, boundary)) {
      all.add(read(part.name(), body, part.from(), part.length()));
    }
    return together(all);
  }

  private Rows together(List<Rows> parts) throws Refusal {
    int count = parts.stream().mapToInt(Rows::count).sum();
    requireRows(count);
    int inputs = model.inputs();
    float[] features = new float[count * inputs];
    List<String> notes = new ArrayList<>();
    int at = 0;
    for (Rows part : parts) {
      System.arraycopy(part.features(), 0, features, at, part.count() * inputs);
      at += part.count() * inputs;
      notes.addAll(part.notes());
    }
    return new Rows(features, count, notes);
  }

  private Rows read(String name, byte[] bytes, int from, int length) throws IOException, Refusal {
    if (length == 0) {
      throw new IOException(name + ": is empty, expected rows of JSON or CSV, or a picture");
    }
    byte[] start = Arrays.copyOfRange(bytes, from, from + Math.min(length, 16));
    if (start.length > 1 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
      // A few bytes may unpack to any number.
      throw Refusal.of(415, name + ": is packed by gzip; send it unpacked");
    }
    List<String> notes = new ArrayList<>();
    Consumer<String> collect =
        note -> {
          if (notes.size() < MOST_NOTES) {
            notes.add(note);
          }
        };
    if (Picture.isPicture(start)) {
      return new Rows(picture(name, bytes, from, length, collect), 1, notes);
    }
    if (from == 0 && !(model.input() instanceof ModelInput.Columns) && plainNumbers()) {
      float[] features = NumberRows.parse(bytes, length, model.inputs(), limits.rows(), levels);
      if (features != null) {
        return new Rows(features, features.length / model.inputs(), notes);
      }
    }
    return table(name, bytes, from, length, notes, collect);
  }

  /** Whether numbers are features, or whole numbers that stand for them. */
  private boolean plainNumbers() {
    return !(model.input() instanceof ModelInput.Pictures pictures) || pictures.white() == 255;
  }

  private float[] picture(String name, byte[] bytes, int from, int length, Consumer<String> notes)
      throws IOException {
    return new PredictionInput(
            model.input(),
            model.outputNames(),
            PredictionInput.form(model),
            Csv.Layout.DETECTED,
            notes)
        .picture(name, new ByteArrayInputStream(bytes, from, length), MOST_PIXELS);
  }

  private Rows table(
      String name, byte[] bytes, int from, int length, List<String> notes, Consumer<String> collect)
      throws IOException, Refusal {
    int inputs = model.inputs();
    float[][] features = {new float[inputs]};
    int[] count = {0};
    try {
      Csv.readFeatures(
          Csv.Source.of(name, new ByteArrayInputStream(bytes, from, length)),
          layout(bytes, from, length),
          model.input(),
          collect,
          (line, row) -> {
            if (count[0] == limits.rows()) {
              throw new TooManyRows();
            }
            if ((count[0] + 1) * inputs > features[0].length) {
              features[0] = Arrays.copyOf(features[0], 2 * features[0].length);
            }
            System.arraycopy(row, 0, features[0], count[0]++ * inputs, inputs);
          });
    } catch (TooManyRows e) {
      requireRows(limits.rows() + 1);
    }
    if (count[0] == 0) {
      throw new IOException(name + ": expected at least one row, found none");
    }
    return new Rows(Arrays.copyOf(features[0], count[0] * inputs), count[0], notes);
  }

  /** Arrays of JSON have no header, whatever their first row looks like. */
  private static Csv.Layout layout(byte[] bytes, int from, int length) {
    int seen = 0;
    for (int i = from; i < from + length && seen < 2; i++) {
      char c = (char) bytes[i];
      if (c == '[') {
        seen++;
      } else if (c == '{') {
        break;
      } else if (c > ' ') {
        return seen == 0 ? Csv.Layout.DETECTED : Csv.Layout.DETECTED.withHeader(false);
      }
    }
    return seen == 2 ? Csv.Layout.DETECTED.withHeader(false) : Csv.Layout.DETECTED;
  }

  private void requireRows(int count) throws Refusal {
    if (count > limits.rows()) {
      throw Refusal.of(413, "too many rows, expected at most " + limits.rows());
    }
  }

  private static final class TooManyRows extends IOException {
    private static final long serialVersionUID = 1;
  }
}
