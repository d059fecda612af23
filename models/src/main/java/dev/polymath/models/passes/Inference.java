package dev.polymath.models.passes;

import dev.polymath.Activation;
import dev.polymath.Loss;
import dev.polymath.RowSource;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Allocations;
import dev.polymath.models.internal.Argmax;
import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.LabelPredictions;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forward passes from any number of threads, of one network or of the members of an ensemble, whose
 * outputs are averaged: their sum in float32, in order, times 1/members. Buffers come from two
 * pools, of one row and of many, that grow to the peak of concurrent calls and no further.
 */
public final class Inference implements AutoCloseable {

  /**
   * Rows of a large pass: enough for a product's full speed, few enough to stay in cache. 1024
   * images took 0.87 (JDK 25) and 0.92 (17) of the time of passes of 256 rows, medians by turns on
   * a core with 512 KB of second-level cache.
   */
  private static final int ROWS = 64;

  private final List<Network> members;
  private final Network network;
  private final Runnable beforeBlock;
  private final Pool single;
  private final Pool many;

  public Inference(Network network) {
    this(List.of(network), () -> {});
  }

  /**
   * @param members at least one, all of the same layers on the same backend
   * @param beforeBlock run before each block of a data set; what it throws breaks the pass off
   */
  public Inference(List<Network> members, Runnable beforeBlock) {
    this.members = List.copyOf(members);
    this.beforeBlock = beforeBlock;
    this.network = members.get(0);
    this.single = new Pool(1);
    this.many = new Pool(ROWS);
  }

  /** Outputs of the network for {@code rows} rows of unscaled features. */
  public void outputs(float[] features, int rows, InputScaling scaling, float[] target) {
    for (int done = 0; done < rows; ) {
      Pool pool = rows - done == 1 ? single : many;
      int count = Math.min(pool.rows, rows - done);
      Workspace w = pool.take();
      try {
        w.forward(features, done, count, scaling, target, done * network.outputs());
        requireNumbers(target, done, count, done);
      } finally {
        pool.put(w);
      }
      done += count;
    }
  }

  /**
   * The class that is predicted for each row of unscaled features.
   *
   * @param threshold null if it is the one with the largest output
   */
  public void labels(
      float[] features,
      int rows,
      InputScaling scaling,
      ModelOutput.@Nullable Threshold threshold,
      int[] target) {
    int classes = network.outputs();
    for (int done = 0; done < rows; ) {
      Pool pool = rows - done == 1 ? single : many;
      int count = Math.min(pool.rows, rows - done);
      Workspace w = pool.take();
      try {
        w.forward(features, done, count, scaling, w.result, 0);
        requireNumbers(w.result, 0, count, done);
        for (int i = 0; i < count; i++) {
          target[done + i] = decide(w.result, i * classes, threshold);
        }
      } finally {
        pool.put(w);
      }
      done += count;
    }
  }

  private int decide(float[] outputs, int at, ModelOutput.@Nullable Threshold threshold) {
    return threshold == null
        ? Argmax.of(outputs, at, network.outputs())
        : threshold.decide(outputs, at);
  }

  /** The class that is predicted for one row of unscaled features. */
  public int label(
      float[] features, InputScaling scaling, ModelOutput.@Nullable Threshold threshold) {
    Workspace w = single.take();
    try {
      w.forward(features, 0, 1, scaling, w.result, 0);
      requireNumbers(w.result, 0, 1, 0);
      return decide(w.result, 0, threshold);
    } finally {
      single.put(w);
    }
  }

