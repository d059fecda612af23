package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Threads.OpensItsOwn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** The same calls give the same bits. */
abstract class DeterminismGroup extends Group {

  DeterminismGroup(BackendConformance kit) {
    super(kit);
  }

  /** One run over all operations; the results by the name of what gave them. */
  private static Map<String, float[]> results(Backend session) {
    Map<String, float[]> results = new LinkedHashMap<>();
    for (Samples.ProductShape shape :
        List.of(new Samples.ProductShape(9, 33, 17), new Samples.ProductShape(130, 260, 200))) {
      Matrix a = Samples.uniform(shape.m(), shape.k(), 1);
      Matrix b = Samples.uniform(shape.k(), shape.n(), 2);
      for (ProductsGroup.Product product : ProductsGroup.Product.values()) {
        Tensor out = session.allocate(shape.m(), shape.n());
        product.run(session, on(session, product.storedA(a)), on(session, product.storedB(b)), out);
        results.put(product.operation() + " " + a + " x " + b, read(out));
      }
      layers(session, shape, a, results);
    }
    Matrix x = Samples.uniform(64, 100, 3);
    Tensor tx = on(session, x);
    Tensor row = session.allocate(1, 100);
    session.sumRows(tx, row);
    results.put("sumRows " + x, read(row));
    Tensor y = session.allocate(64, 100);
    session.axpby(0.3f, tx, 0, y);
    session.addRow(row, y);
    session.axpby(-0.7f, tx, 0.9f, y);
    results.put("axpby and addRow " + x, read(y));
    session.multiply(tx, y, y);
    results.put("multiply " + x, read(y));
    results.put("sumOfSquares " + x, halves(session.sumOfSquares(y)));
    Tensor dx = session.allocate(64, 100);
    for (Activation f : Activation.values()) {
      session.activate(f, tx, y);
      results.put("activate " + f, read(y));
      session.activateBackward(f, y, tx, dx);
      results.put("activateBackward " + f, read(dx));
    }
    Tensor m = session.allocate(64, 100);
    Tensor v = session.allocate(64, 100);
    for (int step = 0; step < 3; step++) {
      session.adam(tx, m, v, y, 0.9f, 0.999f, 1e-3f, 1e-8f, 1e-5f);
    }
    results.put("adam", read(y));
    Tensor target = on(session, Samples.oneHot(64, 100, 4));
    int number = 0;
    for (Loss loss : losses(session)) {
      String name = "loss " + number++ + " on " + loss.input();
      double value = loss.valueAndGradient(tx, target, y);
      results.put(name + ": gradient", read(y));
      results.put(name + ": value", halves(value));
      results.put(name + ": value alone", halves(loss.value(tx, target)));
    }
    return results;
  }

  private static void layers(
      Backend session, Samples.ProductShape shape, Matrix x, Map<String, float[]> results) {
    Layer layer = session.dense(shape.k(), shape.n(), Activation.TANH);
    Tensor weight = layer.parameters().get(0).value();
    weight.write(Samples.uniform(shape.k(), shape.n(), 5).floats(), 0);
    Tensor tx = on(session, x);
    Tensor y = session.allocate(shape.m(), shape.n());
    layer.forward(tx, y);
    results.put("dense forward " + x, read(y));
    Tensor dy = on(session, Samples.uniform(shape.m(), shape.n(), 6));
    Tensor dx = session.allocate(shape.m(), shape.k());
    Tensor dw = session.allocateLike(weight);
    Tensor db = session.allocate(1, shape.n());
    layer.backward(tx, y, dy, dx, List.of(dw, db));
    results.put("dense backward " + x + ": dx", read(dx));
    results.put("dense backward " + x + ": gradient of weight", read(dw));
    results.put("dense backward " + x + ": gradient of bias", read(db));
  }

  private static Tensor on(Backend session, Matrix content) {
    Tensor tensor = session.allocate(content.rows(), content.cols());
    tensor.write(content.floats(), 0);
    return tensor;
  }

  /** All bits of a double as two floats. */
  private static float[] halves(double value) {
    long bits = Double.doubleToRawLongBits(value);
    return new float[] {
      Float.intBitsToFloat((int) (bits >>> 32)), Float.intBitsToFloat((int) bits)
    };
  }

  private static void checkSame(
      String what, Map<String, float[]> expected, Map<String, float[]> found) {
    for (Map.Entry<String, float[]> result : expected.entrySet()) {
      float[] again = found.get(result.getKey());
      if (again == null) {
        throw new AssertionFailedError(what + ": no result for " + result.getKey());
      }
      checkBits(what + ": " + result.getKey(), result.getValue(), again);
    }
  }

  @Test
  @DisplayName("the same calls in one session give the same bits, each time")
  void oneSession() {
    Map<String, float[]> first = results(backend);
    checkSame("the second run in one session", first, results(backend));
    checkSame("the third run in one session", first, results(backend));
  }

  @Test
  @OpensItsOwn
  @DisplayName("the same calls in another session of the same settings give the same bits")
  void twoSessionsOfDeterminism() {
    for (int threads : new int[] {1, 2}) {
      try (Backend first = open(kit.options().threads(threads));
          Backend second = open(kit.options().threads(threads))) {
        Map<String, float[]> expected = results(first);
        // Something else in between: no result depends on what came before.
        second.matmul(second.allocate(3, 5), second.allocate(5, 7), second.allocate(3, 7));
        checkSame("another session with " + threads + " threads", expected, results(second));
      }
    }
  }

  @Test
  @DisplayName("what out held before has no part in the result, to the bit")
  void oldContents() {
    Matrix a = Samples.uniform(17, 100, 7);
    Matrix b = Samples.uniform(100, 33, 8);
    float[][] found = new float[3][];
    Matrix[] before = {
      Matrix.zeros(17, 33),
      Samples.generate(17, 33, i -> Double.NaN),
      Samples.generate(17, 33, i -> (i % 2 * 2 - 1) * 0x1p127)
    };
    for (int i = 0; i < before.length; i++) {
      Tensor out = tensor(before[i]);
      backend.matmul(tensor(a), tensor(b), out);
      found[i] = read(out);
      checkBits("matmul into an out that held something else", found[0], found[i]);
    }
  }

  @Test
  @DisplayName("training twice gives the same weights, to the bit")
  void training() {
    for (TrainingSet.Recipe recipe : TrainingSet.Recipe.values()) {
      float[][] weights = new float[2][];
      for (int i = 0; i < 2; i++) {
        BackendTraining training = new BackendTraining(backend, recipe);
        for (int step = 0; step < 30; step++) {
          training.step(step);
        }
        weights[i] = training.weights();
      }
      checkBits(recipe + ": the weights after 30 steps, trained again", weights[0], weights[1]);
    }
  }
}
