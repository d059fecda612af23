package dev.polymath.benchmarks;

import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.conformance.Matrix;
import dev.polymath.conformance.Oracle;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;

/**
 * The backward pass of one dense layer, or of all three: weight, bias and input gradient, the last
 * one not before the first layer.
 *
 * <p>A layer uses up the gradient that comes in, so each call makes it anew: a layer on its own by
 * writing it, the whole network by softmax cross-entropy, whose gradient is where a backward pass
 * begins.
 */
@BenchmarkMode(Mode.AverageTime)
public class BackwardBenchmark extends BackendBenchmark {

  /** A layer by inputs, outputs and activation, or {@code whole}. */
  @Param({"784x128-sigmoid", "128x50-relu", "50x10-identity", "whole"})
  public String layer;

  /** Rows of a pass. */
  @Param({"64", "512"})
  public int batch;

  /** One layer and its tensors; {@code dx} is null where it is not wanted. */
  private record Pass(
      Layer layer,
      LayerSpec spec,
      Tensor x,
      Tensor y,
      Tensor dy,
      Tensor dx,
      List<Tensor> gradients) {}

  // From the last layer to the first. An array: iterating a list would allocate.
  private Pass[] passes;
  private Loss loss;
  private Tensor target;
  private Tensor dy;
  private float[] incoming;

  @Override
  void prepare() {
    Network network = ThreeLayers.classifier(session).network();
    List<LayerSpec> dense = network.specs().subList(0, 3);
    List<String> names = dense.stream().map(BackwardBenchmark::name).toList();
    boolean whole = layer.equals("whole");
    int first = whole ? 0 : names.indexOf(layer);
    int last = whole ? 2 : first;
    if (first < 0) {
      throw new IllegalArgumentException(
          "layer: expected whole or one of " + names + ", found " + layer);
    }
    List<Pass> chain = new ArrayList<>();
    Tensor x = session.allocate(batch, dense.get(first).inputs());
    x.write(Numbers.uniform(Numbers.FEATURES, batch * x.cols(), 0, 1), 0);
    Tensor dx = first == 0 ? null : session.allocate(batch, x.cols());
    for (int i = first; i <= last; i++) {
      Layer l = network.layers().get(i);
      Tensor y = session.allocate(batch, l.outputs());
      Tensor dOutput = session.allocate(batch, l.outputs());
      List<Tensor> gradients =
          l.parameters().stream().map(p -> session.allocateLike(p.value())).toList();
      chain.add(0, new Pass(l, dense.get(i), x, y, dOutput, dx, gradients));
      l.forward(x, y);
      x = y;
      dx = dOutput;
    }
    passes = chain.toArray(new Pass[0]);
    dy = passes[0].dy;
    incoming = Numbers.uniform(Numbers.LEFT, batch * dy.cols(), -1.0 / batch, 1.0 / batch);
    if (whole) {
      loss = session.softmaxCrossEntropy();
      target = session.allocate(batch, ThreeLayers.CLASSES);
      target.write(oneHot(ThreeLayers.data(batch)), 0);
    }
    check();
  }

  private static String name(LayerSpec spec) {
    return spec.inputs()
        + "x"
        + spec.outputs()
        + "-"
        + spec.activation().name().toLowerCase(Locale.ROOT);
  }

  private static float[] oneHot(DataSet data) {
    float[] rows = new float[data.size() * ThreeLayers.CLASSES];
    for (int i = 0; i < data.size(); i++) {
      rows[i * ThreeLayers.CLASSES + data.label(i)] = 1;
    }
    return rows;
  }

  /** Each layer on the backend's own input, so that the oracle's bounds are those of one layer. */
  private void check() {
    begin();
    if (loss != null) {
      Oracle.softmaxCrossEntropy(matrix(passes[0].y), matrix(target))
          .gradient()
          .check("gradient of the loss", floats(dy));
    }
    for (Pass p : passes) {
      Matrix weight = matrix(p.layer.parameters().get(0).value());
      Matrix x = matrix(p.x);
      Oracle.DenseGradients expected =
          Oracle.denseBackward(p.spec.activation(), x, weight, matrix(p.y), matrix(p.dy));
      p.layer.backward(p.x, p.y, p.dy, p.dx, p.gradients);
      String what = " of " + p.spec;
      expected.dw().check("weight gradient" + what, floats(p.gradients.get(0)));
      expected.db().check("bias gradient" + what, floats(p.gradients.get(1)));
      if (p.dx != null) {
        expected.dx().check("input gradient" + what, floats(p.dx));
      }
    }
  }

  private static Matrix matrix(Tensor tensor) {
    return Matrix.of(tensor.rows(), tensor.cols(), floats(tensor));
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }

  /** One backward pass. */
  @Benchmark
  public void backward() {
    begin();
    for (Pass p : passes) {
      p.layer.backward(p.x, p.y, p.dy, p.dx, p.gradients);
    }
  }

  private void begin() {
    if (loss == null) {
      dy.write(incoming, 0);
    } else {
      loss.valueAndGradient(passes[0].y, target, dy);
    }
  }
}