  /**
   * The numbers that the network says of {@code rows} rows of unscaled features, in the units of
   * the targets.
   *
   * @param target {@code [rows, targets]} row by row, overwritten
   */
  public void numbers(
      float[] features,
      int rows,
      InputScaling scaling,
      ModelOutput.Targets targets,
      double[] target) {
    int width = network.outputs();
    for (int done = 0; done < rows; ) {
      Pool pool = rows - done == 1 ? single : many;
      int count = Math.min(pool.rows, rows - done);
      Workspace w = pool.take();
      try {
        w.forward(features, done, count, scaling, w.result, 0);
        requireNumbers(w.result, 0, count, done);
        for (int i = 0; i < count * width; i++) {
          target[done * width + i] = targets.targets().get(i % width).unscaled(w.result[i]);
        }
      } finally {
        pool.put(w);
      }
      done += count;
    }
  }

  /** Loss and most probable classes on all examples of a data set. */
  public Evaluation evaluate(DataSet data, InputScaling scaling, Loss loss) {
    int classes = network.outputs();
    ConfusionMatrix confusion = new ConfusionMatrix(data.classNames());
    double mean =
        loss(
            data,
            scaling,
            loss,
            TargetRows.of(ModelOutput.of(data), 0),
            (examples, rows, outputs) -> {
              for (int i = 0; i < rows; i++) {
                confusion.add(data.label(examples[i]), Argmax.of(outputs, i * classes, classes));
              }
            });
    return new Evaluation(mean, confusion);
  }

  /** What is decided by a threshold on all examples of a data set. */
  public ConfusionMatrix confusion(
      DataSet data, InputScaling scaling, ModelOutput.Threshold threshold) {
    ConfusionMatrix confusion = new ConfusionMatrix(data.classNames());
    int[] decided = new int[ROWS];
    blocks(
        data,
        (features, from, rows) -> {
          labels(features, rows, scaling, threshold, decided);
          for (int i = 0; i < rows; i++) {
            confusion.add(data.label(from + i), decided[i]);
          }
        });
    return confusion;
  }

  /**
   * What a network does on a data set.
   *
   * @param loss mean over the examples
   * @param mean of {@link TargetRows#score}, over the examples
   */
  public record Score(double loss, double mean) {}

  /** Loss and score on all examples of a data set. */
  public Score score(DataSet data, InputScaling scaling, Loss loss, TargetRows targets) {
    double[] sum = new double[1];
    double mean =
        loss(
            data,
            scaling,
            loss,
            targets,
            (examples, rows, outputs) -> sum[0] += targets.score(data, examples, 0, rows, outputs));
    return new Score(mean, sum[0] / data.size());
  }

  /** Takes the outputs of a block of examples: row i is of {@code examples[i]}. */
  @FunctionalInterface
  private interface Block {
    void accept(int[] examples, int rows, float[] outputs);
  }

  /** The mean loss; every block is given to {@code each}. */
  private double loss(
      DataSet data, InputScaling scaling, Loss loss, TargetRows targets, Block each) {
    int size = data.size();
    int[] examples = new int[ROWS];
    float[] rowTargets = new float[ROWS * network.outputs()];
    WeighedOutputs weighed = targets instanceof WeighedOutputs outputs ? outputs : null;
    float[] weights = new float[weighed == null ? 0 : rowTargets.length];
    DataRows features = new DataRows(data, scaling, examples);
    double sum = 0;
    Workspace w = many.take();
    try {
      for (int from = 0; from < size; from += ROWS) {
        beforeBlock.run();
        int rows = number(examples, from, size);
        targets.fill(data, examples, 0, rows, rowTargets);
        Tensor target = w.target(rows);
        target.write(rowTargets, 0);
        double mean = loss.value(w.forLoss(rows, features, loss), target);
        if (weighed != null) {
          weighed.weights(data, examples, 0, rows, weights);
          mean = weighed.value(w.result, rowTargets, weights, rows);
        }
        sum += rows * mean;
        requireNumbers(w.result, 0, rows, from);
        each.accept(examples, rows, w.result);
      }
    } finally {
      many.put(w);
    }
    return sum / size;
  }

  /** Numbers a block of examples; returns how many they are. */
  private static int number(int[] examples, int from, int size) {
    int rows = Math.min(examples.length, size - from);
    for (int i = 0; i < rows; i++) {
      examples[i] = from + i;
    }
    return rows;
  }

