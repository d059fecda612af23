package dev.polymath.models.network;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One layer of a network as a value: what a model file keeps of it. It makes the layer on a backend
 * and knows its parameters.
 */
public sealed interface LayerSpec {

  /** What kind of layer it is, in one word: the {@code type} in a model file. */
  String type();

  /** Columns of x. */
  int inputs();

  /** Columns of y. */
  int outputs();

  /** Applied last. */
  Activation activation();

  /** What is trained, in the order of {@link Layer#parameters()}; empty if nothing is. */
  List<ParameterSpec> parameters();

  /** What it does, in short and for a person: {@code 784->128 sigmoid}, {@code softmax}. */
  String summary();

  /** A new layer of this kind, its parameters zero. */
  Layer on(Backend backend);

  /**
   * The name that a parameter has in a network and in a model file: {@code layers.0.weight}.
   *
   * @param place of the layer in its chain, from 0
   * @param name in its layer
   */
  static String parameterName(int place, String name) {
    return "layers." + place + "." + name;
  }

  /**
   * The layers of a classifier: dense layers, the last of them linear, and a softmax.
   *
   * @param hidden widths of the hidden layers, first to last; may be empty
   * @param activations of the hidden layers, the last for all that follow; at least one
   */
  static List<LayerSpec> classifier(
      int inputs, int[] hidden, List<Activation> activations, int classes) {
    List<LayerSpec> layers = new ArrayList<>(regressor(inputs, hidden, activations, classes));
    layers.add(new ActivationLayer(classes, Activation.SOFTMAX));
    return List.copyOf(layers);
  }

  /**
   * The layers of a classifier of several labels: dense layers, the last of them linear, and a
   * sigmoid for each label.
   *
   * @param hidden widths of the hidden layers, first to last; may be empty
   * @param activations of the hidden layers, the last for all that follow; at least one
   */
  static List<LayerSpec> multiLabel(
      int inputs, int[] hidden, List<Activation> activations, int labels) {
    List<LayerSpec> layers = new ArrayList<>(regressor(inputs, hidden, activations, labels));
    layers.add(new ActivationLayer(labels, Activation.SIGMOID));
    return List.copyOf(layers);
  }

  /**
   * The layers of a regressor: dense layers, the last of them linear.
   *
   * @param hidden widths of the hidden layers, first to last; may be empty
   * @param activations of the hidden layers, the last for all that follow; at least one
   */
  static List<LayerSpec> regressor(
      int inputs, int[] hidden, List<Activation> activations, int targets) {
    List<LayerSpec> layers = new ArrayList<>();
    int width = inputs;
    for (int i = 0; i < hidden.length; i++) {
      Activation f = activations.get(Math.min(i, activations.size() - 1));
      layers.add(new Dense(width, hidden[i], f));
      width = hidden[i];
    }
    layers.add(new Dense(width, targets, Activation.IDENTITY));
    return List.copyOf(layers);
  }

  private static String word(Activation activation) {
    return switch (activation) {
      case IDENTITY -> "linear";
      case RELU -> "ReLU";
      case LEAKY_RELU -> "leaky ReLU";
      case ELU, SELU -> activation.name();
      case SIGMOID, TANH, SOFTMAX -> activation.name().toLowerCase(Locale.ROOT);
    };
  }

  /**
   * A parameter of a layer.
   *
   * @param name in its layer
   * @param shape as files have it: {@code [inputs, outputs]} of a weight, {@code [outputs]} of a
   *     bias
   */
  record ParameterSpec(String name, List<Integer> shape) {}

  /**
   * {@code y = f(x · w + b)}: {@value #WEIGHT} w [inputs, outputs] and {@value #BIAS} b [outputs].
   *
   * @param activation f, any but softmax
   */
  record Dense(int inputs, int outputs, Activation activation) implements LayerSpec {

    /** The weight's name. */
    public static final String WEIGHT = "weight";

    /** The bias's name. */
    public static final String BIAS = "bias";

    /** The kind of layer in a model file. */
    public static final String TYPE = "dense";

    public Dense {
      Objects.requireNonNull(activation, "activation");
      if (inputs < 1 || outputs < 1) {
        throw new IllegalArgumentException(
            "dense: inputs and outputs: expected at least 1, found " + inputs + " and " + outputs);
      }
      if (activation == Activation.SOFTMAX) {
        throw new IllegalArgumentException(
            "dense: softmax is a layer of its own: dense(IDENTITY), then activation(SOFTMAX)");
      }
    }

    @Override
    public String type() {
      return TYPE;
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of(
          new ParameterSpec(WEIGHT, List.of(inputs, outputs)),
          new ParameterSpec(BIAS, List.of(outputs)));
    }

    @Override
    public Layer on(Backend backend) {
      return backend.dense(inputs, outputs, activation);
    }

    @Override
    public String summary() {
      return inputs + "->" + outputs + " " + word(activation);
    }

    /** Such as {@code dense 128->50 RELU}. */
    @Override
    public String toString() {
      return TYPE + " " + inputs + "->" + outputs + " " + activation;
    }
  }

  /**
   * {@code y = f(x)}.
   *
   * @param width columns of x and y
   * @param activation f
   */
  record ActivationLayer(int width, Activation activation) implements LayerSpec {

    /** The kind of layer in a model file. */
    public static final String TYPE = "activation";

    public ActivationLayer {
      Objects.requireNonNull(activation, "activation");
      if (width < 1) {
        throw new IllegalArgumentException(
            "activation: width: expected at least 1, found " + width);
      }
    }

    @Override
    public String type() {
      return TYPE;
    }

    @Override
    public int inputs() {
      return width;
    }

    @Override
    public int outputs() {
      return width;
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public Layer on(Backend backend) {
      return backend.activation(width, activation);
    }

    @Override
    public String summary() {
      return word(activation);
    }

    /** Such as {@code activation SOFTMAX}. */
    @Override
    public String toString() {
      return TYPE + " " + activation;
    }
  }
}
