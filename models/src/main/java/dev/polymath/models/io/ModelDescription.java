package dev.polymath.models.io;

import dev.polymath.Activation;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.internal.PlainText;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All of a model but its weights: what is needed to rebuild it and to tell where it came from.
 * Immutable.
 *
 * @param layers at least one; each takes as many inputs as the one before has outputs
 * @param scaling what is done to the features before the first layer
 * @param output what the outputs of the last layer mean, a name for each, without control
 *     characters; targets take a linear dense layer at the end, labels one with a sigmoid after it
 * @param input what the features are, and how they are taken from a table's row or a picture
 * @param members how many networks of these layers there are, at least 1; what several put out is
 *     averaged
 * @param provenance how the weights came about
 */
public record ModelDescription(
    List<LayerSpec> layers,
    InputScaling scaling,
    ModelOutput output,
    ModelInput input,
    int members,
    Provenance provenance) {

  /** More members are a mistake. */
  static final int MOST_MEMBERS = 1000;

  public ModelDescription {
    layers = List.copyOf(layers);
    Objects.requireNonNull(provenance, "provenance");
    if (members < 1 || members > MOST_MEMBERS) {
      throw new IllegalArgumentException(
          "model: members: expected 1 to " + MOST_MEMBERS + ", found " + members);
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("model: expected at least one layer, found none");
    }
    for (int i = 1; i < layers.size(); i++) {
      require("layer " + i + ": inputs", layers.get(i - 1).outputs(), layers.get(i).inputs());
    }
    int inputs = layers.get(0).inputs();
    require("input scaling: features", inputs, scaling.features());
    LayerSpec last = layers.get(layers.size() - 1);
    String names =
        switch (output.task()) {
          case CLASSIFICATION -> "class";
          case REGRESSION -> "target";
          case LABELS -> "label";
        };
    require(names + " names", last.outputs(), output.names().size());
    if (output.task() == Task.REGRESSION
        && !(last instanceof LayerSpec.Dense && last.activation() == Activation.IDENTITY)) {
      throw new IllegalArgumentException(
          "model: targets: expected a linear dense layer at the end, found " + last);
    }
    if (output.task() == Task.LABELS
        && !(last instanceof LayerSpec.ActivationLayer
            && last.activation() == Activation.SIGMOID)) {
      throw new IllegalArgumentException(
          "model: labels: expected a sigmoid layer at the end, found " + last);
    }
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
    for (String name : output.names()) {
      requirePlain("model: " + names + " name", name);
    }
  }

  /** The description of a model of one network. */
  public ModelDescription(
      List<LayerSpec> layers,
      InputScaling scaling,
      ModelOutput output,
      ModelInput input,
      Provenance provenance) {
    this(layers, scaling, output, input, 1, provenance);
  }

  /** A classifier's description. */
  public ModelDescription(
      List<LayerSpec> layers,
      InputScaling scaling,
      List<String> classNames,
      ModelInput input,
      Provenance provenance) {
    this(layers, scaling, new ModelOutput.Classes(classNames), input, 1, provenance);
  }

  /** How many features a sample has. */
  public int inputs() {
    return layers.get(0).inputs();
  }

  /** What the model tells: a class, numbers or labels. */
  public Task task() {
    return output.task();
  }

  /** How many outputs there are: classes, targets or labels. */
  public int outputs() {
    return output.names().size();
  }

  /**
   * The names of the classes.
   *
   * @throws IllegalStateException if the model has none
   */
  public List<String> classNames() {
    if (output instanceof ModelOutput.Classes classes) {
      return classes.names();
    }
    throw new IllegalStateException("model: it computes numbers or labels and has no classes");
  }

  /**
   * The targets.
   *
   * @throws IllegalStateException if the model has none
   */
  public ModelOutput.Targets targets() {
    if (output instanceof ModelOutput.Targets targets) {
      return targets;
    }
    throw new IllegalStateException("model: it names classes or labels, not numeric targets");
  }

  /**
   * The name and shape of each parameter, in order, as {@link LayerSpec#parameterName} and {@link
   * LayerSpec#parameters} have them: {@code layers.0.weight} [inputs, outputs] and so on; of
   * several members {@code members.0.layers.0.weight} and so on.
   */
  public Map<String, List<Integer>> parameterShapes() {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    for (int member = 0; member < members; member++) {
      for (int i = 0; i < layers.size(); i++) {
        for (LayerSpec.ParameterSpec p : layers.get(i).parameters()) {
          shapes.put(prefix(member) + LayerSpec.parameterName(i, p.name()), p.shape());
        }
      }
    }
    return Collections.unmodifiableMap(shapes);
  }

  /** What the names of a member's parameters begin with; nothing where there is but one. */
  public String prefix(int member) {
    return members == 1 ? "" : "members." + member + ".";
  }

  /** The same with another number of members. */
  ModelDescription withMembers(int count) {
    return new ModelDescription(layers, scaling, output, input, count, provenance);
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
