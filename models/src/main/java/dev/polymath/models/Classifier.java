package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.metrics.Aim;
import dev.polymath.models.metrics.Calibration;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A classifier: a chain of dense layers and a softmax, with all that a prediction depends on.
 *
 * <p>Features are given as a {@link DataSet} delivers them, an image's pixels in [0, 1]; whatever
 * scaling was learned in training is applied inside.
 *
 * <p>Any number of threads may predict at once. Each call borrows buffers from a pool that grows to
 * the peak of concurrent calls. Nobody may predict while {@link #fit} runs, and only one fit may
 * run at a time.
 */
public final class Classifier extends Model {

  private Classifier(FittedNetwork fitted) {
    super(fitted);
  }

  /** Starts a classifier whose parameters live in {@code backend}. */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** How many classes there are. */
  public int classes() {
    return fitted.network().outputs();
  }

  /** The size of the images that it was trained on; empty where the features are no images. */
  public Optional<ImageSize> imageSize() {
    return input() instanceof ModelInput.Pictures pictures
        ? Optional.of(pictures.size())
        : Optional.empty();
  }

  /** A name for each class. */
  public List<String> classNames() {
    return fitted.output().names();
  }

  /**
   * What the last {@link #fit} of this object left the model saying of the training examples that
   * were held out: for {@linkplain TrainingOptions#folds folds}, each example by the members that
   * were not trained on it. Empty if nothing was held out. No file keeps it.
   */
  public Optional<Predictions> heldOut() {
    return Optional.ofNullable(fitted.heldOut().classes());
  }

  /**
   * By what the last {@link #fit} of this object divided the logits to {@linkplain
   * TrainingOptions#calibrate calibrate} them; 1 if it did not.
   */
  public double temperature() {
    return fitted.temperature();
  }

  /** By which it is decided between two classes; empty if the most probable class is predicted. */
  public Optional<ModelOutput.Threshold> threshold() {
    return Optional.ofNullable(decision());
  }

  /**
   * Decides between two classes by a threshold from now on; the model file keeps it. A further
   * training drops it.
   *
   * @param threshold such as {@link Aim} chooses it; null for the most probable class
   * @throws IllegalArgumentException if there are not two classes
   */
  public void threshold(ModelOutput.@Nullable Threshold threshold) {
    fitted.output(new ModelOutput.Classes(classNames(), threshold));
  }

  private ModelOutput.@Nullable Threshold decision() {
    return ((ModelOutput.Classes) fitted.output()).threshold();
  }

  /**
   * Makes the probabilities as sure as they should be: fits a {@linkplain
   * Calibration#trustedTemperature temperature} to the predictions of examples held out, and
   * divides the weights and the bias of the last layer by it. Which class is predicted stays, up to
   * rounding.
   *
   * @param held examples that were not trained on
   * @return the temperature; 1 changes nothing
   */
  public double calibrate(DataSet held) {
    double temperature = Calibration.trustedTemperature(predictAll(held));
    fitted.scaleLogits(1 / temperature);
    ModelOutput.Threshold before = decision();
    if (before != null) {
      threshold(before.at(temperature));
    }
    return temperature;
  }

  /**
   * Reads a classifier, whatever backend it was trained on.
   *
   * @throws ModelFormatException if the file is no sound model file, or its network does not end in
   *     a softmax, or computes numbers, which {@link Regressor} reads
   */
  public static Classifier load(Path file, Backend backend) throws IOException {
    return of(file.toString(), ModelFile.read(file), backend);
  }

  /** Reads a classifier from a stream, to its end; the stream stays open. */
  public static Classifier load(InputStream in, Backend backend) throws IOException {
    return of("model", ModelFile.read(in), backend);
  }

  /** Reads a classifier from the content of a model file. */
  public static Classifier load(byte[] content, Backend backend) throws IOException {
    return of("model", ModelFile.read(content), backend);
  }

  private static Classifier of(String file, ModelFile model, Backend backend)
      throws ModelFormatException {
    try {
      return of(model, backend);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(file, "" + e.getMessage());
    }
  }

  /**
   * The classifier that a model describes: the way back from {@link #snapshot()}.
   *
   * @throws IllegalArgumentException if the model's network does not end in a softmax, or computes
   *     numbers
   */
  public static Classifier of(ModelFile model, Backend backend) {
    FittedNetwork.requireTask("classifier", Task.CLASSIFICATION, model);
    List<LayerSpec> specs = model.description().layers();
    if (specs.get(specs.size() - 1).activation() != Activation.SOFTMAX) {
      throw new IllegalArgumentException(
          "classifier: expected layers that end in a softmax, found " + specs);
    }
    return new Classifier(FittedNetwork.of("classifier", model, backend));
  }

  /**
   * Predicts every example of a data set. The loss is the mean cross-entropy, whatever was
   * minimised in training.
   *
   * @param data its classes and, where they have names, its columns are matched by name
   */
  public Evaluation evaluate(DataSet data) {
    DataSet fitting = fitted.fitted("evaluate", data);
    Inference inference = fitted.inference();
    Evaluation likeliest =
        inference.evaluate(fitting, scaling(), network().backend().softmaxCrossEntropy());
    ModelOutput.Threshold threshold = decision();
    return threshold == null
        ? likeliest
        : new Evaluation(likeliest.loss(), inference.confusion(fitting, scaling(), threshold));
  }

  /**
   * The probability of each class for every example of a data set: what calibration and the worst
   * mistakes are read from. Takes 4 bytes for each example and class.
   */
  public Predictions predictAll(DataSet data) {
    Predictions likeliest =
        fitted.inference().predictions(fitted.fitted("predictAll", data), scaling());
    ModelOutput.Threshold threshold = decision();
    return threshold == null ? likeliest : likeliest.withThreshold(threshold);
  }

  /**
   * The class of one example: the most probable one, unless there is a {@link #threshold()}.
   *
   * @param features {@code [inputs]}, all finite; read
   */
  public int predict(float[] features) {
    fitted.checks().features("predict", features, 1);
    return fitted.inference().label(features, scaling(), decision());
  }

  /**
   * The class of each of some examples, as {@link #predict(float[])} has it.
   *
   * @param features {@code [rows, inputs]} row by row, all finite; read
   * @param target its first {@code rows} elements are overwritten
   */
  public void predict(float[] features, int rows, int[] target) {
    fitted.checks().features("predict", features, rows);
    Objects.checkFromIndexSize(0, rows, target.length);
    fitted.inference().labels(features, rows, scaling(), decision(), target);
  }

  /**
   * The probability of each class for one example. Allocates nothing once warm, on a backend that
   * allocates nothing.
   *
   * @param features {@code [inputs]}, all finite; read
   * @param target {@code [classes]}, overwritten
   */
  public void predictProbabilities(float[] features, float[] target) {
    fitted.checks().features("predictProbabilities", features, 1);
    fitted.checks().target("predictProbabilities", target, 1);
    fitted.inference().outputs(features, 1, scaling(), target);
  }

  /**
   * The probability of each class for each of some examples.
   *
   * @param features {@code [rows, inputs]} row by row, all finite; read
   * @param target {@code [rows, classes]} row by row, overwritten
   */
  public void predictProbabilities(float[] features, int rows, float[] target) {
    fitted.checks().features("predictProbabilities", features, rows);
    fitted.checks().target("predictProbabilities", target, rows);
    fitted.inference().outputs(features, rows, scaling(), target);
  }

  /**
   * The k most probable classes of one example, the most probable first; equals in the order of
   * their numbers. With a {@link #threshold()}, the class that is predicted comes first.
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
    ModelOutput.Threshold threshold = decision();
    int decided = threshold == null ? -1 : threshold.decide(probabilities, 0);
    return Prediction.best(k, classNames(), probabilities, decided);
  }

  /** Collects what a classifier is made of. */
  public static final class Builder extends Model.Builder<Builder> {

    private int classes;
    private @Nullable List<String> classNames;

    private Builder(Backend backend) {
      super(backend);
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    void nameOutputs(DataSet data) {
      classes(data.classes()).classNames(data.classNames());
    }

    /** How many classes there are, at least 2. Must be set, or {@link #classNames(List)}. */
    public Builder classes(int classes) {
      if (classes < 2) {
        throw new IllegalArgumentException("classes: expected at least 2, found " + classes);
      }
      this.classes = classes;
      return this;
    }

    /**
     * A name for each class, all different. If not set, the classes take the names of the first
     * data set that they are trained on.
     */
    public Builder classNames(List<String> names) {
      if (new HashSet<>(names).size() != names.size()) {
        throw new IllegalArgumentException("classNames: expected different names, found " + names);
      }
      this.classNames = List.copyOf(names);
      return this;
    }

    /** The classifier, its weights drawn. */
    public Classifier build() {
      plan.requireSet();
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
      ModelOutput output = new ModelOutput.Classes(names);
      return new Classifier(plan.build("classifier", output, classNames != null));
    }
  }
}
