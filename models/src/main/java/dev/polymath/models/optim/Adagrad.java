package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adagrad (Duchi, Hazan and Singer, 2011) with decoupled weight decay. With learning rate η and
 * weight decay λ:
 *
 * <pre>{@code
 * s = s + gradient²
 * w = (1 − η · λ) · w − η · gradient / (√s + epsilon)
 * }</pre>
 *
 * <p>Weights decay, biases do not. What is kept is the mean {@code s / t}, which stays in range
 * however long a run is; from step 16,777,216 on, where a float can't tell {@code 1 − 1/t} from 1,
 * the mean stands still.
 *
 * @param epsilon above 0
 * @param weightDecay at least 0
 */
public record Adagrad(double epsilon, double weightDecay) implements Optimizer {

  public Adagrad {
    Settings.positive("epsilon", epsilon);
    Settings.notNegative("weightDecay", weightDecay);
  }

  /** With epsilon 1e-10, without decay. */
  public Adagrad() {
    this(1e-10, 0);
  }

  @Override
  public Updater start(Backend backend, List<Parameter> parameters) {
    return new Means(backend, parameters);
  }

  /**
   * Adam's update without a first moment, whose second moment is the mean v of all squares so far:
   * {@code beta2 = (t − 1) / t}. Then s = t · v, and {@code η / (√s + ε)} is {@code (η / √t) / (√v
   * + ε / √t)}.
   */
  private final class Means implements Updater {

    private final Backend backend;
    private final Allocations tensors;
    private final List<Parameter> parameters;
    private final List<Tensor> gradientCopies;
    private final List<Tensor> means;
    private long steps;

    Means(Backend backend, List<Parameter> parameters) {
      this.backend = backend;
      this.parameters = parameters;
      this.tensors = new Allocations(backend);
      this.gradientCopies = Settings.zerosLike(tensors, parameters);
      this.means = Settings.zerosLike(tensors, parameters);
    }

    @Override
    public void update(List<Tensor> gradients, double learningRate) {
      steps++;
      float kept = (float) ((steps - 1.0) / steps);
      double root = Math.sqrt(steps);
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        backend.adam(
            gradients.get(i),
            gradientCopies.get(i),
            means.get(i),
            p.value(),
            0,
            kept,
            (float) (learningRate / root),
            (float) (epsilon / root),
            (float) (learningRate * Settings.decay(p, weightDecay)));
      }
    }

    @Override
    public State state() {
      Map<String, Tensor> named = new LinkedHashMap<>();
      Settings.name(named, "gradient", parameters, gradientCopies);
      Settings.name(named, "mean", parameters, means);
      return new State(named, Map.of("steps", (double) steps));
    }

    @Override
    public void restore(Map<String, Double> numbers) {
      steps = (long) Settings.required(numbers, "steps");
    }

    @Override
    public void close() {
      tensors.close();
    }
  }
}
