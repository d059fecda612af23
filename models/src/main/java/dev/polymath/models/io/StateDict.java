package dev.polymath.models.io;

import dev.polymath.Activation;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.LayerSpec.Dense;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the state dict that an {@code nn.Sequential} of the same layers has in PyTorch. */
final class StateDict {

  /** Keys of what the model file has under {@code model} and {@code training}. */
  static final String MODEL = "polymath.model";

  static final String TRAINING = "polymath.training";

  private StateDict() {}

  /**
   * Writes the file whole or not at all; the same model gives the same bytes. Weights are [outputs,
   * inputs], as {@code nn.Linear} keeps them. A state dict has no place for the input scaling, so
   * the first layer takes it in: {@code w' = scale · w}, {@code b' = b − (shift · scale) · w},
   * computed in double precision. The last layer takes in the scaling of targets.
   *
   * @throws IllegalArgumentException if the model has several members: each is a module of its own
   */
  static void write(Path file, ModelFile unfolded) throws IOException {
    ModelFile model = FoldedTargets.of("state dict", unfolded);
    ModelDescription description = model.description();
    if (description.members() > 1) {
      throw new IllegalArgumentException(
          "state dict: expected a model of one member, found "
              + description.members()
              + ": write each by itself");
    }
    List<Safetensors.Entry> tensors = new ArrayList<>();
    List<LayerSpec> layers = description.layers();
    boolean scaled = !description.scaling().equals(InputScaling.none(description.inputs()));
    if (scaled && !(layers.get(0) instanceof Dense)) {
      throw new IllegalArgumentException(
          "state dict: expected a dense layer first, to take in the input scaling, found "
              + layers.get(0));
    }
    int module = 0;
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec layer = layers.get(i);
      if (layer instanceof Dense) {
        float[] weight = model.parameter(LayerSpec.parameterName(i, Dense.WEIGHT));
        float[] bias = model.parameter(LayerSpec.parameterName(i, Dense.BIAS));
        if (i == 0 && scaled) {
          bias = shifted(bias, weight, description.scaling());
          weight = scaled(weight, layer.outputs(), description.scaling());
        }
        tensors.add(
            new Safetensors.Entry(
                module + "." + Dense.WEIGHT,
                List.of(layer.outputs(), layer.inputs()),
                transpose(weight, layer.inputs(), layer.outputs())));
        tensors.add(
            new Safetensors.Entry(module + "." + Dense.BIAS, List.of(layer.outputs()), bias));
        module++;
      }
      // An activation is a module of its own there; none is no module.
      if (layer.activation() != Activation.IDENTITY) {
        module++;
      }
    }
    Map<String, String> metadata =
        Map.of(
            "format",
            "pt",
            MODEL,
            DescriptionJson.model(description),
            TRAINING,
            DescriptionJson.training(description.provenance()));
    Safetensors.write(file, metadata, tensors);
  }

  private static float[] shifted(float[] bias, float[] weight, InputScaling scaling) {
    float[] shift = scaling.shift();
    float[] scale = scaling.scale();
    int outputs = bias.length;
    float[] result = new float[outputs];
    for (int j = 0; j < outputs; j++) {
      double sum = bias[j];
      for (int i = 0; i < shift.length; i++) {
        sum -= (double) shift[i] * scale[i] * weight[i * outputs + j];
      }
      result[j] = finite(sum);
    }
    return result;
  }

  private static float[] scaled(float[] weight, int outputs, InputScaling scaling) {
    float[] scale = scaling.scale();
    float[] result = new float[weight.length];
    for (int i = 0; i < weight.length; i++) {
      result[i] = finite((double) scale[i / outputs] * weight[i]);
    }
    return result;
  }

  private static float finite(double value) {
    float result = (float) value;
    if (!Float.isFinite(result)) {
      throw new IllegalArgumentException(
          "state dict: the first layer can't take in the input scaling: expected weights in the"
              + " range of float32, found "
              + value);
    }
    return result;
  }

  /** [rows, columns] to [columns, rows]. */
  static float[] transpose(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = values[i * columns + j];
      }
    }
    return result;
  }
}
