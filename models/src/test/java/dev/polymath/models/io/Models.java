package dev.polymath.models.io;

import dev.polymath.Activation;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small model for the tests: 2 → 3 sigmoid → 2 softmax. */
final class Models {

  static final List<LayerSpec> LAYERS =
      List.of(
          new LayerSpec.Dense(2, 3, Activation.SIGMOID),
          new LayerSpec.Dense(3, 2, Activation.IDENTITY),
          new LayerSpec.ActivationLayer(2, Activation.SOFTMAX));

  static final InputScaling SCALING =
      InputScaling.of(new float[] {0.1f, -0.2f}, new float[] {3, 1f / 7});

  static final ModelInput INPUT = new ModelInput.Pictures(new ImageSize(1, 2), PictureForm.AS_IS);

  private Models() {}

  static Provenance provenance() {
    Map<String, String> recipe = new LinkedHashMap<>();
    recipe.put("epochs", "20");
    recipe.put("optimizer", "AdamW[weightDecay=0.02]");
    recipe.put("batch", "64");
    return Provenance.UNKNOWN
        .withSoftware("0.1.0", "arrays-vector", "0.1.0")
        .withWeights("HE", Long.MIN_VALUE)
        .withDataSet("mnist", "ab12")
        .withTraining(20, recipe)
        .withValidationAccuracy(0.985)
        .withTestAccuracy(0.002);
  }

  static ModelDescription description() {
    return new ModelDescription(
        LAYERS, SCALING, List.of("no", "\u00fcber \u2603"), INPUT, provenance());
  }

  static Map<String, float[]> parameters() {
    Map<String, float[]> parameters = new LinkedHashMap<>();
    parameters.put("layers.0.weight", new float[] {1, -2, 3.5f, -0.0f, Float.MIN_VALUE, 1e38f});
    parameters.put("layers.0.bias", new float[] {0.1f, 0.2f, 0.3f});
    parameters.put("layers.1.weight", new float[] {1, 2, 3, 4, 5, 6});
    parameters.put("layers.1.bias", new float[] {-1, 1});
    return parameters;
  }

  static ModelFile file() {
    return new ModelFile(description(), parameters());
  }
}
