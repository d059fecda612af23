package dev.polymath.models.training;

import dev.polymath.Tensor;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.data.Task;
import dev.polymath.models.network.Network;
import dev.polymath.models.passes.GradientPass;
import java.util.List;

/** Where a run stands; what listeners see. */
final class CurrentStep implements TrainingListener.Step {

  private final Network network;
  private final TrainingOptions options;
  private final ModelOutput output;
  private final Batches batches;
  private final GradientPass pass;

  /** What the schedule makes of the rate by how the run went so far. */
  double rateFactor = 1;

  long number;
  int epoch;
  int batch;
  private int rows;
  int seen;
  private double loss;
  private double lossSum;
  private double score;
  double learningRate;

  CurrentStep(
      Network network,
      TrainingOptions options,
      ModelOutput output,
      Batches batches,
      GradientPass pass) {
    this.network = network;
    this.options = options;
    this.output = output;
    this.batches = batches;
    this.pass = pass;
  }

  /** The sums over an epoch that is not at its end, and which step it is. */
  void save(RunState state) {
    state.put("step", number);
    state.put("epoch", epoch);
    state.put("batch", batch);
    state.put("seen", seen);
    state.put("loss", loss);
    state.put("lossSum", lossSum);
    state.put("score", score);
    state.put("learningRate", learningRate);
  }

  void restore(RunState state) {
    number = state.integer("step");
    epoch = state.small("epoch");
    batch = state.small("batch");
    seen = state.small("seen");
    loss = state.number("loss");
    lossSum = state.number("lossSum");
    score = state.number("score");
    learningRate = state.number("learningRate");
    if (batch < 0 || batch > batches.count || number != (epoch - 1L) * batches.count + batch) {
      throw new IllegalArgumentException(
          "step " + number + ": expected a step of epoch " + epoch + ", batch " + batch);
    }
    if (batch < batches.count) {
      batches.shuffle(epoch); // The order of an epoch depends on its number alone.
    }
  }

  void begin() {
    if (number % batches.count == 0) {
      epoch++;
      batch = 0;
      seen = 0;
      score = 0;
      lossSum = 0;
      batches.shuffle(epoch);
    }
    number++;
    batch++;
    learningRate =
        options.learningRate()
            * rateFactor
            * options.schedule().factor(number - 1, batches.count, options.epochs());
  }

  void end(int rows, double loss, double score) {
    this.rows = rows;
    this.loss = loss;
    seen += rows;
    lossSum += loss * rows;
    this.score += score;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public int batches() {
    return batches.count;
  }

  @Override
  public int examples() {
    return batches.examples();
  }

  @Override
  public int examplesSeen() {
    return seen;
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public double epochLoss() {
    return lossSum / seen;
  }

  @Override
  public double epochAccuracy() {
    return output.task() == Task.REGRESSION ? Double.NaN : score / seen;
  }

  @Override
  public double epochRmse() {
    return output instanceof ModelOutput.Targets targets
        ? HeldOut.unit(targets) * Math.sqrt(score / seen)
        : Double.NaN;
  }

  @Override
  public double learningRate() {
    return learningRate;
  }

  @Override
  public long steps() {
    return (long) batches.count * options.epochs();
  }

  @Override
  public TrainingOptions options() {
    return options;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public List<String> outputNames() {
    return output.names();
  }

  @Override
  public Task task() {
    return output.task();
  }

  @Override
  public Tensor input() {
    return pass.input(rows);
  }

  @Override
  public List<Tensor> outputs() {
    return pass.outputs(rows);
  }

  @Override
  public Tensor targets() {
    return pass.targets(rows);
  }

  @Override
  public List<Tensor> gradients() {
    return pass.gradients();
  }
}
