package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.List;

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
    return momentum == 0 ? plain(backend, parameters) : withMomentum(backend, parameters);
  }

  private Updater plain(Backend backend, List<Parameter> parameters) {
    return (gradients, learningRate) -> {
      float rate = (float) learningRate;
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        backend.axpby(-rate, gradients.get(i), keep(p, learningRate), p.value());
      }
    };
  }

  private Updater withMomentum(Backend backend, List<Parameter> parameters) {
    List<Tensor> velocities = Settings.zerosLike(backend, parameters);
    float mu = (float) momentum;
    return (gradients, learningRate) -> {
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
    };
  }

  private float keep(Parameter p, double learningRate) {
    return (float) (1 - Settings.decay(p, weightDecay) * learningRate);
  }
}
