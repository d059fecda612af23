package dev.polymath.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the article that the classifier comes from gets wrong, beside what is done here: see {@code
 * docs/the-article.md}. The article's side is computed in double by the formulas of its text.
 */
class ArticleTest {

  private static final float TINY = 1e-6f;

  static List<String> available() {
    return TestBackends.available();
  }

  private static Tensor tensor(Backend backend, int rows, int cols, float... values) {
    Tensor tensor = backend.allocate(rows, cols);
    tensor.write(values, 0);
    return tensor;
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  /** exp(−z) / Σ exp(−z), without a shift. */
  private static double[] articleSoftmax(double... z) {
    double sum = 0;
    for (double value : z) {
      sum += Math.exp(-value);
    }
    double[] p = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      p[i] = Math.exp(-z[i]) / sum;
    }
    return p;
  }

  @ParameterizedTest
  @MethodSource("available")
  void softmaxIsOfTheLogitsNotOfTheirNegatives(String name) {
    double[] article = articleSoftmax(1, 2, 3);
    assertTrue(article[0] > article[1] && article[1] > article[2], "the least logit wins");
    try (Backend backend = TestBackends.open(name, 1)) {
      Tensor p = backend.allocate(1, 3);
      backend.activate(Activation.SOFTMAX, tensor(backend, 1, 3, 1, 2, 3), p);
      assertArrayEquals(new float[] {0.09003057f, 0.24472847f, 0.66524096f}, read(p), TINY);
      // Descending the standard cross-entropy raises the target's logit. With the article's
      // softmax the target's probability then falls.
      Tensor gradient = backend.allocate(1, 3);
      Tensor target = tensor(backend, 1, 3, 0, 1, 0);
      backend
          .softmaxCrossEntropy()
          .valueAndGradient(tensor(backend, 1, 3, 1, 2, 3), target, gradient);
      assertArrayEquals(new float[] {0.09003057f, -0.75527153f, 0.66524096f}, read(gradient), TINY);
    }
    assertTrue(articleSoftmax(1, 2.1, 3)[1] < article[1]);
  }

