package dev.polymath.models.check;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.conformance.ReferenceBackend;
import dev.polymath.conformance.ReferenceTensor;
import dev.polymath.models.Classifier;
import dev.polymath.models.Examples;
import dev.polymath.models.Regressor;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.check.GradientCheck.Result;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LossFunction;
import dev.polymath.models.training.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCheckTest {

  private static Backend open(String name) {
    return name.equals("reference")
        ? new ReferenceBackend()
        : Backends.open(name, BackendOptions.defaults());
  }

  private static List<LayerSpec> specs(Activation hidden, int... widths) {
    List<LayerSpec> specs = new ArrayList<>();
    for (int i = 1; i < widths.length; i++) {
      Activation f = i == widths.length - 1 ? Activation.IDENTITY : hidden;
      boolean softmax = f == Activation.SOFTMAX;
      specs.add(new LayerSpec.Dense(widths[i - 1], widths[i], softmax ? Activation.IDENTITY : f));
      if (softmax) {
        specs.add(new LayerSpec.ActivationLayer(widths[i], f));
      }
    }
    int classes = widths[widths.length - 1];
    specs.add(new LayerSpec.ActivationLayer(classes, Activation.SOFTMAX));
    return specs;
  }

  private static double share(GradientCheck check) {
    return check.parameters().stream().mapToDouble(Result::share).max().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "arrays", "arrays-vector"})
  void rightGradientsPassWithEveryActivationLossAndBatch(String name) {
    double most = 0;
    try (Backend backend = open(name)) {
      for (Activation f : Activation.values()) {
        for (LossFunction loss : LossFunction.values()) {
          for (int rows : new int[] {1, 2, 17, 64}) {
            for (int[] widths : new int[][] {{1, 1, 2}, {5, 9, 4, 3}, {33, 31, 17, 16, 7}}) {
              GradientCheck check =
                  GradientCheck.run(backend, specs(f, widths), loss, rows, 10 + rows);
              assertTrue(check.passed(), () -> f + " " + loss + " " + rows + ": " + check);
              assertEquals(check.expectedLoss(), check.loss(), 1e-5 * (1 + check.loss()));
              most = Math.max(most, share(check));
            }
          }
        }
      }
    }
    assertTrue(most < 0.5 && most > 1e-3, name + ": " + most);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  void theClassifierPassesFreshAndTrained(String name) {
    try (Backend backend = open(name)) {
      for (LossFunction loss : List.of(LossFunction.CROSS_ENTROPY, LossFunction.SQUARED_ERROR)) {
        for (long seed = 1; seed <= 5; seed++) {
          List<LayerSpec> specs =
              ThreeLayerClassifier.builder(backend)
                  .inputs(784)
                  .classes(10)
                  .build()
                  .network()
                  .specs();
          GradientCheck check = GradientCheck.run(backend, specs, loss, 64, seed);
          assertTrue(check.passed() && share(check) < 0.5, check::toString);
        }
        Classifier model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).build();
        var data = Digits.generate(1).test();
        model.fit(data, TrainingOptions.defaults().epochs(3).loss(loss));
        GradientCheck check =
            GradientCheck.run(model.network(), model.scaling(), loss, data, 100, 1);
        assertTrue(check.passed() && share(check) < 0.5, check::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "arrays-vector"})
  void aRegressorPassesFreshAndTrained(String name) {
    float[] features = new float[8 * 200];
    double[] targets = new double[2 * 200];
    Random random = new Random(1);
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < targets.length; i++) {
      targets[i] = 1000 + features[i / 2 * 8 + i % 2] + (i % 40 == 0 ? 50 : 0);
    }
    DataSet data = DataSet.ofTargets(8, features, targets, List.of("a", "b"));
    try (Backend backend = open(name)) {
      for (LossFunction loss : List.of(LossFunction.SQUARED_ERROR, LossFunction.HUBER)) {
        Regressor model = Regressor.builder(backend).inputs(8).outputs(2).hidden(20).build();
        List<LayerSpec> specs = model.network().specs();
        GradientCheck fresh = GradientCheck.run(backend, specs, loss, 64, 1);
        assertTrue(fresh.passed() && share(fresh) < 0.5, fresh::toString);
        assertEquals(fresh.expectedLoss(), fresh.loss(), 1e-5);
        model.fit(data, TrainingOptions.defaults().epochs(3).loss(loss));
        GradientCheck check =
            GradientCheck.run(model.network(), model.scaling(), loss, data, 100, 1);
        assertTrue(check.passed() && share(check) < 0.5, check::toString);
      }
    }
  }

  /** One kernel of a right backend gone wrong. */
  private static GradientCheck with(Supplier<ReferenceBackend> mutant) {
    try (Backend backend = mutant.get()) {
      return GradientCheck.run(
          backend, specs(Activation.SIGMOID, 7, 6, 5, 3), LossFunction.CROSS_ENTROPY, 12, 3);
    }
  }

  private static void assertCaught(GradientCheck check, String parameter) {
    assertFalse(check.passed(), check::toString);
    List<String> failed =
        check.parameters().stream().filter(r -> !r.passed()).map(Result::name).toList();
    assertTrue(failed.contains(parameter), check::toString);
  }

  @Test
  void oneElementOfAWeightGradientThatIsOffByAHundredthIsNamed() {
    GradientCheck check =
        with(
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void matmulTransAKernel(
                      ReferenceTensor a, ReferenceTensor b, ReferenceTensor out) {
                    super.matmulTransAKernel(a, b, out);
                    if (out.rows() == 6) {
                      out.data[2 * 5 + 3] *= 1.01f;
                    }
                  }
                });
    List<Result> failed = check.parameters().stream().filter(r -> !r.passed()).toList();
    assertEquals(1, failed.size());
    Result wrong = failed.get(0);
    assertEquals("layers.1.weight", wrong.name());
    assertEquals(2, wrong.row());
    assertEquals(3, wrong.col());
    assertEquals(1.01 * wrong.expected(), wrong.found(), 1e-5);
    assertTrue(wrong.toString().startsWith("layers.1.weight [2, 3]: expected "), wrong.toString());
  }

  @Test
  void aBiasGradientWithoutTheLastRowIsNamed() {
    GradientCheck check =
        with(
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
                    super.sumRowsKernel(x, out);
                    for (int j = 0; j < x.cols(); j++) {
                      out.data[j] -= x.data[(x.rows() - 1) * x.cols() + j];
                    }
                  }
                });
    for (int i = 0; i < 3; i++) {
      assertCaught(check, "layers." + i + ".bias");
      assertTrue(check.parameters().get(2 * i).passed(), check::toString);
    }
  }

  @Test
  void aDerivativeWithoutOneMinusYSpoilsTheLayersBeneath() {
    GradientCheck check =
        with(
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void activateBackwardKernel(
                      Activation f, ReferenceTensor y, ReferenceTensor dy, ReferenceTensor dx) {
                    for (int i = 0; i < y.rows() * y.cols(); i++) {
                      dx.data[i] = dy.data[i] * (f == Activation.SIGMOID ? y.data[i] : 1);
                    }
                  }
                });
    assertCaught(check, "layers.0.weight");
    assertCaught(check, "layers.1.bias");
    assertTrue(check.parameters().get(4).passed(), check::toString);
  }

  @Test
  void aBiasLeftOutAndAGradientOfNaNAreCaught() {
    assertCaught(
        with(
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void addRowKernel(ReferenceTensor row, ReferenceTensor y) {}
                }),
        "layers.0.weight");
    GradientCheck nan =
        with(
            () ->
                new ReferenceBackend() {
                  @Override
                  protected void sumRowsKernel(ReferenceTensor x, ReferenceTensor out) {
                    Arrays.fill(out.data, Float.NaN);
                  }
                });
    assertCaught(nan, "layers.2.bias");
    assertEquals(Double.POSITIVE_INFINITY, nan.parameters().get(5).share());
  }

  @Test
  void aValueOnReLUsKinkRaisesNoAlarm() {
    try (Backend backend = new ReferenceBackend()) {
      Network network = Network.of(backend, specs(Activation.RELU, 3, 2, 2));
      // 0.1 + 0.2 − 0.3 is 0 in exact arithmetic only: float32 may see it on either side.
      network.parameters().get(0).value().write(new float[] {0.1f, 1, 0.2f, 1, -0.3f, 1}, 0);
      network.parameters().get(2).value().write(new float[] {1, -1, 1, 1}, 0);
      GradientCheck check =
          GradientCheck.run(
              network,
              LossFunction.CROSS_ENTROPY,
              new float[] {1, 1, 1, 1, 1, 1},
              new float[] {1, 0, 0, 1});
      assertEquals(2, check.kinks());
      assertTrue(check.passed(), check::toString);
      // A network of zeros is on all kinks, exactly: nothing is rounded there.
      Network zeros = Network.of(backend, specs(Activation.RELU, 3, 2, 2));
      GradientCheck exact = GradientCheck.run(zeros, LossFunction.CROSS_ENTROPY, 4, 1);
      assertEquals(0, exact.kinks());
      assertTrue(exact.passed(), exact::toString);
    }
  }

  @Test
  void theParametersStayAsTheyAre() {
    try (Backend backend = new ReferenceBackend()) {
      Network network = Network.of(backend, specs(Activation.TANH, 3, 4, 2));
      network.initialize(Initialization.NORMAL, 2);
      float[] before = new float[12];
      network.parameters().get(0).value().read(before, 0);
      GradientCheck.run(network, LossFunction.SQUARED_ERROR, 3, 1);
      float[] after = new float[12];
      network.parameters().get(0).value().read(after, 0);
      assertTrue(Arrays.equals(before, after));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Backend backend = new ReferenceBackend()) {
      Network network = Network.of(backend, specs(Activation.TANH, 3, 4, 2));
      LossFunction loss = LossFunction.CROSS_ENTROPY;
      assertMessage(
          "batch: expected at least 1, found 0", () -> GradientCheck.run(network, loss, 0, 1));
      assertMessage(
          "batch: expected at most 536870911 where a layer is 4 wide, found 536870912",
          () -> GradientCheck.run(network, loss, 1 << 29, 1));
      assertMessage(
          "features: expected 1 x 3 values, found 4",
          () -> GradientCheck.run(network, loss, new float[4], new float[2]));
      assertMessage(
          "targets: expected 2 x 2 values, found 2",
          () -> GradientCheck.run(network, loss, new float[6], new float[2]));
      assertMessage(
          "features: element 1 is NaN, expected a finite number",
          () -> GradientCheck.run(network, loss, new float[] {0, Float.NaN, 0}, new float[2]));
      assertMessage(
          "check: the network has 3 inputs and 2 outputs, the data set 2 features and 3 classes",
          () ->
              GradientCheck.run(network, InputScaling.none(2), loss, Examples.clouds(9, 1), 4, 1));
      assertMessage(
          "check: the network has no parameters: activation TANH",
          () ->
              GradientCheck.run(
                  Network.builder(backend, 2).activation(Activation.TANH).build(), loss, 3, 1));
    }
  }
}
