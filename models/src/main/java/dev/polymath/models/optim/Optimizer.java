package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.List;

/**
 * A rule that moves parameters along their gradients. An optimizer is a value: settings without
 * state. What it remembers between steps lives in the {@link Updater} of one training run.
 */
public interface Optimizer {

  /**
   * Starts a run.
   *
   * @param backend the session that owns the parameters
   * @param parameters those to update, in the order of the gradients
   */
  Updater start(Backend backend, List<Parameter> parameters);

  /**
   * An optimizer with the memory of one training run. Not for several threads at once.
   *
   * <p>Whoever starts a run closes its updater.
   */
  interface Updater extends AutoCloseable {

    /**
     * Updates every parameter in place.
     *
     * @param gradients one for each parameter, in order; read
     * @param learningRate of this step
     */
    void update(List<Tensor> gradients, double learningRate);

    /**
     * Gives the tensors of the run back: {@link Backend#release}. Nobody may use the updater any
     * more. Does nothing unless replaced, for an optimizer that remembers no tensors; closing again
     * does nothing.
     */
    @Override
    default void close() {}
  }
}
