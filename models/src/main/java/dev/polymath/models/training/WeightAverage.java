package dev.polymath.models.training;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.List;

/**
 * An exponential moving average of the parameters. After update t (from 1) with decay d:
 *
 * <pre>{@code average = dₜ · average + (1 − dₜ) · w,   dₜ = min(d, (1 + t) / (10 + t))}</pre>
 *
 * <p>So a short run, or the beginning of a long one, does not average in where it started from.
 */
final class WeightAverage {

  private final Backend backend;
  private final List<Parameter> parameters;
  private final List<Tensor> averages;
  private final List<Tensor> spare;
  private final double decay;
  private long updates;

  WeightAverage(Backend backend, Allocations tensors, List<Parameter> parameters, double decay) {
    this.backend = backend;
    this.parameters = parameters;
    this.decay = decay;
    averages = parameters.stream().map(p -> tensors.allocateLike(p.value())).toList();
    spare = parameters.stream().map(p -> tensors.allocateLike(p.value())).toList();
    for (int i = 0; i < averages.size(); i++) {
      copy(parameters.get(i).value(), averages.get(i));
    }
  }

  /** Takes in the parameters after an update. */
  void add() {
    updates++;
    double d = Math.min(decay, (1.0 + updates) / (10.0 + updates));
    for (int i = 0; i < averages.size(); i++) {
      backend.axpby((float) (1 - d), parameters.get(i).value(), (float) d, averages.get(i));
    }
  }

  /** Exchanges the parameters and their average. */
  void exchange() {
    for (int i = 0; i < averages.size(); i++) {
      Tensor value = parameters.get(i).value();
      copy(value, spare.get(i));
      copy(averages.get(i), value);
      copy(spare.get(i), averages.get(i));
    }
  }

  void save(RunState state) {
    state.put("averaged", updates);
    for (int i = 0; i < averages.size(); i++) {
      state.put("average." + parameters.get(i).name(), averages.get(i));
    }
  }

  void restore(RunState state) {
    updates = state.integer("averaged");
    for (int i = 0; i < averages.size(); i++) {
      state.get("average." + parameters.get(i).name(), averages.get(i));
    }
  }

  private void copy(Tensor from, Tensor to) {
    backend.axpby(1, from, 0, to);
  }
}