  @ParameterizedTest
  @MethodSource("available")
  void softmaxIsShiftedByTheMaximum(String name) {
    assertTrue(Double.isNaN(articleSoftmax(-1000, 0)[0]), "infinity over infinity");
    try (Backend backend = TestBackends.open(name, 1)) {
      Tensor p = backend.allocate(1, 3);
      backend.activate(Activation.SOFTMAX, tensor(backend, 1, 3, 1000, 999, -1000), p);
      assertArrayEquals(new float[] {0.7310586f, 0.26894143f, 0}, read(p), TINY);
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void theWeightGradientIsAnOuterProductEvenOfOneExample(String name) {
    try (Backend backend = TestBackends.open(name, 1)) {
      Tensor gradient = backend.allocate(3, 2);
      backend.matmulTransA(
          tensor(backend, 1, 3, 1, 2, 3), tensor(backend, 1, 2, 10, 100), gradient);
      assertArrayEquals(new float[] {10, 100, 20, 200, 30, 300}, read(gradient));
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void aLayerKnowsHowManyOutputsItHas(String name) {
    try (Backend backend = TestBackends.open(name, 1)) {
      Layer layer = backend.dense(784, 128, Activation.SIGMOID);
      assertEquals(784, layer.inputs());
      assertEquals(128, layer.outputs());
      Parameter bias = layer.parameters().get(1);
      assertEquals("bias", bias.name());
      assertEquals(Parameter.Role.BIAS, bias.role());
      assertEquals(128, bias.value().cols());
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void reluKeepsItsActivationForWhoeverReadsItNext(String name) {
    try (Backend backend = TestBackends.open(name, 1)) {
      Layer relu = backend.activation(4, Activation.RELU);
      Tensor x = tensor(backend, 1, 4, -1, 2, 0, 3);
      Tensor y = backend.allocate(1, 4);
      relu.forward(x, y);
      for (int pass = 0; pass < 2; pass++) {
        Tensor dx = backend.allocate(1, 4);
        relu.backward(x, y, tensor(backend, 1, 4, 5, 6, 7, 8), dx, List.of());
        assertArrayEquals(new float[] {0, 6, 0, 8}, read(dx), "pass " + pass);
        assertArrayEquals(new float[] {0, 2, 0, 3}, read(y), "pass " + pass);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void theGradientOfTheSquaredErrorHasItsFactorTwo(String name) {
    try (Backend backend = TestBackends.open(name, 1)) {
      Loss loss = backend.squaredError();
      Tensor target = tensor(backend, 1, 2, 0, 1);
      Tensor gradient = backend.allocate(1, 2);
      double value = loss.valueAndGradient(tensor(backend, 1, 2, 0.5f, 0.25f), target, gradient);
      assertEquals(0.8125, value);
      assertArrayEquals(new float[] {1, -1.5f}, read(gradient));
      // Half of it, as in the article, is not the slope of the loss.
      double h = 1.0 / 1024;
      double above = loss.value(tensor(backend, 1, 2, (float) (0.5 + h), 0.25f), target);
      double below = loss.value(tensor(backend, 1, 2, (float) (0.5 - h), 0.25f), target);
      assertEquals(1, (above - below) / (2 * h), 1e-9);
    }
  }

  /** The part of the first layer's sigmoids outside (0.01, 0.99) on 500 drawn digits. */
  private static double saturated(String name, Initialization initialization) {
    DataSet digits = Digits.generate(1).test();
    int n = 500;
    float[] features = new float[n * 784];
    for (int i = 0; i < n; i++) {
      digits.copyFeatures(i, features, 784 * i);
    }
    try (Backend backend = TestBackends.open(name, 1)) {
      Network network = Network.builder(backend, 784).dense(128, Activation.SIGMOID).build();
      network.initialize(initialization, 1);
      List<Tensor> y = network.allocateOutputs(n);
      network.forward(tensor(backend, n, 784, features), y);
      int outside = 0;
      float[] sigmoids = read(y.get(0));
      for (float s : sigmoids) {
        outside += s < 0.01 || s > 0.99 ? 1 : 0;
      }
      return (double) outside / sigmoids.length;
    }
  }

  @ParameterizedTest
  @MethodSource("available")
  void weightsScaledByTheirLayerLeaveItsSigmoidsUnsaturated(String name) {
    double normal = saturated(name, Initialization.NORMAL);
    double scaled = saturated(name, Initialization.DEFAULT);
    assertTrue(normal > 0.4, "N(0, 1): " + normal);
    assertTrue(scaled < 0.01, "scaled: " + scaled);
  }

  @ParameterizedTest
  @MethodSource("available")
  void backwardUpdatesNothingAndTheInputGradientIsOfTheWeightsInForce(String name) {
    try (Backend backend = TestBackends.open(name, 1)) {
      Layer dense = backend.dense(2, 2, Activation.IDENTITY);
      Tensor weight = dense.parameters().get(0).value();
      Tensor bias = dense.parameters().get(1).value();
      weight.write(new float[] {1, 2, 3, 4}, 0);
      bias.write(new float[] {5, 6}, 0);
      Tensor x = tensor(backend, 1, 2, 1, 1);
      Tensor y = backend.allocate(1, 2);
      dense.forward(x, y);
      Tensor dx = backend.allocate(1, 2);
      List<Tensor> gradients = List.of(backend.allocate(2, 2), backend.allocate(1, 2));
      dense.backward(x, y, tensor(backend, 1, 2, 1, 10), dx, gradients);
      assertArrayEquals(new float[] {1, 2, 3, 4}, read(weight));
      assertArrayEquals(new float[] {5, 6}, read(bias));
      assertArrayEquals(new float[] {21, 43}, read(dx));
      assertArrayEquals(new float[] {1, 10, 1, 10}, read(gradients.get(0)));
    }
  }
}
