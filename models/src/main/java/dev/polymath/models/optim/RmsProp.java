package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RMSProp (Tieleman and Hinton, 2012) with decoupled weight decay. With learning rate η and weight
 * decay λ:
 *
 * <pre>{@code
 * v = rho · v + (1 − rho) · gradient²
 * w = (1 − η · λ) · w − η · gradient / (√v + epsilon)
 * }</pre>
 *
 * <p>v starts at 0 and is not corrected for that: the first steps are longer than the later ones by
 * up to {@code 1 / √(1 − rho)}. Weights decay, biases do not.
 *
 * @param rho from 0 to below 1
 * @param epsilon above 0
 * @param weightDecay at least 0
 */
public record RmsProp(double rho, double epsilon, double weightDecay) implements Optimizer {

  public RmsProp {
    Settings.fraction("rho", rho);
    Settings.positive("epsilon", epsilon);
    Settings.notNegative("weightDecay", weightDecay);
  }

  /** With rho 0.99 and epsilon 1e-8, without decay. */
  public RmsProp() {
    this(0.99, 1e-8, 0);
  }

  @Override
  public Updater start(Backend backend, List<Parameter> parameters) {
    return new Squares(backend, parameters);
  }

  /** Adam's update without a first moment: {@code beta1 = 0} makes it the gradient itself. */
  private final class Squares implements Updater {

    private final Backend backend;
    private final Allocations tensors;
    private final List<Parameter> parameters;
    private final List<Tensor> gradientCopies;
    private final List<Tensor> squares;

    Squares(Backend backend, List<Parameter> parameters) {
      this.backend = backend;
      this.parameters = parameters;
      this.tensors = new Allocations(backend);
      this.gradientCopies = Settings.zerosLike(tensors, parameters);
      this.squares = Settings.zerosLike(tensors, parameters);
    }

    @Override
    public void update(List<Tensor> gradients, double learningRate) {
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        backend.adam(
            gradients.get(i),
            gradientCopies.get(i),
            squares.get(i),
            p.value(),
            0,
            (float) rho,
            (float) learningRate,
            (float) epsilon,
            (float) (learningRate * Settings.decay(p, weightDecay)));
      }
    }

    @Override
    public State state() {
      Map<String, Tensor> named = new LinkedHashMap<>();
      Settings.name(named, "gradient", parameters, gradientCopies);
      Settings.name(named, "square", parameters, squares);
      return new State(named, Map.of());
    }

    @Override
    public void close() {
      tensors.close();
    }
  }
}
