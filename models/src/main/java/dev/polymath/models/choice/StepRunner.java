package dev.polymath.models.choice;

import dev.polymath.BackendInfo;
import java.util.Optional;

/** The training step of a {@link Workload} on one backend, ready to be timed. */
public interface StepRunner extends AutoCloseable {

  /** What the backend runs on. Waits until the step is ready. */
  BackendInfo info();

  /** On how many of the batch's rows the result was compared with the reference. */
  int checkedRows();

  /**
   * Runs the step again and again.
   *
   * @param seconds how long; one step at least
   * @return the mean time of a step in microseconds
   */
  double run(double seconds);

  @Override
  void close();

  /**
   * Opens a backend in this JVM, runs one step and compares its loss and each updated parameter
   * with a reference in double precision. Where that would take more than some seconds, on fewer
   * rows.
   *
   * @throws IllegalStateException if the backend does not start, or a result is wrong
   */
  static StepRunner open(String backend, Workload work) {
    return LocalRunner.open(backend, work);
  }

  /** Makes steps, in this JVM or elsewhere. */
  interface Starter {

    /**
     * Starts a step; may return before it is ready.
     *
     * @throws IllegalStateException if it can't be started
     */
    StepRunner start(String backend, Workload work);

    /** Why a backend that is available is not to be started all the same. */
    default Optional<String> obstacle(String backend) {
      return Optional.empty();
    }
  }
}
