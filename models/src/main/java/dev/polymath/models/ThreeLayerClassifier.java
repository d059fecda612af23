package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.Parameter;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.network.Inference;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingDivergedException;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A classifier of three dense layers and a softmax: {@code inputs → 128 sigmoid → 50 ReLU → classes
 * softmax}, unless other widths and activations are asked for.
 *
 * <p>Features are given as a {@link DataSet} delivers them, an image's pixels in [0, 1]; whatever
 * scaling was learned in training is applied inside.
 *
 * <p>Any number of threads may predict at once. Each call borrows buffers from a pool that grows to
 * the peak of concurrent calls. Nobody may predict while {@link #fit} runs.
 */
public final class ThreeLayerClassifier {

  private final Network network;
  private final List<String> classNames;
  private final Inference inference;
  private InputScaling scaling;
  private boolean trained;
  private @Nullable ImageSize image;
  private Provenance provenance;

  private ThreeLayerClassifier(Network network, List<String> classNames, Provenance provenance) {
    this.network = network;
    this.classNames = classNames;
    this.inference = new Inference(network);
    this.scaling = InputScaling.none(network.inputs());
    this.provenance = provenance;
  }

  private ThreeLayerClassifier(Network network, ModelDescription description) {
    this(network, description.classNames(), description.provenance());
    this.scaling = description.scaling();
    this.trained = true;
    this.image = description.image();
  }

  /** Starts a classifier whose parameters live in {@code backend}. */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** The layers and their parameters. */
  public Network network() {
    return network;
  }

  /** How many features an example has. */
  public int inputs() {
    return network.inputs();
  }

  /** How many classes there are. */
  public int classes() {
    return network.outputs();
  }

  /** The size of the images that it was trained on; empty where the features are no images. */
  public Optional<ImageSize> imageSize() {
    return Optional.ofNullable(image);
  }

  /** A name for each class. */
  public List<String> classNames() {
    return classNames;
  }

  /** What is done to the features before the first layer. */
  public InputScaling scaling() {
    return scaling;
  }

  /** How the parameters came about: what a model file keeps of it. */
  public Provenance provenance() {
    return provenance;
  }

  /** Replaces the provenance, to add what only the caller knows, such as the test accuracy. */
  public void provenance(Provenance provenance) {
    this.provenance = Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * Trains on a data set, from the parameters as they are. The first training sets the input
   * scaling; a further one, of a loaded classifier too, keeps it.
   *
   * @param data as many features and classes as the classifier has
   * @throws TrainingDivergedException if the loss is not finite
   */
  public TrainingHistory fit(DataSet data, TrainingOptions options) {
    Trainer trainer = new Trainer(network, data, options, trained ? scaling : null);
    scaling = trainer.scaling();
    trained = true;
    image = data.imageSize().orElse(null);
    TrainingHistory history = trainer.run();
    BackendInfo engine = network.backend().info();
    provenance =
        provenance
            .withSoftware(libraryVersion(), engine.name(), engine.version())
            .withDataSet(null, data.fingerprint())
            .withTraining(provenance.epochs() + options.epochs(), options.toMap());
    if (options.validation() > 0) {
      provenance = provenance.withValidationAccuracy(history.last().validationAccuracy());
    }
    return history;
  }

  private static @Nullable String libraryVersion() {
    // A named module hides the manifest, and a class path has no modules.
    Module module = ThreeLayerClassifier.class.getModule();
    return module.isNamed()
        ? module.getDescriptor().rawVersion().orElse(null)
        : ThreeLayerClassifier.class.getPackage().getImplementationVersion();
  }

  /**
   * Writes the classifier to a file, whole or not at all: parameters, scaling, class names and
   * provenance.
   */
  public void save(Path file) throws IOException {
    snapshot().write(file);
  }

  /**
   * The classifier as it is now, on the host: what {@link #save} writes and {@link
   * dev.polymath.models.io.ExportFormat} turns into other formats.
   */
  public ModelFile snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      float[] copy = new float[p.value().rows() * p.value().cols()];
      p.value().read(copy, 0);
      values.put(p.name(), copy);
    }
    ModelDescription description =
        new ModelDescription(network.specs(), scaling, classNames, image, provenance);
    return new ModelFile(description, values);
  }

  /**
   * Reads a classifier, whatever backend it was trained on.
   *
   * @throws ModelFormatException if the file is no sound model file, or holds another network than
   *     three dense layers and a softmax
   */
  public static ThreeLayerClassifier load(Path file, Backend backend) throws IOException {
    ModelFile model = ModelFile.read(file);
    try {
      return of(model, backend);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, "" + e.getMessage());
    }
  }

  /**
   * The classifier that a model describes: the way back from {@link #snapshot()}.
   *
   * @throws IllegalArgumentException if the model is another network than three dense layers and a
   *     softmax
   */
  public static ThreeLayerClassifier of(ModelFile model, Backend backend) {
    List<LayerSpec> specs = model.description().layers();
    boolean fits =
        specs.size() == 4
            && specs.stream().limit(3).allMatch(s -> s.kind() == LayerSpec.Kind.DENSE)
            && specs.get(2).activation() == Activation.IDENTITY
            && specs.get(3).activation() == Activation.SOFTMAX;
    if (!fits) {
      throw new IllegalArgumentException(
          "expected three dense layers and a softmax, found " + specs);
    }
    Network network = Network.of(backend, specs);
    for (Parameter p : network.parameters()) {
      p.value().write(model.parameter(p.name()), 0);
    }
    return new ThreeLayerClassifier(network, model.description());
  }

  /**
   * Predicts every example of a data set. The loss is the mean cross-entropy, whatever was
   * minimised in training.
   */
  public Evaluation evaluate(DataSet data) {
    requireFit("evaluate", data);
    return inference.evaluate(data, scaling, LossFunction.CROSS_ENTROPY);
  }

  /**
   * The probability of each class for every example of a data set: what calibration and the worst
   * mistakes are read from. Takes 4 bytes for each example and class.
   */
  public Predictions predictAll(DataSet data) {
    requireFit("predictAll", data);
    return inference.predictions(data, scaling);
  }

  private void requireFit(String operation, DataSet data) {
    if (data.features() != inputs() || data.classes() != classes()) {
      throw new IllegalArgumentException(
          operation
              + ": the classifier has "
              + inputs()
              + " inputs and "
              + classes()
              + " classes, the data set "
              + data.features()
              + " features and "
              + data.classes()
              + " classes");
    }
  }

  /**
   * The most probable class of one example.
   *
   * @param features {@code [inputs]}, all finite; read
   */
  public int predict(float[] features) {
    requireFeatures("predict", features, 1);
    return inference.label(features, scaling);
  }

  /**
   * The most probable class of each of some examples.
   *
   * @param features {@code [rows, inputs]} row by row, all finite; read
   * @param target its first {@code rows} elements are overwritten
   */
  public void predict(float[] features, int rows, int[] target) {
    requireFeatures("predict", features, rows);
    Objects.checkFromIndexSize(0, rows, target.length);
    inference.labels(features, rows, scaling, target);
  }

  /**
   * The probability of each class for one example. Allocates nothing once warm, on a backend that
   * allocates nothing.
   *
   * @param features {@code [inputs]}, all finite; read
   * @param target {@code [classes]}, overwritten
   */
  public void predictProbabilities(float[] features, float[] target) {
    requireFeatures("predictProbabilities", features, 1);
    requireTarget("predictProbabilities", target, 1);
    inference.outputs(features, 1, scaling, target);
  }

  /**
   * The probability of each class for each of some examples.
   *
   * @param features {@code [rows, inputs]} row by row, all finite; read
   * @param target {@code [rows, classes]} row by row, overwritten
   */
  public void predictProbabilities(float[] features, int rows, float[] target) {
    requireFeatures("predictProbabilities", features, rows);
    requireTarget("predictProbabilities", target, rows);
    inference.outputs(features, rows, scaling, target);
  }

  /**
   * The k most probable classes of one example, the most probable first; equals in the order of
   * their numbers.
   *
   * @param features {@code [inputs]}, all finite; read
   * @param k from 1 to {@link #classes()}
   */
  public List<Prediction> topK(float[] features, int k) {
    if (k < 1 || k > classes()) {
      throw new IllegalArgumentException("topK: k: expected 1 to " + classes() + ", found " + k);
    }
    float[] probabilities = new float[classes()];
    predictProbabilities(features, probabilities);
    return IntStream.range(0, classes())
        .mapToObj(c -> new Prediction(c, classNames.get(c), probabilities[c]))
        .sorted(Comparator.comparingDouble(Prediction::probability).reversed())
        .limit(k)
        .toList();
  }

  private void requireFeatures(String operation, float[] features, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException(operation + ": rows: expected at least 1, found " + rows);
    }
    if (features.length != (long) rows * inputs()) {
      throw new IllegalArgumentException(
          operation
              + ": features: expected "
              + rows
              + " x "
              + inputs()
              + " values, found "
              + features.length);
    }
    int i = firstNotFinite(features);
    if (i >= 0) {
      throw new IllegalArgumentException(
          operation + ": feature " + i + " is " + features[i] + ", expected a finite number");
    }
  }

  /** −1 if there is none. Sums of eight are tested first: half the time of a test for each. */
  private static int firstNotFinite(float[] x) {
    int i = 0;
    for (; i < x.length - 7; i += 8) {
      float sum =
          x[i] + x[i + 1] + (x[i + 2] + x[i + 3]) + (x[i + 4] + x[i + 5] + (x[i + 6] + x[i + 7]));
      if (!Float.isFinite(sum)) {
        break;
      }
    }
    // A sum of finite numbers may overflow: one by one from here on.
    for (; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        return i;
      }
    }
    return -1;
  }

  private void requireTarget(String operation, float[] target, int rows) {
    if (target.length < (long) rows * classes()) {
      throw new IllegalArgumentException(
          operation
              + ": target: expected at least "
              + rows
              + " x "
              + classes()
              + " elements, found "
              + target.length);
    }
  }

  /** Collects what a classifier is made of. */
  public static final class Builder {

    private final Backend backend;
    private int inputs;
    private int classes;
    private int[] hidden = {128, 50};
    private Activation first = Activation.SIGMOID;
    private Activation second = Activation.RELU;
    private Initialization initialization = Initialization.DEFAULT;
    private @Nullable List<String> classNames;
    private long seed = 1;

    private Builder(Backend backend) {
      this.backend = Objects.requireNonNull(backend, "backend");
    }

    /** How many features an example has. Must be set. */
    public Builder inputs(int inputs) {
      atLeastOne("inputs", inputs);
      this.inputs = inputs;
      return this;
    }

    /** How many classes there are, at least 2. Must be set, or {@link #classNames(List)}. */
    public Builder classes(int classes) {
      if (classes < 2) {
        throw new IllegalArgumentException("classes: expected at least 2, found " + classes);
      }
      this.classes = classes;
      return this;
    }

    /** The widths of the two hidden layers; 128 and 50 if not set. */
    public Builder hidden(int first, int second) {
      atLeastOne("hidden", first);
      atLeastOne("hidden", second);
      this.hidden = new int[] {first, second};
      return this;
    }

    /** The activations of the two hidden layers; sigmoid and ReLU if not set. */
    public Builder activations(Activation first, Activation second) {
      this.first = Objects.requireNonNull(first, "first");
      this.second = Objects.requireNonNull(second, "second");
      return this;
    }

    /** How weights are drawn; {@link Initialization#DEFAULT} if not set. */
    public Builder initialization(Initialization initialization) {
      this.initialization = Objects.requireNonNull(initialization, "initialization");
      return this;
    }

    /** A name for each class, all different; their numbers if not set. */
    public Builder classNames(List<String> names) {
      if (new HashSet<>(names).size() != names.size()) {
        throw new IllegalArgumentException("classNames: expected different names, found " + names);
      }
      this.classNames = List.copyOf(names);
      return this;
    }

    /** The seed of the weights, any; 1 if not set. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** The classifier, its weights drawn. */
    public ThreeLayerClassifier build() {
      if (inputs == 0) {
        throw new IllegalStateException("inputs: not set");
      }
      List<String> names = classNames;
      if (names == null) {
        if (classes == 0) {
          throw new IllegalStateException("classes: not set");
        }
        names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
      }
      if (classes == 0) {
        classes(names.size());
      } else if (classes != names.size()) {
        throw new IllegalStateException(
            "classNames: expected " + classes + " names, found " + names.size());
      }
      Network network =
          Network.builder(backend, inputs)
              .dense(hidden[0], first)
              .dense(hidden[1], second)
              .dense(classes, Activation.IDENTITY)
              .activation(Activation.SOFTMAX)
              .build();
      // What a model file does not hold is refused here, not after the training.
      InputScaling scaling = InputScaling.none(inputs);
      new ModelDescription(network.specs(), scaling, names, null, Provenance.UNKNOWN);
      network.initialize(initialization, seed);
      return new ThreeLayerClassifier(
          network, names, Provenance.UNKNOWN.withWeights(initialization.name(), seed));
    }

    private static void atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
      }
    }
  }
}
