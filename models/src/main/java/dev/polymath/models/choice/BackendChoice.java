package dev.polymath.models.choice;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.BackendInfo;
import dev.polymath.BackendOptions;
import dev.polymath.BackendStatus;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The backend to take for a network, by measurement: each backend that is there runs the training
 * step of a {@link Workload}, and the fastest with right results wins.
 *
 * <p>A result counts only once it agrees with a reference in double precision. The backends run in
 * turns, after each has been warmed up until its steps no longer get faster. Where the difference
 * to the fastest is within the noise of the measurement, the higher priority wins.
 */
public final class BackendChoice {

  /** How long a measurement takes, about; more where a single step takes seconds. */
  public static final Duration BUDGET = Duration.ofSeconds(10);

  private final Workload work;
  private final String key;
  private final List<Candidate> ranking;

  BackendChoice(Workload work, String key, List<Candidate> ranking) {
    this.work = work;
    this.key = key;
    this.ranking = List.copyOf(ranking);
  }

  /**
   * One backend in the ranking.
   *
   * @param name what it is asked for by
   * @param info what it ran on; null if it did not start
   * @param time of a step in microseconds; null if there is a problem
   * @param checkedRows the rows of the batch whose result was compared with the reference
   * @param problem why it is not in the running: it could not be started, its result was wrong, or
   *     it failed; null if it is
   */
  public record Candidate(
      String name,
      @Nullable BackendInfo info,
      @Nullable Time time,
      int checkedRows,
      @Nullable String problem) {

    public Candidate {
      Objects.requireNonNull(name, "name");
      if ((time == null) == (problem == null)) {
        throw new IllegalArgumentException("candidate: expected a time or a problem, and not both");
      }
    }
  }

  /**
   * What was measured of one backend. The ratios are those of its time to the chosen one's in the
   * same round.
   *
   * @param micros the median of the rounds, in microseconds per step
   * @param fastest of the rounds
   * @param slowest of the rounds
   * @param ratio the median; above 1 is slower than the one that was chosen
   * @param ratioLow the lower quartile
   * @param ratioHigh the upper quartile
   * @param rounds how many
   * @param tied whether the difference to the fastest backend is within the noise
   */
  public record Time(
      double micros,
      double fastest,
      double slowest,
      double ratio,
      double ratioLow,
      double ratioHigh,
      int rounds,
      boolean tied) {}

  /**
   * Measures all backends that {@link Backends#list()} calls available, in this JVM and for about
   * {@link #BUDGET}. They share the JVM's compiled code: where two are close, measuring each in a
   * JVM of its own is more exact, as the command {@code polymath backends --measure} does.
   *
   * @throws IllegalStateException if no backend gives right results
   */
  public static BackendChoice measure(Workload work) {
    return measure(work, StepRunner::open, BUDGET);
  }

  /**
   * Measures with steps that run elsewhere.
   *
   * @param starter makes the steps
   * @param budget how long the measurement may take, about
   * @throws IllegalStateException if no backend gives right results
   */
  public static BackendChoice measure(Workload work, StepRunner.Starter starter, Duration budget) {
    List<BackendStatus> found = Backends.list();
    BackendChoice choice =
        new BackendChoice(
            work,
            MeasurementKey.of(work, found, starter),
            new Race(work, starter, budget).run(found));
    if (choice.ranking.isEmpty() || choice.ranking.get(0).time() == null) {
      throw new IllegalStateException("no backend can be measured; found: " + choice.problems());
    }
    return choice;
  }

  /**
   * The choice that {@link #keep} has kept, if it was measured under the same conditions: the
   * machine, the JDK and its options, the libraries, the backends that are available, and the
   * workload. Whatever is missing, damaged or from another version is no choice.
   */
  public static Optional<BackendChoice> kept(Path folder, Workload work) {
    return kept(folder, work, StepRunner::open);
  }

  /** As {@link #kept(Path, Workload)}, for a measurement with that starter. */
  public static Optional<BackendChoice> kept(
      Path folder, Workload work, StepRunner.Starter starter) {
    return ChoiceFile.read(folder, MeasurementKey.of(work, Backends.list(), starter), work);
  }

