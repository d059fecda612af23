package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import dev.polymath.Activation;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.PictureForm;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.LinearLayers.Linear;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the state dict of a PyTorch network, in safetensors, as a model: one {@code nn.Linear}
 * layer or more, each weight [outputs, inputs], an activation after each but the last, which gives
 * logits. A layer without a bias has zeros. Immutable: each setter returns a changed copy.
 *
 * <p>A batch norm, {@code y = (x − running_mean) / √(running_var + ε) · weight + bias}, is folded
 * into the linear layer that it stands beside, in double precision: into the one before it, or, if
 * an activation is between, into the one after it.
 *
 * <p>A state dict holds no activations, class names or image size. They are the default
 * classifier's, or, in a file that {@link ExportFormat#SAFETENSORS} wrote, those of the exported
 * model; what is set here comes first.
 */
public final class StateDictImport {

  private static final StateDictImport DEFAULTS = new StateDictImport(new Values());

  // Changed only before the constructor has it: the final field publishes it safely.
  private final Values values;

  private StateDictImport(Values values) {
    this.values = values;
  }

  /** Sigmoid and ReLU, features as they are, classes named by their numbers. */
  public static StateDictImport defaults() {
    return DEFAULTS;
  }

  private StateDictImport with(Consumer<Values> change) {
    Values changed = new Values(values);
    change.accept(changed);
    return new StateDictImport(changed);
  }

  /**
   * With other activations of the hidden layers, the last for all that follow.
   *
   * @param hidden at least one, any but {@link Activation#SOFTMAX}
   */
  public StateDictImport activations(Activation... hidden) {
    List<Activation> copy = List.of(hidden);
    if (copy.isEmpty() || copy.contains(Activation.SOFTMAX)) {
      throw new IllegalArgumentException(
          "activations: expected at least one, and any but SOFTMAX, found " + copy);
    }
    return with(v -> v.activations = copy);
  }

  /**
   * With what the network's features went through before its first layer: {@code x' = (x − mean) /
   * deviation}.
   *
   * @param mean finite
   * @param deviation finite and above 0
   */
  public StateDictImport normalization(float mean, float deviation) {
    if (!Float.isFinite(mean)) {
      throw new IllegalArgumentException("mean: expected a finite number, found " + mean);
    }
    if (!(deviation > 0) || !Float.isFinite(1 / deviation) || 1 / deviation == 0) {
      throw new IllegalArgumentException(
          "deviation: expected a finite number above 0, found " + deviation);
    }
    return with(
        v -> {
          v.mean = mean;
          v.deviation = deviation;
        });
  }

  /** With names for the classes, one for each output of the last layer. */
  public StateDictImport classNames(List<String> names) {
    List<String> copy = List.copyOf(names);
    return with(v -> v.classNames = copy);
  }

  /** With the size of the images that the features are. */
  public StateDictImport image(ImageSize size) {
    Objects.requireNonNull(size, "size");
    return with(v -> v.image = size);
  }

  /**
   * With the names of the layers, first to last: what stands before {@code .weight}. Needed where
   * they are not numbered and more than one order of their shapes makes a chain. Batch norms may be
   * among them, all or none.
   */
  public StateDictImport layers(List<String> names) {
    List<String> copy = List.copyOf(names);
    return with(v -> v.layers = copy);
  }

  /**
   * With ε of batch norms; 1e-5 if not set.
   *
   * @param epsilon finite and at least 0
   */
  public StateDictImport batchNormEpsilon(double epsilon) {
    if (!(epsilon >= 0 && epsilon <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "batch norm: epsilon: expected a finite number of at least 0, found " + epsilon);
    }
    return with(v -> v.epsilon = epsilon);
  }

  /**
   * With the place of batch norms between a linear layer and the next. Needed where the numbers of
   * the modules do not tell it.
   *
   * @param after true if they follow the activation, false if the activation follows them
   */
  public StateDictImport batchNormAfterActivation(boolean after) {
    return with(v -> v.after = after);
  }

  /**
   * Reads a file.
   *
   * @throws ModelFormatException if it is no sound safetensors file, or holds anything else than
   *     linear layers that make a chain
   */
  public ModelFile read(Path file) throws IOException {
    try (Safetensors tensors = Safetensors.open(file)) {
      return read(file.toString(), tensors);
    }
  }

