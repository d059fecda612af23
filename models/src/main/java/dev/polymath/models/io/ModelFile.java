package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import dev.polymath.models.data.Task;
import dev.polymath.models.network.InputScaling;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model on the host: its description and its weights. On disk it is a safetensors file with the
 * tensors {@code layers.0.weight} [inputs, outputs], {@code layers.0.bias} [outputs] and so on (of
 * several members {@code members.0.layers.0.weight}), {@code input.shift} [inputs] and {@code
 * input.scale} [inputs], and the description as JSON in its metadata, with a checksum of all.
 *
 * @param description all but the weights
 * @param parameters row-major values, all finite, by the names of {@link
 *     ModelDescription#parameterShapes()} and in that order; the arrays are not copied
 */
public record ModelFile(ModelDescription description, Map<String, float[]> parameters) {

  static final String FORMAT = "polymath";

  /** Of classifiers of one network: what reads it, and knows no other models, reads them. */
  private static final String VERSION = "2";

  /** Of models with numeric targets, or of several members. */
  private static final String LATER_VERSION = "3";

  /** The versions that are read. */
  private static final List<String> VERSIONS = List.of("1", VERSION, LATER_VERSION);

  /** The strings that a model file has, and its checksum counts; others are anybody's own. */
  private static final Set<String> DIGESTED =
      Set.of("format", "formatVersion", "model", "training");

  /** What messages call a model that is in no file. */
  private static final String UNNAMED = "model";

  static final String SHIFT = "input.shift";
  static final String SCALE = "input.scale";

  public ModelFile {
    Map<String, float[]> ordered = new LinkedHashMap<>();
    Map<String, List<Integer>> shapes = description.parameterShapes();
    for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
      String name = entry.getKey();
      float[] values = parameters.get(name);
      if (values == null || values.length != SafetensorsHeader.elements(entry.getValue())) {
        throw new IllegalArgumentException(
            "model: parameter "
                + quote(name)
                + ": expected shape "
                + entry.getValue()
                + ", found "
                + (values == null ? "none" : values.length + " values"));
      }
      requireFinite("model: parameter " + quote(name), values);
      ordered.put(name, values);
    }
    for (String name : parameters.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new IllegalArgumentException("model: no layer has a parameter " + quote(name));
      }
    }
    parameters = Collections.unmodifiableMap(ordered);
  }

  /**
   * Checks that a file can hold a model before there is one: its names and the length of their
   * list. Provenance is not counted.
   *
   * @throws IllegalArgumentException if it can't
   */
  public static void requireStorable(ModelDescription description) {
    try {
      String model = DescriptionJson.model(description);
      // A quarter is left for provenance and the tensors' own places.
      int most = Safetensors.MAX_HEADER / 4 * 3;
      if (model.length() > most) {
        throw new IllegalArgumentException(
            "model: names of classes and features: expected at most "
                + most
                + " characters in all, found "
                + model.length());
      }
    } catch (IOException e) {
      throw new IllegalStateException("JSON in memory", e);
    }
  }

  /**
   * One member as a model of its own.
   *
   * @param member from 0
   */
  public ModelFile member(int member) {
    if (description.members() == 1 && member == 0) {
      return this;
    }
    Objects.checkIndex(member, description.members());
    ModelDescription alone = description.withMembers(1);
    Map<String, float[]> own = new LinkedHashMap<>();
    for (String name : alone.parameterShapes().keySet()) {
      own.put(name, parameter(description.prefix(member) + name));
    }
    return new ModelFile(alone, own);
  }

  /**
   * The values of one parameter, row-major.
   *
   * @throws IllegalArgumentException if the model has none of that name
   */
  public float[] parameter(String name) {
    float[] values = parameters.get(name);
    if (values == null) {
      throw new IllegalArgumentException("model: there is no parameter " + quote(name));
    }
    return values;
  }

  /**
   * Writes the file whole or not at all, as {@link Safetensors#write} does. The same model gives
   * the same bytes.
   */
  public void write(Path file) throws IOException {
    List<Safetensors.Entry> tensors = tensors();
    Safetensors.write(file, Checksum.added(metadata(), tensors), tensors);
  }

  /** Writes the bytes of a model file to a stream, which stays open. */
  public void write(OutputStream out) throws IOException {
    List<Safetensors.Entry> tensors = tensors();
    Safetensors.write(out, Checksum.added(metadata(), tensors), tensors);
  }

  /**
   * The SHA-256 of all that a prediction depends on, in 64 hexadecimal digits: layers, input,
   * output and each number, but not where they came from. Models with the same bits have the same.
   */
  public String fingerprint() {
    try {
      return Checksum.of(Map.of("model", DescriptionJson.model(description)), tensors());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is read or written
    }
  }

  private List<Safetensors.Entry> tensors() {
    List<Safetensors.Entry> tensors = new ArrayList<>();
    InputScaling scaling = description.scaling();
    List<Integer> features = List.of(scaling.features());
    tensors.add(new Safetensors.Entry(SHIFT, features, scaling.shift()));
    tensors.add(new Safetensors.Entry(SCALE, features, scaling.scale()));
    Map<String, List<Integer>> shapes = description.parameterShapes();
    shapes.forEach(
        (name, shape) -> tensors.add(new Safetensors.Entry(name, shape, parameter(name))));
    return tensors;
  }

  private Map<String, String> metadata() throws IOException {
    return Map.of(
        "format",
        FORMAT,
        "formatVersion",
        description.task() != Task.CLASSIFICATION || description.members() > 1
            ? LATER_VERSION
            : VERSION,
        "model",
        DescriptionJson.model(description),
        "training",
        DescriptionJson.training(description.provenance()));
  }

  /**
   * Reads a file.
   *
   * @throws ModelFormatException if it is no model file or not a sound one: damaged (its checksum
   *     finds a single bit; a file of an earlier version may have none), of another version,
   *     tensors that do not fit the description, a value that is not finite
   */
  public static ModelFile read(Path path) throws IOException {
    try (Safetensors file = Safetensors.open(path)) {
      return read(path.toString(), file);
    }
  }

  /**
   * Reads the content of a model file.
   *
   * @throws ModelFormatException as {@link #read(Path)}
   */
  public static ModelFile read(byte[] content) throws IOException {
    return read(UNNAMED, Safetensors.open(UNNAMED, content));
  }

  /**
   * Reads the content of a model file from a stream to its end. The stream stays open.
   *
   * @throws ModelFormatException as {@link #read(Path)}
   */
  public static ModelFile read(InputStream in) throws IOException {
    return read(in.readAllBytes());
  }

  private static ModelFile read(String path, Safetensors file) throws IOException {
    Map<String, String> metadata = file.metadata();
    String format = metadata.get("format");
    if (!FORMAT.equals(format)) {
      throw fault(path, "format", quote(FORMAT), format);
    }
    String version = metadata.get("formatVersion");
    if (version == null || !VERSIONS.contains(version)) {
      throw fault(path, "formatVersion", "one of " + String.join(", ", VERSIONS), version);
    }
    Checksum.check(path, file, DIGESTED::contains);
    String model = metadata.get("model");
    if (model == null) {
      throw new ModelFormatException(path, "metadata \"model\" is missing");
    }
    String training = metadata.get("training");
    Provenance provenance =
        training == null ? Provenance.UNKNOWN : DescriptionJson.readTraining(path, training);
    DescriptionJson.Model described = DescriptionJson.readModel(path, model);
    Task task = described.output().task();
    if ((task != Task.CLASSIFICATION || described.members() > 1)
        && !version.equals(LATER_VERSION)) {
      throw fault(
          path,
          "formatVersion",
          quote(LATER_VERSION)
              + " for a model of "
              + switch (task) {
                case CLASSIFICATION -> "members";
                case REGRESSION -> "targets";
                case LABELS -> "labels";
              },
          version);
    }
    return read(path, file, described, provenance);
  }

  private static ModelFile read(
      String path, Safetensors file, DescriptionJson.Model model, Provenance provenance)
      throws IOException {
    try {
      if (model.layers().isEmpty()) {
        throw new ModelFormatException(path, "model: expected at least one layer, found none");
      }
      int inputs = model.layers().get(0).inputs();
      // Before anything of the widths' size is made, the file must hold as much.
      requireShape(path, file, SHIFT, List.of(inputs));
      requireShape(path, file, SCALE, List.of(inputs));
      InputScaling scaling = InputScaling.of(file.read(SHIFT), file.read(SCALE));
      ModelDescription description =
          new ModelDescription(
              model.layers(),
              scaling,
              model.output(),
              model.inputOr(provenance),
              model.members(),
              provenance);
      Map<String, List<Integer>> shapes = description.parameterShapes();
      for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
        requireShape(path, file, entry.getKey(), entry.getValue());
      }
      for (String name : file.shapes().keySet()) {
        if (!shapes.containsKey(name) && !name.equals(SHIFT) && !name.equals(SCALE)) {
          throw new ModelFormatException(
              path, "tensor " + quote(name) + ": the model has no layer for it");
        }
      }
      Map<String, float[]> parameters = new LinkedHashMap<>();
      for (String name : shapes.keySet()) {
        parameters.put(name, file.read(name));
      }
      return new ModelFile(description, parameters);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(path, "" + e.getMessage(), e);
    }
  }

  private static void requireShape(
      String path, Safetensors file, String name, List<Integer> expected) throws IOException {
    List<Integer> found = file.shapes().get(name);
    if (!expected.equals(found)) {
      throw new ModelFormatException(
          path,
          "tensor "
              + quote(name)
              + ": expected shape "
              + expected
              + ", found "
              + (found == null ? "none" : found));
    }
    if (file.dtype(name) != Dtype.F32) {
      throw new ModelFormatException(
          path, "tensor " + quote(name) + ": dtype: expected F32, found " + file.dtype(name));
    }
  }

  private static ModelFormatException fault(
      String path, String key, String expected, @Nullable String found) {
    return new ModelFormatException(
        path,
        "metadata "
            + quote(key)
            + ": expected "
            + expected
            + ", found "
            + (found == null ? "none" : quote(found)));
  }

  static void requireFinite(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            what + ": element " + i + ": expected a finite number, found " + values[i]);
      }
    }
  }
}