  /**
   * Finite features and weights may still overflow on their way: that is no prediction.
   *
   * @param outputs row by row, read
   * @param from the first row to look at
   * @param rows how many
   * @param first the number of that row, for the message
   */
  private void requireNumbers(float[] outputs, int from, int rows, int first) {
    int columns = network.outputs();
    for (int i = from * columns; i < (from + rows) * columns; i++) {
      if (!Float.isFinite(outputs[i])) {
        throw new IllegalArgumentException(
            "row "
                + (first + i / columns - from)
                + ": the network's output is not finite: its features or the weights are too"
                + " large for float32");
      }
    }
  }

  /** Outputs of the network, a row for each example of a data set, beside its labels. */
  public Predictions predictions(DataSet data, InputScaling scaling) {
    int classes = network.outputs();
    int[] labels = new int[data.size()];
    Arrays.setAll(labels, data::label);
    float[] probabilities = new float[Math.multiplyExact(labels.length, classes)];
    float[] outputs = new float[ROWS * classes];
    blocks(
        data,
        (features, from, rows) -> {
          outputs(features, rows, scaling, outputs);
          System.arraycopy(outputs, 0, probabilities, from * classes, rows * classes);
        });
    return new Predictions(data.classNames(), labels, probabilities);
  }

  /** The numbers that the network says of each example of a data set, beside its targets. */
  public RegressionPredictions predictions(
      DataSet data, InputScaling scaling, ModelOutput.Targets targets) {
    int width = network.outputs();
    double[] actual = new double[Math.multiplyExact(data.size(), width)];
    Arrays.setAll(actual, i -> data.target(i / width, i % width));
    double[] predicted = new double[actual.length];
    double[] numbers = new double[ROWS * width];
    blocks(
        data,
        (features, from, rows) -> {
          numbers(features, rows, scaling, targets, numbers);
          System.arraycopy(numbers, 0, predicted, from * width, rows * width);
        });
    return new RegressionPredictions(data.targetNames(), actual, predicted);
  }

  /** The probability of each label for each example of a data set, beside the labels it has. */
  public LabelPredictions predictions(
      DataSet data, InputScaling scaling, ModelOutput.Labels labels) {
    int width = network.outputs();
    boolean[] actual = new boolean[Math.multiplyExact(data.size(), width)];
    for (int i = 0; i < actual.length; i++) {
      actual[i] = data.target(i / width, i % width) == 1;
    }
    float[] probabilities = new float[actual.length];
    float[] outputs = new float[ROWS * width];
    blocks(
        data,
        (features, from, rows) -> {
          outputs(features, rows, scaling, outputs);
          System.arraycopy(outputs, 0, probabilities, from * width, rows * width);
        });
    return new LabelPredictions(data.targetNames(), actual, probabilities, labels.thresholds());
  }

  /** Takes the features of the examples from {@code from} on, row by row. */
  @FunctionalInterface
  private interface FeatureBlock {
    void accept(float[] features, int from, int rows);
  }

  private void blocks(DataSet data, FeatureBlock each) {
    int[] examples = new int[ROWS];
    float[] features = new float[Math.multiplyExact(ROWS, network.inputs())];
    for (int from = 0; from < data.size(); from += ROWS) {
      beforeBlock.run();
      int rows = number(examples, from, data.size());
      data.gather(examples, 0, rows, features);
      each.accept(features, from, rows);
    }
  }

  /**
   * Gives the idle buffers back, and those in use when their calls end. A later call works with
   * buffers of its own. Closing again does nothing.
   */
  @Override
  public void close() {
    single.close();
    many.close();
  }

  /** Idle buffers. A lock, because a queue without one allocates a node per call. */
  private final class Pool {

    private final int rows;
    private final Deque<Workspace> idle = new ArrayDeque<>();
    private boolean closed;

    Pool(int rows) {
      this.rows = rows;
    }

