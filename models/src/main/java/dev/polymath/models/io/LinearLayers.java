package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import dev.polymath.models.network.LayerSpec.Dense;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@code nn.Linear} layers of a state dict, whatever they are called, and their order.
 */
final class LinearLayers {

  /** Layers whose order is looked for by their shapes: the search grows with the factorial. */
  private static final int MOST_SEARCHED = 10;

  /** Names that a message lists. */
  private static final int MOST_NAMES = 8;

  static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /**
   * One layer.
   *
   * @param weight the name of the tensor [outputs, inputs]
   * @param bias the name of the tensor [outputs]; null if it has none
   */
  record Linear(String name, String weight, @Nullable String bias, int inputs, int outputs) {}

  private final String file;
  private final Map<String, List<Integer>> shapes;

  private LinearLayers(String file, Map<String, List<Integer>> shapes) {
    this.file = file;
    this.shapes = shapes;
  }

  /**
   * The layers, first to last.
   *
   * @param order their names in order; null where names and shapes tell it
   */
  static List<Linear> find(
      String file, Map<String, List<Integer>> shapes, @Nullable List<String> order)
      throws ModelFormatException {
    LinearLayers layers = new LinearLayers(file, shapes);
    List<Linear> found = layers.ordered(layers.all(), order);
    for (int i = 1; i < found.size(); i++) {
      Linear before = found.get(i - 1);
      Linear layer = found.get(i);
      if (before.outputs() != layer.inputs()) {
        throw layers.fault(
            String.format(
                Locale.ROOT,
                "layer %s: expected %d inputs, as many as %s before it has outputs, found %d",
                quote(layer.name()),
                before.outputs(),
                quote(before.name()),
                layer.inputs()));
      }
    }
    return found;
  }

  private List<Linear> all() throws ModelFormatException {
    Set<String> names = new TreeSet<>();
    for (String tensor : shapes.keySet()) {
      String name = layerOf(tensor);
      if (name == null) {
        throw fault(
            "tensor " + quote(tensor) + ": expected the weight or the bias of a Linear layer");
      }
      names.add(name);
    }
    if (names.isEmpty()) {
      throw fault("expected Linear layers, found none");
    }
    List<Linear> layers = new ArrayList<>();
    for (String name : names) {
      layers.add(layer(name));
    }
    return layers;
  }

  /** The layer that a tensor is of, "" for one without a name; null if of none. */
  private static @Nullable String layerOf(String tensor) {
    int dot = tensor.lastIndexOf('.');
    String last = tensor.substring(dot + 1);
    return last.equals(Dense.WEIGHT) || last.equals(Dense.BIAS)
        ? tensor.substring(0, Math.max(0, dot))
        : null;
  }

  private Linear layer(String name) throws ModelFormatException {
    String prefix = name.isEmpty() ? "" : name + ".";
    List<Integer> weight = shape(prefix + Dense.WEIGHT);
    if (weight.size() != 2 || weight.contains(0)) {
      throw fault(
          "tensor "
              + quote(prefix + Dense.WEIGHT)
              + ": expected shape [outputs, inputs], found "
              + weight);
    }
    int outputs = weight.get(0);
    int inputs = weight.get(1);
    List<Integer> bias = shapes.get(prefix + Dense.BIAS);
    if (bias == null) {
      return new Linear(name, prefix + Dense.WEIGHT, null, inputs, outputs);
    }
    if (!bias.equals(List.of(outputs))) {
      String turned =
          bias.equals(List.of(inputs))
              ? "; a Linear layer's weight is [outputs, inputs], this one looks transposed"
              : "";
      throw fault(
          String.format(
              Locale.ROOT,
              "tensor %s: expected shape [%d] beside a weight of %s, found %s%s",
              quote(prefix + Dense.BIAS),
              outputs,
              weight,
              bias,
              turned));
    }
    return new Linear(name, prefix + Dense.WEIGHT, prefix + Dense.BIAS, inputs, outputs);
  }

  private List<Integer> shape(String tensor) throws ModelFormatException {
    List<Integer> shape = shapes.get(tensor);
    if (shape == null) {
      throw fault("tensor " + quote(tensor) + " is missing");
    }
    return shape;
  }

  private List<Linear> ordered(List<Linear> layers, @Nullable List<String> order)
      throws ModelFormatException {
    if (order != null) {
      return named(layers, order);
    }
    if (layers.stream()
            .map(layer -> NUMBER.matcher(layer.name()).replaceAll("0"))
            .distinct()
            .count()
        == 1) {
      return layers.stream()
          .sorted(Comparator.comparing(Linear::name, LinearLayers::numbers))
          .toList();
    }
    if (layers.size() > MOST_SEARCHED) {
      throw fault(
          String.format(
              Locale.ROOT,
              "the names do not tell the order of the %d layers %s: it must be given",
              layers.size(),
              list(names(layers))));
    }
    List<List<Linear>> chains = new ArrayList<>();
    search(new ArrayList<>(), new ArrayList<>(layers), chains);
    if (chains.isEmpty()) {
      throw fault(
          "no order of the layers makes a chain: "
              + layers.stream()
                  .map(
                      layer ->
                          quote(layer.name()) + " " + layer.inputs() + " -> " + layer.outputs())
                  .collect(Collectors.joining(", ")));
    }
    if (chains.size() > 1) {
      throw fault(
          "neither names nor shapes tell the order of the layers "
              + list(names(layers))
              + ": it must be given");
    }
    return chains.get(0);
  }

  /** Adds the orders in which the layers left continue a chain; two are enough to know. */
  private static void search(List<Linear> chain, List<Linear> left, List<List<Linear>> chains) {
    if (left.isEmpty()) {
      chains.add(List.copyOf(chain));
      return;
    }
    for (int i = 0; i < left.size() && chains.size() < 2; i++) {
      Linear next = left.get(i);
      if (chain.isEmpty() || chain.get(chain.size() - 1).outputs() == next.inputs()) {
        chain.add(next);
        left.remove(i);
        search(chain, left, chains);
        left.add(i, next);
        chain.remove(chain.size() - 1);
      }
    }
  }

  private List<Linear> named(List<Linear> layers, List<String> order) throws ModelFormatException {
    Map<String, Linear> byName = new LinkedHashMap<>();
    layers.forEach(layer -> byName.put(layer.name(), layer));
    List<Linear> result = new ArrayList<>();
    for (String name : order) {
      Linear layer = byName.remove(name);
      if (layer == null) {
        break;
      }
      result.add(layer);
    }
    if (result.size() != order.size() || !byName.isEmpty()) {
      throw fault(
          "the order of the layers: expected each of "
              + list(names(layers))
              + " once, found "
              + list(order));
    }
    return result;
  }

  private static List<String> names(List<Linear> layers) {
    return layers.stream().map(Linear::name).toList();
  }

  /** Orders names that differ in their numbers alone: 2 before 10. */
  private static int numbers(String a, String b) {
    Matcher first = NUMBER.matcher(a);
    Matcher second = NUMBER.matcher(b);
    while (first.find() && second.find()) {
      int order =
          Comparator.comparingInt(String::length)
              .thenComparing(Comparator.naturalOrder())
              .compare(first.group(), second.group());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static String list(Iterable<String> names) {
    List<String> quoted = new ArrayList<>();
    for (String name : names) {
      if (quoted.size() == MOST_NAMES) {
        quoted.add("...");
        break;
      }
      quoted.add(quote(name));
    }
    return quoted.isEmpty() ? "none" : String.join(", ", quoted);
  }

  private ModelFormatException fault(String message) {
    return new ModelFormatException(file, message);
  }
}
