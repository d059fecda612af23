package dev.polymath.models.io;

import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.LayerSpec.Dense;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model whose last layer puts out its targets in their units: {@code w' = w · scale}, {@code b' =
 * shift + b · scale}, computed in double precision. What other programs read has no place for the
 * scaling of targets.
 */
final class FoldedTargets {

  private FoldedTargets() {}

  /**
   * The model itself where there is nothing to fold.
   *
   * @param format for the message
   * @throws IllegalArgumentException if float32 can't hold a weight
   */
  static ModelFile of(String format, ModelFile model) {
    ModelDescription description = model.description();
    if (!(description.output() instanceof ModelOutput.Targets targets) || targets.plain()) {
      return model;
    }
    int last = description.layers().size() - 1;
    Map<String, float[]> parameters = new LinkedHashMap<>(model.parameters());
    for (int m = 0; m < description.members(); m++) {
      String layer = description.prefix(m);
      String weight = layer + LayerSpec.parameterName(last, Dense.WEIGHT);
      String bias = layer + LayerSpec.parameterName(last, Dense.BIAS);
      parameters.put(weight, folded(format, model.parameter(weight), targets.targets(), false));
      parameters.put(bias, folded(format, model.parameter(bias), targets.targets(), true));
    }
    return new ModelFile(
        new ModelDescription(
            description.layers(),
            description.scaling(),
            ModelOutput.Targets.named(targets.names()),
            description.input(),
            description.members(),
            description.provenance()),
        parameters);
  }

  private static float[] folded(
      String format, float[] values, List<ModelOutput.Target> targets, boolean shifted) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      ModelOutput.Target target = targets.get(i % targets.size());
      double value = shifted ? target.unscaled(values[i]) : target.scale() * values[i];
      result[i] = (float) value;
      if (!Float.isFinite(result[i])) {
        throw new IllegalArgumentException(
            format
                + ": the last layer can't take in the scale of target \""
                + target.name()
                + "\": expected weights in the range of float32, found "
                + value);
      }
    }
    return result;
  }
}
