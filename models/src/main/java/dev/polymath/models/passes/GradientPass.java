package dev.polymath.models.passes;

import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.RowSource;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.internal.Allocations;
import dev.polymath.models.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one worker that computes gradients, sized once for a full batch and its tail, and
 * the two passes over them. Reads the network's parameters, writes none.
 */
public final class GradientPass implements AutoCloseable {

  /** Row-major {@code [rows, outputs]}, filled by the caller. */
  public final float[] targets;

  /** Row-major {@code [rows, outputs]}: logits or probabilities, after {@link #forward}. */
  public final float[] outputs;

  /**
   * For each layer whose output is masked a row-major {@code [rows, outputs]}, filled by the
   * caller; empty where nothing is dropped.
   */
  public final float[][] masks;

  /**
   * Row-major {@code [rows, outputs]}, filled by {@link #weigh}; empty where nothing is weighed.
   */
  private final float[] weights;

  private final @Nullable WeighedOutputs weighed;
  private final Network network;
  private final Allocations tensors;
  private final Loss loss;
  private final int depth;
  private final List<List<Tensor>> gradients;
  private final List<Tensor> allGradients;
  private final Buffers full;
  private @Nullable Buffers tail;

  /**
   * The tensors of a batch, or views of their first rows.
   *
   * @param masks one for each layer; null where its output goes on as it is
   * @param weights of the outputs; null where they are not weighed
   * @param masked the output of each layer after its mask; null like {@code masks}
   */
  private record Buffers(
      int rows,
      Tensor x,
      List<Tensor> y,
      List<Tensor> dy,
      Tensor target,
      @Nullable Tensor weights,
      @Nullable Tensor[] masks,
      @Nullable Tensor[] masked) {

    Buffers first(int rows) {
      return new Buffers(
          rows,
          x.firstRows(rows),
          y.stream().map(t -> t.firstRows(rows)).toList(),
          dy.stream().map(t -> t.firstRows(rows)).toList(),
          target.firstRows(rows),
          weights == null ? null : weights.firstRows(rows),
          first(masks, rows),
          first(masked, rows));
    }

    private static @Nullable Tensor[] first(@Nullable Tensor[] all, int rows) {
      @Nullable Tensor[] views = new Tensor[all.length];
      for (int i = 0; i < all.length; i++) {
        Tensor tensor = all[i];
        views[i] = tensor == null ? null : tensor.firstRows(rows);
      }
      return views;
    }

    /** What layer {@code i} reads. */
    Tensor input(int i) {
      if (i == 0) {
        return x;
      }
      Tensor dropped = masked[i - 1];
      return dropped == null ? y.get(i - 1) : dropped;
    }
  }

  /** A pass in which nothing is dropped. */
  public GradientPass(Network network, Loss loss, int rows, int tailRows) {
    this(network, loss, rows, tailRows, false, null);
  }

  /**
   * @param rows of a full batch
   * @param tailRows of the last batch of an epoch; 0 where it is full. Views of another number of
   *     rows are made when they are first asked for
   * @param dropout whether the input of every layer with parameters but the first is multiplied by
   *     one of {@link #masks}
   * @param targets of the rows; where they are {@link WeighedOutputs}, {@link #weigh} has to be
   *     called before each pass
   */
  public GradientPass(
      Network network,
      Loss loss,
      int rows,
      int tailRows,
      boolean dropout,
      @Nullable TargetRows targets) {
    this.network = network;
    this.weighed = targets instanceof WeighedOutputs outputs ? outputs : null;
    this.loss = loss;
    this.depth = network.layersBefore(loss);
    tensors = new Allocations(network.backend());
    List<Layer> layers = network.layers().subList(0, depth);
    List<List<Tensor>> perLayer = new ArrayList<>();
    List<Tensor> all = new ArrayList<>();
    for (Layer layer : layers) {
      List<Tensor> own = new ArrayList<>();
      for (Parameter p : layer.parameters()) {
        own.add(tensors.allocateLike(p.value()));
      }
      perLayer.add(List.copyOf(own));
      all.addAll(own);
    }
    gradients = List.copyOf(perLayer);
    allGradients = List.copyOf(all);
    @Nullable Tensor[] maskTensors = new Tensor[depth];
    @Nullable Tensor[] masked = new Tensor[depth];
    List<float[]> values = new ArrayList<>();
    for (int i = 0; dropout && i < depth - 1; i++) {
      if (!layers.get(i + 1).parameters().isEmpty()) {
        int width = layers.get(i).outputs();
        values.add(new float[Math.multiplyExact(rows, width)]);
        maskTensors[i] = tensors.allocate(rows, width);
        masked[i] = tensors.allocate(rows, width);
      }
    }
    masks = values.toArray(new float[0][]);
    full =
        new Buffers(
            rows,
            tensors.allocate(rows, network.inputs()),
            layers.stream().map(l -> tensors.allocate(rows, l.outputs())).toList(),
            layers.stream().map(l -> tensors.allocate(rows, l.outputs())).toList(),
            tensors.allocate(rows, network.outputs()),
            weighed == null ? null : tensors.allocate(rows, network.outputs()),
            maskTensors,
            masked);
    tail = tailRows == 0 ? null : full.first(tailRows);
    this.targets = new float[Math.multiplyExact(rows, network.outputs())];
    outputs = new float[this.targets.length];
    weights = new float[weighed == null ? 0 : this.targets.length];
  }

