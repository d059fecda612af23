/**
 * The speed of the backends, measured with JMH: matrix products, a whole training step, the
 * backward pass, prediction; beside them the gathering of data, and what the machine itself can do.
 *
 * <p>Whatever a backend does shares one frame, {@link dev.polymath.benchmarks.BackendBenchmark}:
 * one backend a JVM, a result that is checked against the double-precision oracle before anything
 * is timed, and nothing allocated by the measured method itself. {@link
 * dev.polymath.benchmarks.StepTimer} times the training step alone, in seconds instead of minutes,
 * for comparisons run by turns.
 *
 * <p>How to run them and what to beware of is in {@code benchmarks/README.md}.
 */
package dev.polymath.benchmarks;