    Workspace take() {
      synchronized (idle) {
        Workspace w = idle.pollLast();
        if (w != null) {
          return w;
        }
      }
      return new Workspace(rows);
    }

    void put(Workspace w) {
      synchronized (idle) {
        if (!closed) {
          idle.addLast(w);
          return;
        }
      }
      w.tensors.close();
    }

    void close() {
      synchronized (idle) {
        closed = true;
        idle.forEach(w -> w.tensors.close());
        idle.clear();
      }
    }
  }

  /** The buffers of one pass. */
  private final class Workspace {

    private final Allocations tensors = new Allocations(network.backend());
    private final ArrayRows features;
    private final float[] result;
    private final float[] single;
    private final Tensor x;
    private final List<Tensor> y;
    private final Tensor target;

    Workspace(int rows) {
      features = new ArrayRows(network.inputs());
      result = new float[Math.multiplyExact(rows, network.outputs())];
      single = members.size() == 1 ? result : new float[result.length];
      x = tensors.allocate(rows, network.inputs());
      y = network.layers().stream().map(l -> tensors.allocate(rows, l.outputs())).toList();
      target = tensors.allocate(rows, network.outputs());
    }

    /**
     * The output for rows {@code first} to {@code first + rows − 1} of a batch, in {@code target}
     * from {@code offset} on.
     */
    void forward(
        float[] batch, int first, int rows, InputScaling scaling, float[] target, int offset) {
      Tensor in = x(rows);
      List<Tensor> out = y(rows);
      Tensor last = out.get(out.size() - 1);
      features.set(batch, first, scaling);
      in.fill(features);
      features.letGo();
      network.forward(in, out);
      last.read(target, offset);
      if (members.size() > 1) {
        average(in, out, target, offset);
      }
    }

    /** Adds what the other members say to what the first does, and divides by their number. */
    private void average(Tensor in, List<Tensor> out, float[] target, int offset) {
      Tensor last = out.get(out.size() - 1);
      int length = last.rows() * last.cols();
      for (int m = 1; m < members.size(); m++) {
        members.get(m).forward(in, out);
        last.read(single, 0);
        for (int i = 0; i < length; i++) {
          target[offset + i] += single[i];
        }
      }
      float share = 1f / members.size();
      for (int i = 0; i < length; i++) {
        target[offset + i] *= share;
      }
    }

    /**
     * What {@code loss} reads, for {@code rows} rows of a source; also in {@link #result}. Of
     * several members' probabilities it is the logarithm, a softmax of which gives them back; of
     * labels the logarithm of the odds, which a sigmoid does.
     */
    Tensor forLoss(int rows, RowSource source, Loss loss) {
      Tensor in = x(rows);
      List<Tensor> out = y(rows);
      in.fill(source);
      if (members.size() == 1) {
        int depth = network.layersBefore(loss);
        network.forward(in, out, depth);
        Tensor output = out.get(depth - 1);
        output.read(result, 0);
        return output;
      }
      Tensor output = out.get(out.size() - 1);
      network.forward(in, out);
      output.read(result, 0);
      average(in, out, result, 0);
      if (loss.input() == Loss.Input.LOGITS) {
        boolean odds = network.specs().get(out.size() - 1).activation() == Activation.SIGMOID;
        for (int i = 0; i < rows * network.outputs(); i++) {
          double other = odds ? StrictMath.log(Math.max(1 - result[i], Float.MIN_NORMAL)) : 0;
          result[i] = (float) (StrictMath.log(Math.max(result[i], Float.MIN_NORMAL)) - other);
        }
      }
      output.write(result, 0);
      return output;
    }

    Tensor x(int rows) {
      return rows == x.rows() ? x : x.firstRows(rows);
    }

    List<Tensor> y(int rows) {
      return rows == x.rows() ? y : y.stream().map(t -> t.firstRows(rows)).toList();
    }

    Tensor target(int rows) {
      return rows == x.rows() ? target : target.firstRows(rows);
    }
  }
}
