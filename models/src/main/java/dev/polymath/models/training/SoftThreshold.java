package dev.polymath.models.training;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.Arrays;
import java.util.List;

/**
 * The proximal step of an L1 penalty on the weights: {@code w = sign(w) · max(|w| − t, 0)},
 * composed as {@code relu(w − t) − relu(−w − t)}. What falls below t becomes exactly 0.
 */
final class SoftThreshold {

  private final Backend backend;
  private final List<Weight> weights;
  private final double strength;

  /** A weight and its scratch tensors. */
  private record Weight(Tensor value, Tensor above, Tensor below, Tensor row, Tensor ones) {}

  SoftThreshold(
      Backend backend, Allocations tensors, List<Parameter> parameters, TrainingOptions options) {
    this.backend = backend;
    strength = options.l1() * options.rateFactor(Parameter.Role.WEIGHT);
    weights =
        parameters.stream()
            .filter(p -> p.role() == Parameter.Role.WEIGHT)
            .map(p -> scratch(tensors, p.value()))
            .toList();
  }

  private static Weight scratch(Allocations tensors, Tensor value) {
    Tensor ones = tensors.allocate(1, value.cols());
    float[] filled = new float[value.cols()];
    Arrays.fill(filled, 1);
    ones.write(filled, 0);
    return new Weight(
        value,
        tensors.allocateLike(value),
        tensors.allocateLike(value),
        tensors.allocate(1, value.cols()),
        ones);
  }

  void apply(double learningRate) {
    float threshold = (float) (learningRate * strength);
    for (int i = 0; i < weights.size(); i++) {
      Weight w = weights.get(i);
      backend.axpby(-threshold, w.ones, 0, w.row);
      excess(1, w, w.above);
      excess(-1, w, w.below);
      backend.axpby(1, w.above, 0, w.value);
      backend.axpby(-1, w.below, 1, w.value);
    }
  }

  /** {@code out = relu(sign · w − t)}. */
  private void excess(int sign, Weight w, Tensor out) {
    backend.axpby(sign, w.value, 0, out);
    backend.addRow(w.row, out);
    backend.activate(Activation.RELU, out, out);
  }
}