  /** Gives the tensors back; nobody may use the pass any more. Closing again does nothing. */
  @Override
  public void close() {
    tensors.close();
  }

  /** How many rows a full batch has. */
  public int rows() {
    return full.rows;
  }

  /** The gradients in the order of {@link Network#parameters()}, filled by {@link #backward}. */
  public List<Tensor> gradients() {
    return allGradients;
  }

  /** Takes the weights of a batch, where its outputs are weighed: of the examples that it has. */
  public void weigh(DataSet data, int[] examples, int from, int rows) {
    if (weighed != null) {
      weighed.weights(data, examples, from, rows, weights);
    }
  }

  /** Takes the features of so many rows, as the first layer is to have them. */
  public void features(int rows, RowSource source) {
    buffers(rows).x.fill(source);
  }

  /**
   * Runs the network on the {@link #features} of as many rows, fills {@link #outputs} and gives the
   * mean loss against {@link #targets}.
   */
  public double forward(int rows) {
    Buffers b = buffers(rows);
    b.target.write(targets, 0);
    if (masks.length == 0) {
      network.forward(b.x, b.y, depth);
    } else {
      forwardMasked(b);
    }
    Tensor output = b.y.get(depth - 1);
    output.read(outputs, 0);
    Tensor gradient = b.dy.get(depth - 1);
    double value = loss.valueAndGradient(output, b.target, gradient);
    if (weighed == null || b.weights == null) {
      return value;
    }
    b.weights.write(weights, 0);
    network.backend().multiply(gradient, b.weights, gradient);
    return weighed.value(outputs, targets, weights, rows);
  }

  private void forwardMasked(Buffers b) {
    int next = 0;
    for (int i = 0; i < depth; i++) {
      network.layers().get(i).forward(b.input(i), b.y.get(i));
      Tensor mask = b.masks[i];
      Tensor masked = b.masked[i];
      if (mask != null && masked != null) {
        mask.write(masks[next++], 0);
        network.backend().multiply(b.y.get(i), mask, masked);
      }
    }
  }

  /** Fills the gradients, after {@link #forward} with as many rows. */
  public void backward(int rows) {
    Buffers b = buffers(rows);
    for (int i = depth - 1; i >= 0; i--) {
      Tensor dx = i == 0 ? null : b.dy.get(i - 1);
      network.layers().get(i).backward(b.input(i), b.y.get(i), b.dy.get(i), dx, gradients.get(i));
      Tensor mask = i == 0 ? null : b.masks[i - 1];
      if (mask != null && dx != null) {
        network.backend().multiply(dx, mask, dx);
      }
    }
  }

  /** The batch of {@code rows} rows that {@link #forward} read. */
  public Tensor input(int rows) {
    return buffers(rows).x;
  }

  /** What each layer put out in {@link #forward}. */
  public List<Tensor> outputs(int rows) {
    return buffers(rows).y;
  }

  /** What the loss compared the last of {@link #outputs(int)} with. */
  public Tensor targets(int rows) {
    return buffers(rows).target;
  }

  private Buffers buffers(int rows) {
    if (rows == full.rows) {
      return full;
    }
    Buffers part = tail;
    if (part == null || part.rows != rows) {
      if (rows < 1 || rows > full.rows) {
        throw new IllegalArgumentException(
            "batch: expected 1 to " + full.rows + " rows, found " + rows);
      }
      part = full.first(rows);
      tail = part;
    }
    return part;
  }

  /** Names the first value, along the forward pass, that is not finite. */
  public String firstNotFinite(int rows) {
    Buffers b = buffers(rows);
    if (!finite(b.x)) {
      return "the input";
    }
    for (int i = 0; i < depth; i++) {
      String layer = "layers." + i + " (" + network.specs().get(i) + ") ";
      for (Parameter p : network.layers().get(i).parameters()) {
        if (!finite(p.value())) {
          return layer + p.name();
        }
      }
      if (!finite(b.y.get(i))) {
        return layer + "output";
      }
    }
    return "the loss";
  }

  /**
   * Requires as many features, and classes or targets, of the data as the network has inputs and
   * outputs.
   *
   * @param operation for the message
   */
  public static void requireFit(String operation, Network network, DataSet data) {
    if (data.features() != network.inputs() || data.outputs() != network.outputs()) {
      throw new IllegalArgumentException(
          operation
              + ": the network has "
              + network.inputs()
              + " inputs and "
              + network.outputs()
              + " outputs, the data set "
              + data.features()
              + " features and "
              + data.outputs()
              + switch (data.task()) {
                case CLASSIFICATION -> " classes";
                case REGRESSION -> " targets";
                case LABELS -> " labels";
              });
    }
  }

  /** Whether every element is finite. */
  public static boolean finite(Tensor tensor) {
    float[] values = read(tensor);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    tensor.read(values, 0);
    return values;
  }
}
