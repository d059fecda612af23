package dev.polymath.models.training;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import dev.polymath.models.network.Network;
import dev.polymath.models.optim.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step does with its gradients: clips them, moves the parameters, each role at its own rate,
 * draws the weights towards 0 and averages them. All tensors are made once.
 */
final class Update implements AutoCloseable {

  /** Parameters that share a rate, and the memory of the optimizer for them. */
  private record Group(double rateFactor, List<Tensor> gradients, Optimizer.Updater updater) {}

  private final Backend backend;
  private final List<Parameter> parameters;
  private final List<Tensor> gradients;
  private final double clipNorm;
  private final Allocations tensors;
  private final @Nullable SoftThreshold l1;
  private final @Nullable WeightAverage average;
  private final Group[] groups;

  /**
   * @param gradients of all parameters, in their order: the same tensors in each step
   */
  Update(Network network, List<Tensor> gradients, TrainingOptions options) {
    this.backend = network.backend();
    this.parameters = network.parameters();
    this.gradients = gradients;
    clipNorm = options.clipNorm();
    tensors = new Allocations(backend);
    l1 = options.l1() > 0 ? new SoftThreshold(backend, tensors, parameters, options) : null;
    average =
        options.averaging() > 0
            ? new WeightAverage(backend, tensors, parameters, options.averaging())
            : null;
    groups = start(options);
  }

  private Group[] start(TrainingOptions options) {
    Map<Double, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      double factor = options.rateFactor(parameters.get(i).role());
      places.computeIfAbsent(factor, f -> new ArrayList<>()).add(i);
    }
    List<Group> started = new ArrayList<>();
    try {
      places.forEach(
          (factor, group) ->
              started.add(
                  new Group(
                      factor,
                      group.stream().map(gradients::get).toList(),
                      options
                          .optimizer()
                          .start(backend, group.stream().map(parameters::get).toList()))));
    } catch (Throwable e) {
      started.forEach(group -> group.updater.close());
      tensors.close();
      throw e;
    }
    return started.toArray(new Group[0]);
  }

  /** Updates the parameters from the gradients, which are clipped in place. */
  void apply(double learningRate) {
    if (clipNorm > 0) {
      clip();
    }
    for (Group group : groups) {
      group.updater.update(group.gradients, learningRate * group.rateFactor);
    }
    if (l1 != null) {
      l1.apply(learningRate);
    }
    if (average != null) {
      average.add();
    }
  }

  /** One factor for all gradients, so that their direction stays. */
  private void clip() {
    double squares = 0;
    for (int i = 0; i < gradients.size(); i++) {
      squares += backend.sumOfSquares(gradients.get(i));
    }
    double norm = Math.sqrt(squares);
    if (norm > clipNorm && norm < Double.POSITIVE_INFINITY) {
      for (int i = 0; i < gradients.size(); i++) {
        // 0 times any tensor of the shape, and of the same order: scaling in place.
        backend.axpby(0, parameters.get(i).value(), (float) (clipNorm / norm), gradients.get(i));
      }
    }
  }

  /**
   * Exchanges the parameters and their average, where there is one: once for a validation, again
   * after it, and once at the end of the run.
   */
  void exchange() {
    if (average != null) {
      average.exchange();
    }
  }

  /**
   * Requires that all that is remembered can be kept, before the first step and not at the first
   * checkpoint.
   *
   * @throws IllegalArgumentException if the optimizer does not say what it remembers
   */
  void requireState() {
    for (Group group : groups) {
      try {
        group.updater.state();
      } catch (UnsupportedOperationException e) {
        throw new IllegalArgumentException("checkpoint: " + e.getMessage(), e);
      }
    }
  }

  /** The memory of the optimizer, and the average. */
  void save(RunState state) {
    for (int g = 0; g < groups.length; g++) {
      String prefix = prefix(g);
      Optimizer.State memory = groups[g].updater.state();
      memory.tensors().forEach((name, tensor) -> state.put(prefix + name, tensor));
      memory.numbers().forEach((name, number) -> state.put(prefix + name, number));
    }
    if (average != null) {
      average.save(state);
    }
  }

  void restore(RunState state) {
    for (int g = 0; g < groups.length; g++) {
      String prefix = prefix(g);
      Optimizer.State memory = groups[g].updater.state();
      memory.tensors().forEach((name, tensor) -> state.get(prefix + name, tensor));
      Map<String, Double> numbers = new LinkedHashMap<>();
      memory.numbers().forEach((name, now) -> numbers.put(name, state.number(prefix + name)));
      groups[g].updater.restore(numbers);
    }
    if (average != null) {
      average.restore(state);
    }
  }

  private static String prefix(int group) {
    return "optimizer." + group + ".";
  }

  @Override
  public void close() {
    for (Group group : groups) {
      group.updater.close();
    }
    tensors.close();
  }
}
