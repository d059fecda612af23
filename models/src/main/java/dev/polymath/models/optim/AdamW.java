package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Kingma and Ba, 2015; Loshchilov and Hutter, 2019). At step t,
 * with learning rate η and weight decay λ:
 *
 * <pre>{@code
 * m = beta1 · m + (1 − beta1) · gradient
 * v = beta2 · v + (1 − beta2) · gradient²
 * w = (1 − η · λ) · w − η · (m / (1 − beta1ᵗ)) / (√(v / (1 − beta2ᵗ)) + epsilon)
 * }</pre>
 *
 * <p>Weights decay, biases do not. With {@code weightDecay} 0 it is Adam.
 *
 * @param beta1 from 0 to below 1
 * @param beta2 from 0 to below 1
 * @param epsilon above 0
 * @param weightDecay at least 0
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {

  public AdamW {
    Settings.fraction("beta1", beta1);
    Settings.fraction("beta2", beta2);
    Settings.positive("epsilon", epsilon);
    Settings.notNegative("weightDecay", weightDecay);
  }

  /** The usual moments 0.9 and 0.999 with epsilon 1e-8. */
  public AdamW(double weightDecay) {
    this(0.9, 0.999, 1e-8, weightDecay);
  }

  @Override
  public Updater start(Backend backend, List<Parameter> parameters) {
    return new Moments(backend, parameters);
  }

  private final class Moments implements Updater {

    private final Backend backend;
    private final Allocations moments;
    private final List<Parameter> parameters;
    private final List<Tensor> first;
    private final List<Tensor> second;

    // βᵗ as running products: Math.pow may differ in the last bit between JDKs.
    private double beta1Power = 1;
    private double beta2Power = 1;

    Moments(Backend backend, List<Parameter> parameters) {
      this.backend = backend;
      this.parameters = parameters;
      this.moments = new Allocations(backend);
      this.first = Settings.zerosLike(moments, parameters);
      this.second = Settings.zerosLike(moments, parameters);
    }

    @Override
    public State state() {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      Settings.name(tensors, "first", parameters, first);
      Settings.name(tensors, "second", parameters, second);
      return new State(tensors, Map.of("beta1Power", beta1Power, "beta2Power", beta2Power));
    }

    @Override
    public void restore(Map<String, Double> numbers) {
      beta1Power = Settings.required(numbers, "beta1Power");
      beta2Power = Settings.required(numbers, "beta2Power");
    }

    @Override
    public void close() {
      moments.close();
    }

    @Override
    public void update(List<Tensor> gradients, double learningRate) {
      beta1Power *= beta1;
      beta2Power *= beta2;
      double correction = Math.sqrt(1 - beta2Power);
      float rate = (float) (learningRate * correction / (1 - beta1Power));
      float corrected = (float) (epsilon * correction);
      for (int i = 0; i < parameters.size(); i++) {
        Parameter p = parameters.get(i);
        float decay = (float) (learningRate * Settings.decay(p, weightDecay));
        backend.adam(
            gradients.get(i),
            first.get(i),
            second.get(i),
            p.value(),
            (float) beta1,
            (float) beta2,
            rate,
            corrected,
            decay);
      }
    }
  }
}