  /**
   * Keeps the choice in a folder, which is made where it is missing. Other conditions have other
   * files; of several processes that keep at once, the last one's file remains.
   *
   * @return the file
   */
  public Path keep(Path folder) throws IOException {
    return ChoiceFile.write(folder, key, ranking);
  }

  /** The name of the backend to take. */
  public String name() {
    return ranking.get(0).name();
  }

  /** What was measured. */
  public Workload work() {
    return work;
  }

  /** The chosen one, then the others by time, then those that have a problem. */
  public List<Candidate> ranking() {
    return ranking;
  }

  /** Opens the chosen backend with the workload's threads. */
  public Backend open() {
    return Backends.open(name(), BackendOptions.defaults().threads(work.threads()));
  }

  private String problems() {
    return ranking.isEmpty()
        ? "none"
        : String.join("; ", ranking.stream().map(c -> c.name() + ": " + c.problem()).toList());
  }

  /** The chosen name and its workload. */
  @Override
  public String toString() {
    return name() + " for " + work;
  }

  /**
   * The training step that backends are measured by: gather a batch, forward, softmax
   * cross-entropy, backward, update by SGD. The first hidden layer is sigmoid, the other hidden
   * ones are ReLU, the last is linear: for three layers, {@link Classifier}'s network.
   *
   * @param layers inputs, the units of the hidden layers, classes; at least inputs and 2 classes
   * @param batch examples per step, at least 1
   * @param threads that an operation may use, at least 1
   */
  public record Workload(List<Integer> layers, int batch, int threads) {

    /** The classifier on images of 28 x 28 pixels and ten classes. */
    public static final List<Integer> CLASSIFIER = List.of(784, 128, 50, 10);

    private static final List<Activation> HIDDEN = List.of(Activation.SIGMOID, Activation.RELU);

    public Workload {
      layers = List.copyOf(layers);
      if (layers.size() < 2) {
        throw new IllegalArgumentException(
            "layers: expected at least inputs and classes, found " + layers);
      }
      requireAtLeastOne("batch", batch);
      requireAtLeastOne("threads", threads);
      int inputs = batch;
      for (int width : layers) {
        requireAtLeastOne("layers", width);
        if ((long) inputs * width > Integer.MAX_VALUE || (long) batch * width > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "layers: "
                  + width
                  + " units after "
                  + inputs
                  + " at batch "
                  + batch
                  + " make a matrix of more than 2^31 - 1 elements");
        }
        inputs = width;
      }
      if (inputs < 2) {
        throw new IllegalArgumentException(
            "layers: expected at least 2 classes as the last, found " + inputs);
      }
    }

    private static void requireAtLeastOne(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(what + ": expected at least 1, found " + value);
      }
    }

    int inputs() {
      return layers.get(0);
    }

    int classes() {
      return layers.get(layers.size() - 1);
    }

    /** The multiplications of one example's forward pass. */
    long multiplications() {
      long sum = 0;
      for (int i = 1; i < layers.size(); i++) {
        sum += (long) layers.get(i - 1) * layers.get(i);
      }
      return sum;
    }

    /** The layers up to the logits. */
    List<LayerSpec> specs() {
      int[] hidden = layers.subList(1, layers.size() - 1).stream().mapToInt(i -> i).toArray();
      List<LayerSpec> specs = LayerSpec.classifier(inputs(), hidden, HIDDEN, classes());
      return specs.subList(0, specs.size() - 1);
    }

    /** Such as {@code 784-128-50-10, batch 64, 1 thread}. */
    @Override
    public String toString() {
      return layers.stream().map(String::valueOf).collect(Collectors.joining("-"))
          + ", batch "
          + batch
          + ", "
          + threads
          + (threads == 1 ? " thread" : " threads");
    }
  }

  /** The training step of a {@link BackendChoice.Workload} on one backend, ready to be timed. */
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
    static StepRunner open(String backend, BackendChoice.Workload work) {
      return LocalRunner.open(backend, work);
    }

    /** Makes steps, in this JVM or elsewhere. */
    interface Starter {

      /**
       * Starts a step; may return before it is ready.
       *
       * @throws IllegalStateException if it can't be started
       */
      StepRunner start(String backend, BackendChoice.Workload work);

      /** Why a backend that is available is not to be started all the same. */
      default Optional<String> obstacle(String backend) {
        return Optional.empty();
      }
    }
  }
}
