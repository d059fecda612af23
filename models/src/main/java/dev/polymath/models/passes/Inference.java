package dev.polymath.models.passes;

import dev.polymath.Loss;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Allocations;
import dev.polymath.models.internal.Argmax;
import dev.polymath.models.metrics.ConfusionMatrix;
import dev.polymath.models.metrics.Evaluation;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.metrics.RegressionPredictions;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Forward passes from any number of threads. Buffers come from two pools, of one row and of many,
 * that grow to the peak of concurrent calls and no further.
 */
public final class Inference implements AutoCloseable {

  /**
   * Rows of a large pass: enough for a product's full speed, few enough to stay in cache. 1024
   * images took 0.87 (JDK 25) and 0.92 (17) of the time of passes of 256 rows, medians by turns on
   * a core with 512 KB of second-level cache.
   */
  private static final int ROWS = 64;

  private final Network network;
  private final Pool single;
  private final Pool many;

  public Inference(Network network) {
    this.network = network;
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
        w.forward(features, done, count, scaling).read(target, done * network.outputs());
        requireNumbers(target, done, count, done);
      } finally {
        pool.put(w);
      }
      done += count;
    }
  }

  /** The class with the largest output for each row of unscaled features. */
  public void labels(float[] features, int rows, InputScaling scaling, int[] target) {
    int classes = network.outputs();
    for (int done = 0; done < rows; ) {
      Pool pool = rows - done == 1 ? single : many;
      int count = Math.min(pool.rows, rows - done);
      Workspace w = pool.take();
      try {
        w.forward(features, done, count, scaling).read(w.result, 0);
        requireNumbers(w.result, 0, count, done);
        for (int i = 0; i < count; i++) {
          target[done + i] = Argmax.of(w.result, i * classes, classes);
        }
      } finally {
        pool.put(w);
      }
      done += count;
    }
  }

  /** The class with the largest output for one row of unscaled features. */
  public int label(float[] features, InputScaling scaling) {
    Workspace w = single.take();
    try {
      w.forward(features, 0, 1, scaling).read(w.result, 0);
      requireNumbers(w.result, 0, 1, 0);
      return Argmax.of(w.result, 0, network.outputs());
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
        w.forward(features, done, count, scaling).read(w.result, 0);
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

  /** Loss and predictions on all examples of a data set. */
  public Evaluation evaluate(DataSet data, InputScaling scaling, Loss loss) {
    int classes = network.outputs();
    ConfusionMatrix confusion = new ConfusionMatrix(data.classNames());
    double mean =
        loss(
            data,
            scaling,
            loss,
            TargetRows.of(ModelOutput.of(data), 0),
            (examples, from, rows, outputs) -> {
              for (int i = 0; i < rows; i++) {
                confusion.add(data.label(from + i), Argmax.of(outputs, i * classes, classes));
              }
            });
    return new Evaluation(mean, confusion);
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
            (examples, from, rows, outputs) ->
                sum[0] += targets.score(data, examples, from, rows, outputs));
    return new Score(mean, sum[0] / data.size());
  }

  /** Takes the outputs of a block of examples: row i is of {@code examples[from + i]}. */
  @FunctionalInterface
  private interface Block {
    void accept(int[] examples, int from, int rows, float[] outputs);
  }

  /** The mean loss; every block is given to {@code each}. */
  private double loss(
      DataSet data, InputScaling scaling, Loss loss, TargetRows targets, Block each) {
    int depth = network.layersBefore(loss);
    int[] examples = new int[data.size()];
    Arrays.setAll(examples, i -> i);
    float[] rowTargets = new float[ROWS * network.outputs()];
    double sum = 0;
    Workspace w = many.take();
    try {
      for (int from = 0; from < examples.length; from += ROWS) {
        int rows = Math.min(ROWS, examples.length - from);
        data.gather(examples, from, rows, w.features);
        scaling.apply(w.features, rows);
        targets.fill(data, examples, from, rows, rowTargets);
        Tensor x = w.x(rows);
        List<Tensor> y = w.y(rows);
        Tensor target = w.target(rows);
        x.write(w.features, 0);
        target.write(rowTargets, 0);
        network.forward(x, y, depth);
        Tensor output = y.get(depth - 1);
        sum += rows * loss.value(output, target);
        output.read(w.result, 0);
        requireNumbers(w.result, 0, rows, from);
        each.accept(examples, from, rows, w.result);
      }
    } finally {
      many.put(w);
    }
    return sum / examples.length;
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

  /** Takes the features of the examples from {@code from} on, row by row. */
  @FunctionalInterface
  private interface FeatureBlock {
    void accept(float[] features, int from, int rows);
  }

  private void blocks(DataSet data, FeatureBlock each) {
    int[] examples = new int[data.size()];
    Arrays.setAll(examples, i -> i);
    float[] features = new float[Math.multiplyExact(ROWS, network.inputs())];
    for (int from = 0; from < examples.length; from += ROWS) {
      int rows = Math.min(ROWS, examples.length - from);
      data.gather(examples, from, rows, features);
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
    private final float[] features;
    private final float[] result;
    private final Tensor x;
    private final List<Tensor> y;
    private final Tensor target;

    Workspace(int rows) {
      features = new float[Math.multiplyExact(rows, network.inputs())];
      result = new float[Math.multiplyExact(rows, network.outputs())];
      x = tensors.allocate(rows, network.inputs());
      y = network.layers().stream().map(l -> tensors.allocate(rows, l.outputs())).toList();
      target = tensors.allocate(rows, network.outputs());
    }

    /** The network's output for rows {@code first} to {@code first + rows − 1} of a batch. */
    Tensor forward(float[] batch, int first, int rows, InputScaling scaling) {
      int inputs = network.inputs();
      System.arraycopy(batch, first * inputs, features, 0, rows * inputs);
      scaling.apply(features, rows);
      Tensor in = x(rows);
      List<Tensor> out = y(rows);
      in.write(features, 0);
      network.forward(in, out);
      return out.get(out.size() - 1);
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
