package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.polymath.Activation;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two JSON strings in a model file's metadata: {@code model}, which is all that a prediction
 * depends on and admits no unknown field, and {@code training}, which only tells and does.
 */
final class DescriptionJson {

  // Double.toString itself gives other digits on JDK 17 than on 19 and later.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private DescriptionJson() {}

  /**
   * The model as far as JSON tells it; its input scaling is in tensors.
   *
   * @param members from version 3 on; 1 before
   * @param output classes, or targets from version 3 on
   * @param input null in version 1
   * @param image what version 1 had instead; null if it had none
   */
  record Model(
      List<LayerSpec> layers,
      int members,
      ModelOutput output,
      @Nullable ModelInput input,
      @Nullable ImageSize image) {

    /** What the features are; of version 1 as much as its files say. */
    ModelInput inputOr(Provenance provenance) {
      if (input != null) {
        return input;
      }
      if (image == null) {
        return new ModelInput.Numbers(layers.get(0).inputs());
      }
      PictureForm usual = image.equals(ImageSize.MNIST) ? PictureForm.MNIST : PictureForm.AS_IS;
      return new ModelInput.Pictures(
          image, PictureForm.named(provenance.recipe().getOrDefault("pictures", "")).orElse(usual));
    }
  }

  private interface Content {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static String write(Content content) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      content.writeTo(json);
    }
    return text.toString();
  }

  private static String object(Content fields) throws IOException {
    return write(
        json -> {
          json.writeStartObject();
          fields.writeTo(json);
          json.writeEndObject();
        });
  }

  /** The names alone, as an array. */
  static String names(List<String> names) throws IOException {
    return write(json -> write(json, names));
  }

  static void write(JsonGenerator json, List<String> names) throws IOException {
    json.writeStartArray();
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }

  static String model(ModelDescription model) throws IOException {
    return object(
        json -> {
          json.writeNumberField("inputs", model.inputs());
          json.writeArrayFieldStart("layers");
          for (LayerSpec layer : model.layers()) {
            json.writeStartObject();
            json.writeStringField("type", layer.type());
            if (layer instanceof LayerSpec.Dense) {
              json.writeNumberField("outputs", layer.outputs());
            }
            json.writeStringField("activation", lowerCase(layer.activation()));
            json.writeEndObject();
          }
          json.writeEndArray();
          if (model.members() > 1) {
            json.writeNumberField("members", model.members());
          }
          OutputJson.write(json, model.output());
          json.writeFieldName("input");
          InputJson.write(json, model.input());
        });
  }

  static String training(Provenance provenance) throws IOException {
    return object(
        json -> {
          write(json, "library", provenance.library());
          write(json, "backend", provenance.backend());
          write(json, "backendVersion", provenance.backendVersion());
          write(json, "initialization", provenance.initialization());
          Long seed = provenance.seed();
          if (seed != null) {
            json.writeNumberField("seed", seed);
          }
          write(json, "dataSet", provenance.dataSet());
          write(json, "dataSetFingerprint", provenance.dataSetFingerprint());
          json.writeNumberField("epochs", provenance.epochs());
          write(json, "validationAccuracy", provenance.validationAccuracy());
          write(json, "testAccuracy", provenance.testAccuracy());
          write(json, "validationRmse", provenance.validationRmse());
          write(json, "testRmse", provenance.testRmse());
          json.writeObjectFieldStart("recipe");
          for (Map.Entry<String, String> option : provenance.recipe().entrySet()) {
            json.writeStringField(option.getKey(), option.getValue());
          }
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private static void write(JsonGenerator json, String name, @Nullable Double value)
      throws IOException {
    if (value != null) {
      json.writeNumberField(name, value);
    }
  }

  static Model readModel(String file, String text) throws IOException {
    JsonReader json = new JsonReader(file, "metadata \"model\"", text);
    int inputs = 0;
    int members = 1;
    List<RawLayer> layers = null;
    ModelOutput output = null;
    InputJson.Raw input = null;
    OutputJson.RawThreshold threshold = null;
    ImageSize image = null;
    json.startObject("JSON");
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "inputs" -> inputs = positive(json, field);
        case "layers" -> layers = layers(json);
        case "members" -> members = positive(json, field);
        case OutputJson.CLASSES, OutputJson.TARGETS, OutputJson.LABELS -> {
          if (output != null) {
            throw json.fault("expected one of classNames, targets and labels, found two");
          }
          output = OutputJson.read(json, field);
        }
        case OutputJson.THRESHOLD -> threshold = OutputJson.readThreshold(json);
        case "input" -> input = InputJson.read(json);
        case "image" -> image = image(json);
        default ->
            throw unknown(
                json,
                "",
                field,
                "inputs, layers, members, classNames, targets or labels, and input");
      }
    }
    json.end();
    if (inputs == 0) {
      throw missing(json, "inputs");
    }
    if (layers == null) {
      throw missing(json, "layers");
    }
    if (output == null) {
      throw missing(json, "classNames");
    }
    if (input != null && image != null) {
      throw json.fault("expected input, or the image of version 1, found both");
    }
    if (threshold != null) {
      output = threshold.on(json, output);
    }
    return new Model(
        chain(json, inputs, layers),
        members,
        output,
        input == null ? null : input.of(json, inputs),
        image);
  }

  /** A layer as the file has it; outputs is 0 if not given. */
  private record RawLayer(String type, int outputs, Activation activation) {}

  private static List<LayerSpec> chain(JsonReader json, int inputs, List<RawLayer> layers)
      throws IOException {
    List<LayerSpec> chain = new ArrayList<>();
    int width = inputs;
    for (RawLayer layer : layers) {
      boolean dense = layer.type().equals(LayerSpec.Dense.TYPE);
      String what = "layers: " + chain.size() + ": ";
      if (dense && layer.outputs() == 0) {
        throw missing(json, what + "outputs");
      }
      if (!dense && layer.outputs() != 0) {
        throw json.fault(what + "expected no outputs, an activation keeps its width");
      }
      try {
        chain.add(
            dense
                ? new LayerSpec.Dense(width, layer.outputs(), layer.activation())
                : new LayerSpec.ActivationLayer(width, layer.activation()));
      } catch (IllegalArgumentException e) {
        throw json.fault(what + e.getMessage(), e);
      }
      width = chain.get(chain.size() - 1).outputs();
    }
    return chain;
  }

  private static List<RawLayer> layers(JsonReader json) throws IOException {
    List<RawLayer> layers = new ArrayList<>();
    json.startArray("layers");
    while (json.nextElement()) {
      String what = "layers: " + layers.size() + ": ";
      String type = null;
      Activation activation = null;
      int outputs = 0;
      json.startObject(what + "layer");
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "type" -> type = type(json, what + field);
          case "outputs" -> outputs = positive(json, what + field);
          case "activation" -> activation = constant(json, Activation.values(), what + field);
          default -> throw unknown(json, what, field, "type, outputs and activation");
        }
      }
      if (type == null) {
        throw missing(json, what + "type");
      }
      if (activation == null) {
        throw missing(json, what + "activation");
      }
      layers.add(new RawLayer(type, outputs, activation));
    }
    return layers;
  }

  private static String type(JsonReader json, String what) throws IOException {
    return word(json, what, List.of(LayerSpec.Dense.TYPE, LayerSpec.ActivationLayer.TYPE));
  }

  static List<String> strings(JsonReader json, String what) throws IOException {
    List<String> strings = new ArrayList<>();
    json.startArray(what);
    while (json.nextElement()) {
      strings.add(json.string(what + ": " + strings.size()));
    }
    return strings;
  }

  private static ImageSize image(JsonReader json) throws IOException {
    int height = 0;
    int width = 0;
    json.startObject("image");
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "height" -> height = positive(json, "image: height");
        case "width" -> width = positive(json, "image: width");
        default -> throw unknown(json, "image: ", field, "height and width");
      }
    }
    if (height == 0 || width == 0) {
      throw missing(json, height == 0 ? "image: height" : "image: width");
    }
    try {
      return new ImageSize(height, width);
    } catch (IllegalArgumentException e) {
      throw json.fault("" + e.getMessage(), e);
    }
  }

  static Provenance readTraining(String file, String text) throws IOException {
    JsonReader json = new JsonReader(file, "metadata \"training\"", text);
    String library = null;
    String backend = null;
    String backendVersion = null;
    String initialization = null;
    Long seed = null;
    String dataSet = null;
    String fingerprint = null;
    int epochs = 0;
    Double validationAccuracy = null;
    Double testAccuracy = null;
    Double validationRmse = null;
    Double testRmse = null;
    Map<String, String> recipe = new LinkedHashMap<>();
    json.startObject("JSON");
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "library" -> library = json.string(field);
        case "backend" -> backend = json.string(field);
        case "backendVersion" -> backendVersion = json.string(field);
        case "initialization" -> initialization = json.string(field);
        case "seed" -> seed = json.integer(field, Long.MIN_VALUE, Long.MAX_VALUE);
        case "dataSet" -> dataSet = json.string(field);
        case "dataSetFingerprint" -> fingerprint = json.string(field);
        case "epochs" -> epochs = (int) json.integer(field, 0, Integer.MAX_VALUE);
        case "validationAccuracy" -> validationAccuracy = json.number(field, 0, 1);
        case "testAccuracy" -> testAccuracy = json.number(field, 0, 1);
        case "validationRmse" -> validationRmse = json.number(field, 0, Double.MAX_VALUE);
        case "testRmse" -> testRmse = json.number(field, 0, Double.MAX_VALUE);
        case "recipe" -> {
          json.startObject(field);
          for (String name = json.nextField(); name != null; name = json.nextField()) {
            recipe.put(name, json.string("recipe: " + quote(name)));
          }
        }
        default -> json.skip();
      }
    }
    json.end();
    try {
      return new Provenance(
          library,
          backend,
          backendVersion,
          initialization,
          seed,
          dataSet,
          fingerprint,
          epochs,
          validationAccuracy,
          testAccuracy,
          validationRmse,
          testRmse,
          recipe);
    } catch (IllegalArgumentException e) {
      throw json.fault("" + e.getMessage(), e);
    }
  }

  static int positive(JsonReader json, String what) throws IOException {
    return (int) json.integer(what, 1, Integer.MAX_VALUE);
  }

  private static <E extends Enum<E>> E constant(JsonReader json, E[] constants, String what)
      throws IOException {
    List<String> names = Arrays.stream(constants).map(DescriptionJson::lowerCase).toList();
    return constants[names.indexOf(word(json, what, names))];
  }

  /** The current value, one of some words. */
  static String word(JsonReader json, String what, List<String> words) throws IOException {
    String word = json.string(what);
    if (!words.contains(word)) {
      throw json.fault(
          what + ": expected one of " + String.join(", ", words) + ", found " + quote(word));
    }
    return word;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static ModelFormatException missing(JsonReader json, String what) {
    return json.fault(what + " is missing");
  }

  static ModelFormatException unknown(JsonReader json, String what, String found, String expected) {
    return json.fault(what + "expected " + expected + ", found " + quote(found));
  }
}
