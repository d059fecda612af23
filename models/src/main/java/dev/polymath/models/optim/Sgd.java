package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent. With learning rate η, momentum μ and weight decay λ:
 *
 * <pre>{@code
 * v = μ · v + gradient
 * w = (1 − η · λ) · w − η · v                         without Nesterov
 * w = (1 − η · λ) · w − η · (gradient + μ · v)        with Nesterov
 * }</pre>
 *
 * <p>Weights decay, biases do not. The decay is decoupled from the gradient (Loshchilov and Hutter,
 * 2019); without momentum that is the same as an L2 penalty.
 *
 * @param momentum from 0 to below 1
 * @param nesterov looks one step ahead; needs a momentum above 0
 * @param weightDecay at least 0
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimizer {

  public Sgd {
    Settings.fraction("momentum", momentum);
    Settings.notNegative("weightDecay", weightDecay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("nesterov: expected a momentum above 0, found 0");
    }
  }

  /** Plain gradient descent. */
  public Sgd() {
    this(0, false, 0);
  }

  @Override
  public Updater start(Backend backend, List<Parameter> parameters) {
    return momentum == 0 ? new Plain(backend, parameters) : new Velocities(backend, parameters);
  }

  /** Remembers nothing. */
  private final class Plain implements Updater {

    private final Backend backend;
    private final List<Parameter> parameters;

    Plain(Backend backend, List<Parameter> parameters) {
      this.backend = backend;
      this.parameters = parameters;
    }

    @Override
    public void update(List<Tensor> gradients, double learningRate) {
      float rate = (float) learningRate;
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        backend.axpby(-rate, gradients.get(i), keep(p, learningRate), p.value());
      }
    }

    @Override
    public State state() {
      return new State(Map.of(), Map.of());
    }
  }

  private final class Velocities implements Updater {

    private final Backend backend;
    private final List<Parameter> parameters;
    private final Allocations tensors;
    private final List<Tensor> velocities;

    Velocities(Backend backend, List<Parameter> parameters) {
      this.backend = backend;
      this.parameters = parameters;
      this.tensors = new Allocations(backend);
      this.velocities = Settings.zerosLike(tensors, parameters);
    }

    @Override
    public void update(List<Tensor> gradients, double learningRate) {
      float mu = (float) momentum;
      float rate = (float) learningRate;
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        Tensor v = velocities.get(i);
        backend.axpby(1, gradients.get(i), mu, v);
        if (nesterov) {
          backend.axpby(-rate * mu, v, keep(p, learningRate), p.value());
          backend.axpby(-rate, gradients.get(i), 1, p.value());
        } else {
          backend.axpby(-rate, v, keep(p, learningRate), p.value());
        }
      }
    }

    @Override
    public State state() {
      Map<String, Tensor> named = new LinkedHashMap<>();
      Settings.name(named, "velocity", parameters, velocities);
      return new State(named, Map.of());
    }

    @Override
    public void close() {
      tensors.close();
    }
  }

  private float keep(Parameter p, double learningRate) {
    return (float) (1 - Settings.decay(p, weightDecay) * learningRate);
  }
}
