package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.metrics.Evaluation;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
  private boolean fitted;

  private ThreeLayerClassifier(
      Network network, List<String> classNames, @Nullable InputScaling scaling) {
    this.network = network;
    this.classNames = classNames;
    this.inference = new Inference(network);
    this.fitted = scaling != null;
    this.scaling = scaling == null ? InputScaling.none(network.inputs()) : scaling;
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

  /** A name for each class. */
  public List<String> classNames() {
    return classNames;
  }

  /** What is done to the features before the first layer. */
  public InputScaling scaling() {
    return scaling;
  }

  /**
   * Trains on a data set, from the parameters as they are. The first training sets the input
   * scaling; a further one, of a loaded classifier too, keeps it.
   *
   * @param data as many features and classes as the classifier has
   * @throws TrainingDivergedException if the loss is not finite
   */
  public TrainingHistory fit(DataSet data, TrainingOptions options) {
    Trainer trainer = new Trainer(network, data, options, fitted ? scaling : null);
    scaling = trainer.scaling();
    fitted = true;
    return trainer.run();
  }

  /**
   * Predicts every example of a data set. The loss is the mean cross-entropy, whatever was
   * minimised in training.
   */
  public Evaluation evaluate(DataSet data) {
    if (data.features() != inputs() || data.classes() != classes()) {
      throw new IllegalArgumentException(
          "evaluate: the classifier has "
              + inputs()
              + " inputs and "
              + classes()
              + " classes, the data set "
              + data.features()
              + " features and "
              + data.classes()
              + " classes");
    }
    return inference.evaluate(data, scaling, LossFunction.CROSS_ENTROPY);
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
      throw new IllegalArgumentException(
          "topK: k: expected 1 to " + classes() + ", found " + k);
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
      throw new IllegalArgumentException(
          operation + ": rows: expected at least 1, found " + rows);
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
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new IllegalArgumentException(
            operation + ": feature " + i + " is " + features[i] + ", expected a finite number");
      }
    }
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
      network.initialize(initialization, seed);
      return new ThreeLayerClassifier(network, names, null);
    }

    private static void atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
      }
    }
  }
}
