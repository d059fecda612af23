package dev.polymath.models.optim;

import dev.polymath.Backend;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule that moves parameters along their gradients. An optimizer is a value: settings without
 * state. What it remembers between steps lives in the {@link Updater} of one training run. Its
 * {@code toString} names it and its settings, as that of a record does: recipes are compared by it.
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
     * What the updater remembers from one step to the next: a checkpoint keeps it.
     *
     * @throws UnsupportedOperationException unless replaced: whoever forgets a memory here would
     *     resume with other bits
     */
    default State state() {
      throw new UnsupportedOperationException(
          getClass().getName() + " does not say what it remembers: Updater.state()");
    }

    /**
     * Takes back the numbers of a {@link #state()}. Its tensors are written by whoever calls. Does
     * nothing unless replaced.
     */
    default void restore(Map<String, Double> numbers) {}

    /**
     * Gives the tensors of the run back: {@link Backend#release}. Nobody may use the updater any
     * more. Does nothing unless replaced, for an optimizer that remembers no tensors; closing again
     * does nothing.
     */
    @Override
    default void close() {}
  }

  /**
   * The memory of an updater, by name.
   *
   * @param tensors of the session, the updater's own: to be read, or written by a restore
   * @param numbers counters and whatever else is no tensor
   */
  record State(Map<String, Tensor> tensors, Map<String, Double> numbers) {

    public State {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }
  }
}
