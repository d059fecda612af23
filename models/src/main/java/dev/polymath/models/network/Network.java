package dev.polymath.models.network;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Parameter;
import dev.polymath.Tensor;
import dev.polymath.models.internal.Randomness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A chain of layers on one backend: {@code y = fₖ(… f₂(f₁(x)))}.
 *
 * <p>A network holds parameters and nothing else. Activations are the caller's, so any number of
 * threads may run {@link #forward} at once, as long as nobody writes the parameters meanwhile.
 */
public final class Network {

  private final Backend backend;
  private final List<LayerSpec> specs;
  private final List<Layer> layers;
  private final List<Parameter> parameters;

  private Network(Backend backend, List<LayerSpec> specs) {
    this.backend = backend;
    this.specs = List.copyOf(specs);
    List<Layer> chain = new ArrayList<>();
    List<Parameter> named = new ArrayList<>();
    for (LayerSpec spec : specs) {
      Layer layer = spec.on(backend);
      for (Parameter p : layer.parameters()) {
        String name = LayerSpec.parameterName(chain.size(), p.name());
        named.add(new Parameter(name, p.role(), p.value()));
      }
      chain.add(layer);
    }
    this.layers = List.copyOf(chain);
    this.parameters = List.copyOf(named);
  }

  /** Starts a network of {@code inputs} columns. */
  public static Builder builder(Backend backend, int inputs) {
    return new Builder(backend, inputs);
  }

  /**
   * A network with parameters of zero, from its description.
   *
   * @param specs at least one; each takes as many inputs as the one before has outputs
   */
  public static Network of(Backend backend, List<LayerSpec> specs) {
    Objects.requireNonNull(backend, "backend");
    if (specs.isEmpty()) {
      throw new IllegalArgumentException("network: expected at least one layer, found none");
    }
    for (int i = 1; i < specs.size(); i++) {
      if (specs.get(i).inputs() != specs.get(i - 1).outputs()) {
        throw new IllegalArgumentException(
            "network: layer "
                + i
                + " ("
                + specs.get(i)
                + ") takes "
                + specs.get(i).inputs()
                + " inputs, layer "
                + (i - 1)
                + " ("
                + specs.get(i - 1)
                + ") has "
                + specs.get(i - 1).outputs()
                + " outputs");
      }
    }
    return new Network(backend, specs);
  }

  /** The session that owns the parameters. */
  public Backend backend() {
    return backend;
  }

  /** Columns of the first layer's input. */
  public int inputs() {
    return specs.get(0).inputs();
  }

  /** Columns of the last layer's output. */
  public int outputs() {
    return specs.get(specs.size() - 1).outputs();
  }

  /** What each layer is. */
  public List<LayerSpec> specs() {
    return specs;
  }

  /** The layers, in order. */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * All parameters in order, named {@code layers.0.weight}, {@code layers.0.bias} and so on, where
   * the number is the layer's place in the chain.
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** A copy of each parameter's values, row by row, by its name and in order. */
  public Map<String, float[]> read() {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      float[] copy = new float[p.value().rows() * p.value().cols()];
      p.value().read(copy, 0);
      values.put(p.name(), copy);
    }
    return values;
  }

  /**
   * Overwrites every parameter: the way back from {@link #read()}.
   *
   * @param values of each parameter, row by row, by its name; read
   * @throws IllegalArgumentException if one is missing or has another size; nothing is written then
   */
  public void write(Map<String, float[]> values) {
    for (Parameter p : parameters) {
      float[] value = values.get(p.name());
      if (value == null || value.length != p.value().rows() * p.value().cols()) {
        throw new IllegalArgumentException(
            "network: parameter "
                + p.name()
                + ": expected "
                + p.value().rows() * p.value().cols()
                + " values, found "
                + (value == null ? "none" : value.length));
      }
    }
    for (Parameter p : parameters) {
      p.value().write(Objects.requireNonNull(values.get(p.name())), 0);
    }
  }

  /** How many numbers are trained. */
  public long parameterCount() {
    return parameters.stream().mapToLong(p -> (long) p.value().rows() * p.value().cols()).sum();
  }

  /** New buffers for {@link #forward}: one {@code [rows, outputs]} for each layer. */
  public List<Tensor> allocateOutputs(int rows) {
    return layers.stream().map(layer -> backend.allocate(rows, layer.outputs())).toList();
  }

  /**
   * Runs the chain.
   *
   * @param x {@code [n, inputs]}, read
   * @param outputs one {@code [n, outputs]} for each layer, overwritten; the last is the result
   */
  public void forward(Tensor x, List<Tensor> outputs) {
    if (outputs.size() != layers.size()) {
      throw new IllegalArgumentException(
          "forward: expected " + layers.size() + " outputs, found " + outputs.size());
    }
    forward(x, outputs, layers.size());
  }

  /** Runs the first {@code count} layers. */
  public void forward(Tensor x, List<Tensor> outputs, int count) {
    Tensor input = x;
    for (int i = 0; i < count; i++) {
      Tensor output = outputs.get(i);
      layers.get(i).forward(input, output);
      input = output;
    }
  }

  /**
   * How many layers run before {@code loss}: all, or all but a final softmax or sigmoid where the
   * loss has it inside. Which of the two a loss has, it does not say: that is the caller's to know.
   */
  public int layersBefore(Loss loss) {
    LayerSpec last = specs.get(specs.size() - 1);
    if (loss.input() == Loss.Input.OUTPUT || last.activation() == Activation.IDENTITY) {
      return layers.size();
    }
    boolean inside =
        last instanceof LayerSpec.ActivationLayer
            && (last.activation() == Activation.SOFTMAX || last.activation() == Activation.SIGMOID);
    if (inside && layers.size() > 1) {
      return layers.size() - 1;
    }
    throw new IllegalArgumentException(
        "loss: cross-entropy takes logits: expected a network that ends in a linear layer, with or"
            + " without a softmax or sigmoid after it, found "
            + this);
  }

  /**
   * Draws all parameters anew. The same initialization and seed give the same bits on every backend
   * and JDK.
   *
   * @param seed any
   */
  public void initialize(Initialization initialization, long seed) {
    Objects.requireNonNull(initialization, "initialization");
    Randomness random = new Randomness(seed, Randomness.Purpose.WEIGHTS);
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter p : layers.get(i).parameters()) {
        float[] values = new float[p.value().rows() * p.value().cols()];
        if (initialization.drawsBiases() || p.role() != Parameter.Role.BIAS) {
          double deviation = initialization.deviation(specs.get(i));
          for (int j = 0; j < values.length; j++) {
            values[j] = (float) (deviation * random.gaussian());
          }
        }
        p.value().write(values, 0);
      }
    }
  }

  /** The layers in one line. */
  @Override
  public String toString() {
    return String.join(", ", specs.stream().map(LayerSpec::toString).toList());
  }

  /** Collects layers; each takes the outputs of the one before. */
  public static final class Builder {

    private final Backend backend;
    private final List<LayerSpec> specs = new ArrayList<>();
    private int width;

    private Builder(Backend backend, int inputs) {
      this.backend = Objects.requireNonNull(backend, "backend");
      if (inputs < 1) {
        throw new IllegalArgumentException("inputs: expected at least 1, found " + inputs);
      }
      this.width = inputs;
    }

    /**
     * Adds {@code y = f(x · w + b)}.
     *
     * @param outputs at least 1
     * @param f any but softmax
     */
    public Builder dense(int outputs, Activation f) {
      specs.add(new LayerSpec.Dense(width, outputs, f));
      width = outputs;
      return this;
    }

    /** Adds {@code y = f(x)}. */
    public Builder activation(Activation f) {
      specs.add(new LayerSpec.ActivationLayer(width, f));
      return this;
    }

    /** The network, its parameters zero. */
    public Network build() {
      return Network.of(backend, specs);
    }
  }
}
