package dev.polymath.models.io;

import dev.polymath.models.data.ModelInput;
import dev.polymath.models.internal.PlainText;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * All of a model but its weights: what is needed to rebuild it and to tell where it came from.
 * Immutable.
 *
 * @param layers at least one; each takes as many inputs as the one before has outputs
 * @param scaling what is done to the features before the first layer
 * @param classNames one for each output of the last layer, all different, without control
 *     characters
 * @param input what the features are, and how they are taken from a table's row or a picture
 * @param provenance how the weights came about
 */
public record ModelDescription(
    List<LayerSpec> layers,
    InputScaling scaling,
    List<String> classNames,
    ModelInput input,
    Provenance provenance) {

  public ModelDescription {
    layers = List.copyOf(layers);
    classNames = List.copyOf(classNames);
    Objects.requireNonNull(provenance, "provenance");
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("model: expected at least one layer, found none");
    }
    for (int i = 1; i < layers.size(); i++) {
      require("layer " + i + ": inputs", layers.get(i - 1).outputs(), layers.get(i).inputs());
    }
    int inputs = layers.get(0).inputs();
    require("input scaling: features", inputs, scaling.features());
    require("class names", layers.get(layers.size() - 1).outputs(), classNames.size());
    require("input: features", inputs, input.features());
    for (String name : input.table().names()) {
      requirePlain("model: feature name", name);
    }
    if (input instanceof ModelInput.Columns columns) {
      columns.encoder().columns().forEach(c -> requirePlain("model: column name", c.name()));
    }
    String label = input.table().label();
    if (label != null) {
      requirePlain("model: label", label);
    }
    Set<String> names = new HashSet<>();
    for (String name : classNames) {
      requirePlain("model: class name", name);
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "model: class names: expected different ones, found "
                + PlainText.quote(name)
                + " twice");
      }
    }
  }

  /** How many features a sample has. */
  public int inputs() {
    return layers.get(0).inputs();
  }

  /** How many classes there are. */
  public int classes() {
    return classNames.size();
  }

  /**
   * The name and shape of each parameter, in order, as {@link LayerSpec#parameterName} and {@link
   * LayerSpec#parameters} have them: {@code layers.0.weight} [inputs, outputs] and so on.
   */
  public Map<String, List<Integer>> parameterShapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      for (LayerSpec.ParameterSpec p : layers.get(i).parameters()) {
        shapes.put(LayerSpec.parameterName(i, p.name()), p.shape());
      }
    }
    return Collections.unmodifiableMap(shapes);
  }

  private static void require(String what, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          "model: " + what + ": expected " + expected + ", found " + found);
    }
  }

  /** Such text ends up on terminals and in logs. */
  static void requirePlain(String what, String text) {
    if (!PlainText.isPlain(text)) {
      throw new IllegalArgumentException(
          what + ": expected no control characters, found " + PlainText.quote(text));
    }
  }
}
