package dev.polymath.models.training;

import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.DataRows;
import dev.polymath.models.passes.GradientPass;
import dev.polymath.models.passes.Inference;
import dev.polymath.models.passes.TargetRows;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Single steps of a training whose course is somebody else's: which examples a step takes, and at
 * what rate, is given with it. What the optimizer remembers can be read and set, so that steps may
 * go on in another process from where they stood.
 *
 * <p>A step is a function of the parameters, the memory, its examples, its rate and its place: the
 * same give the same bits. Nobody may use the network meanwhile. Not for several threads at once.
 *
 * <p>{@link #close()} gives the buffers back.
 */
public final class LocalSteps implements AutoCloseable {

  private static final String PARAMETER = "parameter.";

  private final Network network;
  private final TrainingOptions options;
  private final InputScaling scaling;
  private final TargetRows targets;
  private final Loss loss;
  private final GradientPass pass;
  private final Update update;
  private final DropoutMasks dropout;
  private final Randomness random;
  private final int[] places;
  private @Nullable Inference inference;
  private double score;

  /**
   * Parameters and what the optimizer remembers, on the host.
   *
   * @param tensors the values of each tensor, row by row, by its name; parameters first
   * @param numbers counters and whatever else is no tensor
   */
  public record State(Map<String, float[]> tensors, Map<String, Double> numbers) {

    public State {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }
  }

  /**
   * What a network is on some examples.
   *
   * @param loss the sum over the examples, against targets as in training
   * @param score the sum over the examples: of classes 1 for each that is right, of numbers the
   *     mean square of the errors in the network's own units
   */
  public record Sums(double loss, double score) {}

  /**
   * @param options the optimizer with its clipping, L1 and rates by role, the loss, label
   *     smoothing, dropout and seed; the rest is the caller's to follow. The loss must be set, not
   *     left to the data
   * @param scaling of the features
   * @param output what the network's outputs mean; numeric targets with their scaling
   * @param weighed whether examples have weights; their mean should be 1
   * @param rows the most examples of a step
   */
  public LocalSteps(
      Network network,
      TrainingOptions options,
      InputScaling scaling,
      ModelOutput output,
      boolean weighed,
      int rows) {
    this.network = network;
    this.options = options;
    this.scaling = scaling;
    options.loss().requireFor(output.task());
    options.loss().requireFor(network);
    targets = Weighting.rows(output, options, weighed);
    loss = options.loss().on(network.backend());
    dropout = new DropoutMasks(options.dropout());
    random = new Randomness(options.seed());
    places = new int[rows];
    for (int i = 0; i < rows; i++) {
      places[i] = i;
    }
    pass = new GradientPass(network, loss, rows, 0, options.dropout() > 0, targets);
    try {
      update = new Update(network, pass.gradients(), options);
    } catch (Throwable e) {
      pass.close();
      throw e;
    }
  }

  /**
   * Trains on all examples of a batch at once.
   *
   * @param learningRate of this step
   * @param stream tells apart who takes steps at the same time; what is random depends on the seed,
   *     this and {@code number}
   * @param number of the step, over the whole training
   * @return the mean loss before the update; the step is not taken where it is not finite
   */
  public double step(DataSet batch, double learningRate, int stream, long number) {
    int rows = batch.size();
    pass.features(rows, new DataRows(batch, scaling, places));
    targets.fill(batch, places, 0, rows, pass.targets);
    pass.weigh(batch, places, 0, rows);
    if (pass.masks.length > 0) {
      random.restart(options.seed(), Randomness.Purpose.DROPOUT, stream, number);
      dropout.draw(random, pass.masks, rows, pass.rows());
    }
    double value = pass.forward(rows);
    score = targets.score(batch, places, 0, rows, pass.outputs);
    if (Double.isFinite(value)) {
      pass.backward(rows);
      update.apply(learningRate);
    }
    return value;
  }

  /** What {@link Sums#score} has of the last step's examples, before its update. */
  public double score() {
    return score;
  }

  /** What the network is on some examples; changes nothing. */
  public Sums evaluate(DataSet examples) {
    Inference all = inference;
    if (all == null) {
      all = new Inference(network);
      inference = all;
    }
    Inference.Score found = all.score(examples, scaling, loss, targets);
    return new Sums(found.loss() * examples.size(), found.mean() * examples.size());
  }

  /** The first value that is not finite along the last step's forward pass. */
  public String firstNotFinite(int rows) {
    return pass.firstNotFinite(rows);
  }

  /** A copy of the parameters and of what the optimizer remembers. */
  public State state() {
    RunState kept = new RunState();
    for (Parameter p : network.parameters()) {
      kept.put(PARAMETER + p.name(), p.value());
    }
    update.save(kept);
    Map<String, Double> numbers = new LinkedHashMap<>();
    kept.strings().forEach((name, text) -> numbers.put(name, Double.valueOf(text)));
    return new State(kept.tensors(), numbers);
  }

  /**
   * Goes on from what {@link #state()} gave, of this or another object of the same kind.
   *
   * @throws IllegalArgumentException if it is of another network or optimizer
   */
  public void restore(State state) {
    RunState kept = new RunState();
    state.tensors().forEach(kept::put);
    state.numbers().forEach((name, number) -> kept.put(name, (double) number));
    for (Parameter p : network.parameters()) {
      kept.get(PARAMETER + p.name(), p.value());
    }
    update.restore(kept);
  }

  /**
   * The parameters of a state by their names, as {@link Network#read()} has them.
   *
   * @return the same arrays, not copied
   */
  public static Map<String, float[]> parameters(State state) {
    Map<String, float[]> parameters = new LinkedHashMap<>();
    state
        .tensors()
        .forEach(
            (name, values) -> {
              if (name.startsWith(PARAMETER)) {
                parameters.put(name.substring(PARAMETER.length()), values);
              }
            });
    return parameters;
  }

  /** Gives all buffers back. The network and its parameters stay. Closing again does nothing. */
  @Override
  public void close() {
    try (pass;
        update) {
      Inference all = inference;
      if (all != null) {
        all.close();
      }
    }
  }
}
