package dev.polymath.benchmarks;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.conformance.Expected;
import dev.polymath.conformance.Matrix;
import dev.polymath.conformance.Oracle;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Schedule;
import dev.polymath.models.optim.Sgd;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.Trainer;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The network that all benchmarks share, 784 → 128 sigmoid → 50 ReLU → 10, its data and its
 * training, and the same in double.
 */
final class ThreeLayers {

  static final int INPUTS = 784;
  static final int CLASSES = 10;

  /** Each element of a result may differ by this share of the largest. */
  private static final double TOLERANCE = 1e-4;

  private ThreeLayers() {}

  /** The classifier with its parameters drawn. */
  static Classifier classifier(Backend backend) {
    Classifier classifier =
        ThreeLayerClassifier.builder(backend).inputs(INPUTS).classes(CLASSES).build();
    Network network = classifier.network();
    List<float[]> values = parameters(network);
    for (int i = 0; i < values.size(); i++) {
      network.parameters().get(i).value().write(values.get(i), 0);
    }
    return classifier;
  }

  /** Weights and biases from ±1/√inputs, as PyTorch draws them. */
  private static List<float[]> parameters(Network network) {
    List<float[]> values = new ArrayList<>();
    for (LayerSpec spec : network.specs()) {
      if (spec instanceof LayerSpec.Dense) {
        double bound = 1 / Math.sqrt(spec.inputs());
        int weights = spec.inputs() * spec.outputs();
        int stream = Numbers.PARAMETERS + values.size();
        values.add(Numbers.uniform(stream, weights, -bound, bound));
        values.add(Numbers.uniform(stream + 1, spec.outputs(), -bound, bound));
      }
    }
    return values;
  }

  /** Examples with features in [0, 1) and any label. */
  static DataSet data(int examples) {
    int[] labels = new int[examples];
    float[] drawn = Numbers.uniform(Numbers.LABELS, examples, 0, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels[i] = (int) drawn[i];
    }
    return DataSet.ofFeatures(
        INPUTS,
        features(examples),
        labels,
        IntStream.range(0, CLASSES).mapToObj(c -> "" + c).toList());
  }

  /** The features of {@link #data}, row by row. */
  static float[] features(int examples) {
    return Numbers.uniform(Numbers.FEATURES, examples * INPUTS, 0, 1);
  }

  /** A training run without an end: plain SGD on softmax cross-entropy, data as they are. */
  static Trainer trainer(Network network, DataSet data, int batch, double learningRate) {
    return new Trainer(network, data, options(batch, learningRate));
  }

  /** The options of {@link #trainer}. */
  static TrainingOptions options(int batch, double learningRate) {
    return TrainingOptions.defaults()
        .epochs(Integer.MAX_VALUE)
        .batch(batch)
        .optimizer(new Sgd())
        .learningRate(learningRate)
        .schedule(Schedule.constant())
        .loss(LossFunction.CROSS_ENTROPY)
        .labelSmoothing(0)
        .shifts(0)
        .standardize(false);
  }

  /**
   * Trains a network of its own for one step of rate 1 and compares the loss and each updated
   * parameter with the oracle's.
   */
  static void checkStep(Backend backend, int batch) {
    Network network = classifier(backend).network();
    List<float[]> before = parameters(network);
    DataSet data = data(batch);
    double loss = trainer(network, data, batch, 1).step();
    Step expected = step(before, data);
    if (!(Math.abs(loss - expected.loss) <= TOLERANCE * expected.loss)) {
      throw new AssertionError("loss: expected " + expected.loss + ", found " + loss);
    }
    for (int i = 0; i < before.size(); i++) {
      Parameter p = network.parameters().get(i);
      float[] after = new float[before.get(i).length];
      p.value().read(after, 0);
      double[] gradient = expected.gradients.get(i).values();
      double[] moved = new double[after.length];
      double largest = 0;
      for (int j = 0; j < moved.length; j++) {
        moved[j] = before.get(i)[j] - gradient[j];
        largest = Math.max(largest, Math.abs(gradient[j]));
      }
      check(p.name() + " after a step", moved, after, TOLERANCE * largest);
    }
  }

  /** Compares probabilities with the oracle's. */
  static void checkProbabilities(Network network, float[] features, float[] found) {
    List<Matrix> outputs =
        forward(parameters(network), Matrix.of(found.length / CLASSES, INPUTS, features));
    Expected probabilities = Oracle.activate(Activation.SOFTMAX, outputs.get(2));
    check("probabilities", probabilities.value().values(), found, TOLERANCE);
  }

  private static void check(String what, double[] expected, float[] found, double tolerance) {
    for (int i = 0; i < found.length; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            what
                + ": element "
                + i
                + ": expected "
                + expected[i]
                + ", found "
                + found[i]
                + ", tolerance "
                + tolerance);
      }
    }
  }

  private record Step(double loss, List<Matrix> gradients) {}

  private static final List<Activation> ACTIVATIONS =
      List.of(Activation.SIGMOID, Activation.RELU, Activation.IDENTITY);

  private static List<Matrix> forward(List<float[]> parameters, Matrix x) {
    List<Matrix> outputs = new ArrayList<>();
    Matrix input = x;
    for (int i = 0; i < 3; i++) {
      Matrix weight = weight(parameters, i);
      Matrix bias = Matrix.of(1, weight.cols(), parameters.get(2 * i + 1));
      input = Oracle.dense(ACTIVATIONS.get(i), input, weight, bias).value();
      outputs.add(input);
    }
    return outputs;
  }

  private static Matrix weight(List<float[]> parameters, int layer) {
    int outputs = parameters.get(2 * layer + 1).length;
    return Matrix.of(
        parameters.get(2 * layer).length / outputs, outputs, parameters.get(2 * layer));
  }

  private static Step step(List<float[]> parameters, DataSet data) {
    Matrix x = Matrix.of(data.size(), INPUTS, features(data.size()));
    Matrix target = Matrix.zeros(data.size(), CLASSES);
    for (int i = 0; i < data.size(); i++) {
      target.values()[i * CLASSES + data.label(i)] = 1;
    }
    List<Matrix> y = forward(parameters, x);
    Oracle.LossAndGradient loss = Oracle.softmaxCrossEntropy(y.get(2), target);
    List<Matrix> gradients = new ArrayList<>();
    Matrix dy = loss.gradient().value();
    for (int i = 2; i >= 0; i--) {
      Oracle.DenseGradients g =
          Oracle.denseBackward(
              ACTIVATIONS.get(i), i == 0 ? x : y.get(i - 1), weight(parameters, i), y.get(i), dy);
      gradients.add(0, g.db().value());
      gradients.add(0, g.dw().value());
      dy = g.dx().value();
    }
    return new Step(loss.value(), gradients);
  }
}