  private ModelFile read(String path, Safetensors file) throws IOException {
    Map<String, String> metadata = file.metadata();
    if (ModelFile.FORMAT.equals(metadata.get("format"))) {
      throw new ModelFormatException(
          path, "expected a state dict of PyTorch, found a model file: it can be used as it is");
    }
    Map<String, BatchNorms.Norm> norms = BatchNorms.find(path, file.shapes());
    List<Linear> layers =
        LinearLayers.find(path, BatchNorms.without(norms, file.shapes()), linearLayers(norms));
    ModelDescription description;
    try {
      description = describe(path, metadata, layers);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(path, "" + e.getMessage(), e);
    }
    List<FoldedLinear> folded = new ArrayList<>();
    for (Linear layer : layers) {
      float[] weight = finite(path, file, layer.weight());
      String bias = layer.bias();
      folded.add(
          new FoldedLinear(
              layer.outputs(),
              layer.inputs(),
              weight,
              bias == null ? new float[layer.outputs()] : finite(path, file, bias)));
    }
    fold(
        path,
        file,
        BatchNorms.place(path, norms, layers, values.layers, values.after, linear(description)),
        folded);
    Map<String, float[]> parameters = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      parameters.put(
          LayerSpec.parameterName(i, LayerSpec.Dense.WEIGHT),
          inRange(path, layers.get(i), folded.get(i).weight()));
      parameters.put(
          LayerSpec.parameterName(i, LayerSpec.Dense.BIAS),
          inRange(path, layers.get(i), folded.get(i).bias()));
    }
    return new ModelFile(description, parameters);
  }

  /** The order that is given, without the batch norms in it. */
  private @Nullable List<String> linearLayers(Map<String, BatchNorms.Norm> norms) {
    return values.layers == null
        ? null
        : values.layers.stream().filter(name -> !norms.containsKey(name)).toList();
  }

  private static boolean[] linear(ModelDescription description) {
    List<LayerSpec> layers = description.layers();
    boolean[] linear = new boolean[layers.size()];
    for (int i = 0; i < linear.length; i++) {
      linear[i] = layers.get(i).activation() == Activation.IDENTITY;
    }
    return linear;
  }

  /** Folds those after a layer in the order of the network, those before one from the last. */
  private void fold(
      String path, Safetensors file, List<BatchNorms.Placed> norms, List<FoldedLinear> layers)
      throws IOException {
    for (BatchNorms.Placed placed : norms) {
      if (!placed.after()) {
        FoldedLinear layer = layers.get(placed.layer() - 1);
        affine(path, file, placed.norm(), layer::after);
      }
    }
    for (int i = norms.size() - 1; i >= 0; i--) {
      BatchNorms.Placed placed = norms.get(i);
      if (placed.after()) {
        affine(path, file, placed.norm(), layers.get(placed.layer())::before);
      }
    }
  }

  /** What a batch norm does to a feature, {@code s · x + t}. */
  private void affine(
      String path, Safetensors file, BatchNorms.Norm norm, BiConsumer<double[], double[]> fold)
      throws IOException {
    float[] mean = finite(path, file, norm.tensor(BatchNorms.MEAN));
    float[] variance = finite(path, file, norm.tensor(BatchNorms.VARIANCE));
    float[] weight = norm.affine() ? finite(path, file, norm.tensor(LayerSpec.Dense.WEIGHT)) : null;
    float[] bias = norm.affine() ? finite(path, file, norm.tensor(LayerSpec.Dense.BIAS)) : null;
    double[] s = new double[mean.length];
    double[] t = new double[mean.length];
    for (int i = 0; i < s.length; i++) {
      if (variance[i] < 0 || variance[i] + values.epsilon == 0) {
        throw new ModelFormatException(
            path,
            "tensor "
                + quote(norm.tensor(BatchNorms.VARIANCE))
                + ": element "
                + i
                + ": expected at least 0, and above 0 with epsilon, found "
                + variance[i]);
      }
      s[i] = (weight == null ? 1 : weight[i]) / Math.sqrt(variance[i] + values.epsilon);
      t[i] = (bias == null ? 0 : bias[i]) - s[i] * mean[i];
    }
    fold.accept(s, t);
  }

  private static float[] inRange(String path, Linear layer, float[] folded)
      throws ModelFormatException {
    for (float value : folded) {
      if (!Float.isFinite(value)) {
        throw new ModelFormatException(
            path,
            "layer "
                + quote(layer.name())
                + " can't take in the batch norms beside it: expected weights in the range of"
                + " float32, found "
                + value);
      }
    }
    return folded;
  }

  private ModelDescription describe(String path, Map<String, String> metadata, List<Linear> layers)
      throws IOException {
    List<Activation> activations = List.of(Activation.SIGMOID, Activation.RELU);
    int inputs = layers.get(0).inputs();
    int classes = layers.get(layers.size() - 1).outputs();
    List<String> numbers = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    ModelOutput output = new ModelOutput.Classes(numbers);
    DescriptionJson.Model exported = null;
    Provenance provenance = Provenance.UNKNOWN;
    String model = metadata.get(StateDict.MODEL);
    if (model != null) {
      exported = DescriptionJson.readModel(path, model);
      List<LayerSpec> described = exported.layers();
      activations = described.stream().map(LayerSpec::activation).toList();
      output = exported.output();
      if (!described.equals(chain(layers, activations, output))) {
        throw new ModelFormatException(
            path,
            "metadata "
                + quote(StateDict.MODEL)
                + ": expected the layers that the tensors make, "
                + chain(layers, activations, output)
                + ", found "
                + described);
      }
    }
    String training = metadata.get(StateDict.TRAINING);
    if (training != null) {
      provenance = DescriptionJson.readTraining(path, training);
    }
    if (values.activations != null) {
      activations = values.activations;
    }
    if (values.classNames != null) {
      output = new ModelOutput.Classes(values.classNames);
    }
    return new ModelDescription(
        chain(layers, activations, output),
        scaling(inputs),
        output,
        input(exported, provenance, inputs),
        provenance);
  }

  private ModelInput input(
      DescriptionJson.@Nullable Model exported, Provenance provenance, int inputs) {
    if (values.image != null) {
      return new ModelInput.Pictures(
          values.image,
          values.image.equals(ImageSize.MNIST) ? PictureForm.MNIST : PictureForm.AS_IS);
    }
    return exported == null ? new ModelInput.Numbers(inputs) : exported.inputOr(provenance);
  }

  private InputScaling scaling(int inputs) {
    float[] shift = new float[inputs];
    float[] scale = new float[inputs];
    Arrays.fill(shift, values.mean);
    Arrays.fill(scale, 1 / values.deviation);
    return InputScaling.of(shift, scale);
  }

  /**
   * The layers with these activations between them, the last one for all that follow; with a
   * softmax at the end for classes and a sigmoid for labels.
   */
  private static List<LayerSpec> chain(
      List<Linear> layers, List<Activation> activations, ModelOutput output) {
    List<LayerSpec> chain = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Linear layer = layers.get(i);
      boolean last = i == layers.size() - 1;
      Activation f =
          last ? Activation.IDENTITY : activations.get(Math.min(i, activations.size() - 1));
      chain.add(new LayerSpec.Dense(layer.inputs(), layer.outputs(), f));
    }
    int outputs = layers.get(layers.size() - 1).outputs();
    if (output.task() == Task.CLASSIFICATION) {
      chain.add(new LayerSpec.ActivationLayer(outputs, Activation.SOFTMAX));
    } else if (output.task() == Task.LABELS) {
      chain.add(new LayerSpec.ActivationLayer(outputs, Activation.SIGMOID));
    }
    return chain;
  }

  private static float[] finite(String path, Safetensors file, String tensor) throws IOException {
    float[] values = file.read(tensor);
    try {
      ModelFile.requireFinite("tensor " + quote(tensor), values);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(path, "" + e.getMessage(), e);
    }
    return values;
  }

  private static final class Values {
    @Nullable List<Activation> activations;
    float mean;
    float deviation = 1;
    @Nullable List<String> classNames;
    @Nullable ImageSize image;
    @Nullable List<String> layers;
    double epsilon = 1e-5;
    @Nullable Boolean after;

    Values() {}

    Values(Values other) {
      activations = other.activations;
      mean = other.mean;
      deviation = other.deviation;
      classNames = other.classNames;
      image = other.image;
      layers = other.layers;
      epsilon = other.epsilon;
      after = other.after;
    }
  }
}
