package dev.polymath.benchmarks;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One backend in a JVM of its own, opened and checked before the first measurement.
 *
 * <p>Backends never share a JVM: call sites stay monomorphic, and ND4J's threads are one setting
 * for the whole process. The warm-up is long because the Vector API is slow and allocates until C2
 * has compiled a kernel: a thousand training steps to the final speed, four thousand to the last
 * allocation.
 */
@State(Scope.Benchmark)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--add-modules",
      "jdk.incubator.vector",
      "-XX:+IgnoreUnrecognizedVMOptions",
      "--sun-misc-unsafe-memory-access=allow",
      "--enable-native-access=ALL-UNNAMED",
      "-Xms1g",
      "-Xmx1g"
    })
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public abstract class BackendBenchmark {

  /**
   * The backend's name, as {@link Backends} finds it. JMH takes constants only: these are the ones
   * that come with the jar of the benchmarks; {@code -p backend=NAME} measures any other.
   */
  @Param({"arrays-vector", "nd4j", "ejml", "arrays"})
  public String backend;

  /** The threads that one operation may use; those in force are printed. */
  @Param("1")
  public int threads;

  Backend session;

  /** Opens the backend, says what it runs on, prepares and checks. */
  @Setup(Level.Trial)
  public final void open() {
    session = Backends.open(backend, BackendOptions.defaults().threads(threads));
    System.out.println("# " + session.info());
    prepare();
  }

  /** Frees the backend. */
  @TearDown(Level.Trial)
  public final void close() {
    session.close();
  }

  /**
   * Makes what the measured method uses, runs it once and compares the result with the oracle.
   *
   * @throws AssertionError if the result is wrong; nothing is measured then
   */
  abstract void prepare();
}
