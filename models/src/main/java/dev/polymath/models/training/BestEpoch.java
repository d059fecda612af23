package dev.polymath.models.training;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Allocations;
import java.util.List;

/**
 * The parameters of the epoch with the lowest validation loss so far, the first of equals. They are
 * kept in tensors of the session, made once: keeping an epoch copies on the backend and allocates
 * nothing.
 */
final class BestEpoch implements AutoCloseable {

  private final Backend backend;
  private final List<Parameter> parameters;
  private final Allocations tensors;
  private final List<Tensor> kept;
  private int epoch;
  private int last;
  private double loss;

  BestEpoch(Backend backend, List<Parameter> parameters) {
    this.backend = backend;
    this.parameters = parameters;
    tensors = new Allocations(backend);
    kept = parameters.stream().map(p -> tensors.allocateLike(p.value())).toList();
  }

  /** An epoch has ended with this validation loss; the parameters are its own. */
  void after(int epoch, double loss) {
    last = epoch;
    if (this.epoch == 0 || loss < this.loss) {
      this.epoch = epoch;
      this.loss = loss;
      keep();
    }
  }

  /** Keeps the parameters as they are. */
  void keep() {
    for (int i = 0; i < kept.size(); i++) {
      backend.axpby(1, parameters.get(i).value(), 0, kept.get(i));
    }
  }

  /** The number of the best epoch; 0 before the first has ended. */
  int epoch() {
    return epoch;
  }

  /** How many epochs have ended since the best. */
  int epochsSince() {
    return last - epoch;
  }

  /** Gives the parameters back what was kept. */
  void restore() {
    for (int i = 0; i < kept.size(); i++) {
      backend.axpby(1, kept.get(i), 0, parameters.get(i).value());
    }
  }

  void save(RunState state) {
    state.put("bestEpoch", epoch);
    state.put("bestOf", last);
    state.put("bestLoss", loss);
    for (int i = 0; epoch > 0 && i < kept.size(); i++) {
      state.put("best." + parameters.get(i).name(), kept.get(i));
    }
  }

  void restore(RunState state) {
    epoch = state.small("bestEpoch");
    last = state.small("bestOf");
    loss = state.number("bestLoss");
    for (int i = 0; epoch > 0 && i < kept.size(); i++) {
      state.get("best." + parameters.get(i).name(), kept.get(i));
    }
  }

  @Override
  public void close() {
    tensors.close();
  }
}
