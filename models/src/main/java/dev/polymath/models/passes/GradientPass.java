package dev.polymath.models.passes;

import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Task;
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

  /** Row-major {@code [rows, inputs]}, filled by the caller. */
  public final float[] features;

  /** Row-major {@code [rows, outputs]}, filled by the caller. */
  public final float[] targets;

  /** Row-major {@code [rows, outputs]}: logits or probabilities, after {@link #forward}. */
  public final float[] outputs;

  private final Network network;
  private final Allocations tensors;
  private final Loss loss;
  private final int depth;
  private final List<List<Tensor>> gradients;
  private final List<Tensor> allGradients;
  private final Buffers full;
  private final @Nullable Buffers tail;

  /** The tensors of a batch, or views of their first rows. */
  private record Buffers(int rows, Tensor x, List<Tensor> y, List<Tensor> dy, Tensor target) {

    Buffers first(int rows) {
      return new Buffers(
          rows,
          x.firstRows(rows),
          y.stream().map(t -> t.firstRows(rows)).toList(),
          dy.stream().map(t -> t.firstRows(rows)).toList(),
          target.firstRows(rows));
    }
  }

  /**
   * @param rows of a full batch
   * @param tailRows of the last batch of an epoch; 0 where it is full
   */
  public GradientPass(Network network, Loss loss, int rows, int tailRows) {
    this.network = network;
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
    full =
        new Buffers(
            rows,
            tensors.allocate(rows, network.inputs()),
            layers.stream().map(l -> tensors.allocate(rows, l.outputs())).toList(),
            layers.stream().map(l -> tensors.allocate(rows, l.outputs())).toList(),
            tensors.allocate(rows, network.outputs()));
    tail = tailRows == 0 ? null : full.first(tailRows);
    features = new float[Math.multiplyExact(rows, network.inputs())];
    targets = new float[Math.multiplyExact(rows, network.outputs())];
    outputs = new float[targets.length];
  }

  /** Gives the tensors back; nobody may use the pass any more. Closing again does nothing. */
  @Override
  public void close() {
    tensors.close();
  }

  /** The gradients in the order of {@link Network#parameters()}, filled by {@link #backward}. */
  public List<Tensor> gradients() {
    return allGradients;
  }

  /**
   * Runs the network on the first {@code rows} of {@link #features}, fills {@link #outputs} and
   * gives the mean loss against {@link #targets}.
   */
  public double forward(int rows) {
    Buffers b = buffers(rows);
    b.x.write(features, 0);
    b.target.write(targets, 0);
    network.forward(b.x, b.y, depth);
    Tensor output = b.y.get(depth - 1);
    output.read(outputs, 0);
    return loss.valueAndGradient(output, b.target, b.dy.get(depth - 1));
  }

  /** Fills the gradients, after {@link #forward} with as many rows. */
  public void backward(int rows) {
    Buffers b = buffers(rows);
    for (int i = depth - 1; i >= 0; i--) {
      Tensor x = i == 0 ? b.x : b.y.get(i - 1);
      Tensor dx = i == 0 ? null : b.dy.get(i - 1);
      network.layers().get(i).backward(x, b.y.get(i), b.dy.get(i), dx, gradients.get(i));
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
    if (tail != null && rows == tail.rows) {
      return tail;
    }
    if (rows == full.rows) {
      return full;
    }
    throw new IllegalArgumentException("batch: no buffers for " + rows + " rows");
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
              + (data.task() == Task.CLASSIFICATION ? " classes" : " targets"));
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
