package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import dev.polymath.models.io.LinearLayers.Linear;
import dev.polymath.models.network.LayerSpec.Dense;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The batch norms of a state dict, and where they stand among its linear layers. A state dict says
 * neither; names, numbers and widths do, and what they leave open must be given.
 */
final class BatchNorms {

  static final String MEAN = "running_mean";
  static final String VARIANCE = "running_var";

  /** A count of batches, which no result depends on. */
  static final String COUNT = "num_batches_tracked";

  /** The name of a module of an {@code nn.Sequential}: its parent and its number. */
  private static final Pattern NUMBERED = Pattern.compile("((?:.*\\.)?)([0-9]{1,9})");

  /**
   * One batch norm.
   *
   * @param affine whether it has a weight and a bias
   */
  record Norm(String name, int width, boolean affine) {

    String tensor(String last) {
      return prefix(name) + last;
    }
  }

  /**
   * Where one stands.
   *
   * @param layer how many linear layers come before it
   * @param after whether it follows the activation of the layer before it, and so is taken in by
   *     the next; always of the first place, never of the last
   */
  record Placed(Norm norm, int layer, boolean after) {}

  private final String file;
  private final Map<String, Norm> norms;
  private final List<Linear> layers;

  private BatchNorms(String file, Map<String, Norm> norms, List<Linear> layers) {
    this.file = file;
    this.norms = norms;
    this.layers = layers;
  }

  /** The batch norms of a file by name. */
  static Map<String, Norm> find(String file, Map<String, List<Integer>> shapes)
      throws ModelFormatException {
    Map<String, Norm> found = new TreeMap<>();
    for (String tensor : shapes.keySet()) {
      String last = tensor.substring(tensor.lastIndexOf('.') + 1);
      if (last.equals(MEAN) || last.equals(VARIANCE) || last.equals(COUNT)) {
        String name = tensor.substring(0, Math.max(0, tensor.length() - last.length() - 1));
        if (!found.containsKey(name)) {
          found.put(name, norm(file, shapes, name));
        }
      }
    }
    return found;
  }

  private static Norm norm(String file, Map<String, List<Integer>> shapes, String name)
      throws ModelFormatException {
    List<Integer> mean = shapes.get(prefix(name) + MEAN);
    if (mean != null && (mean.size() != 1 || mean.get(0) < 1)) {
      throw new ModelFormatException(
          file, "tensor " + quote(prefix(name) + MEAN) + ": expected shape [width], found " + mean);
    }
    boolean affine =
        shapes.containsKey(prefix(name) + Dense.WEIGHT)
            || shapes.containsKey(prefix(name) + Dense.BIAS);
    for (String last :
        affine ? List.of(MEAN, VARIANCE, Dense.WEIGHT, Dense.BIAS) : List.of(MEAN, VARIANCE)) {
      List<Integer> shape = shapes.get(prefix(name) + last);
      if (shape == null) {
        throw new ModelFormatException(
            file, "tensor " + quote(prefix(name) + last) + " is missing");
      }
      if (!shape.equals(mean)) {
        throw new ModelFormatException(
            file,
            "tensor "
                + quote(prefix(name) + last)
                + ": expected shape "
                + mean
                + " beside a "
                + MEAN
                + " of "
                + mean
                + ", found "
                + shape);
      }
    }
    return new Norm(name, mean == null ? 0 : mean.get(0), affine);
  }

  private static String prefix(String name) {
    return name.isEmpty() ? "" : name + ".";
  }

  /** What is left of a file's tensors: those of linear layers. */
  static Map<String, List<Integer>> without(
      Map<String, Norm> norms, Map<String, List<Integer>> shapes) {
    Map<String, List<Integer>> rest = new LinkedHashMap<>(shapes);
    for (Norm norm : norms.values()) {
      for (String last : List.of(MEAN, VARIANCE, COUNT, Dense.WEIGHT, Dense.BIAS)) {
        rest.remove(norm.tensor(last));
      }
    }
    return rest;
  }

  /**
   * Where the batch norms stand, in the order in which the network computes them.
   *
   * @param order the names of layers and batch norms; null where the file tells
   * @param after whether each follows the activation of the layer before it; null where the numbers
   *     tell
   * @param linear which layers have no activation, so that both is the same
   */
  static List<Placed> place(
      String file,
      Map<String, Norm> norms,
      List<Linear> layers,
      @Nullable List<String> order,
      @Nullable Boolean after,
      boolean[] linear)
      throws ModelFormatException {
    BatchNorms all = new BatchNorms(file, norms, layers);
    List<Placed> placed = new ArrayList<>();
    for (Norm norm : norms.values()) {
      int layer = all.layer(norm, order);
      placed.add(new Placed(norm, layer, all.follows(norm, layer, after, linear)));
    }
    all.sort(placed, order);
    return placed;
  }

  private int layer(Norm norm, @Nullable List<String> order) throws ModelFormatException {
    int layer = -1;
    if (order != null && order.contains(norm.name())) {
      List<String> before = order.subList(0, order.indexOf(norm.name()));
      layer = (int) layers.stream().filter(l -> before.contains(l.name())).count();
    } else if (neighbours(norm) != null) {
      layer = numbered(norm);
    } else {
      layer = alike(norm);
    }
    if (layer < 0) {
      layer = byWidth(norm);
    }
    int width = layer == 0 ? layers.get(0).inputs() : layers.get(layer - 1).outputs();
    if (width != norm.width()) {
      throw fault(
          norm,
          "expected as many features as "
              + (layer == 0
                  ? quote(layers.get(0).name()) + " after it has inputs, "
                  : quote(layers.get(layer - 1).name()) + " before it has outputs, ")
              + width
              + ", found "
              + norm.width());
    }
    return layer;
  }

  /** The numbers of its parent's modules that are known, each with its layer; null if of none. */
  private @Nullable TreeMap<Integer, Integer> neighbours(Norm norm) {
    Matcher own = NUMBERED.matcher(norm.name());
    if (!own.matches()) {
      return null;
    }
    TreeMap<Integer, Integer> places = new TreeMap<>();
    for (int i = 0; i < layers.size(); i++) {
      Matcher other = NUMBERED.matcher(layers.get(i).name());
      if (other.matches() && other.group(1).equals(own.group(1))) {
        places.put(Integer.valueOf(other.group(2)), i);
      }
    }
    return places.isEmpty() ? null : places;
  }

  private static int number(String name) {
    Matcher own = NUMBERED.matcher(name);
    return own.matches() ? Integer.parseInt(own.group(2)) : -1;
  }

  private int numbered(Norm norm) {
    TreeMap<Integer, Integer> places = neighbours(norm);
    var below = places == null ? null : places.lowerEntry(number(norm.name()));
    if (below != null) {
      return below.getValue() + 1;
    }
    return places == null ? -1 : places.firstEntry().getValue();
  }

  /**
   * The place of one that has the numbers of a layer in its name, as {@code bn1} has those of
   * {@code fc1}: after that layer, or, where only this fits all of them, before it; −1 if it has no
   * such name.
   */
  private int alike(Norm norm) throws ModelFormatException {
    if (twin(norm) < 0) {
      return -1;
    }
    List<Norm> named =
        norms.values().stream().filter(n -> neighbours(n) == null && twin(n) >= 0).toList();
    boolean behind = fit(named, Linear::outputs);
    boolean ahead = fit(named, Linear::inputs);
    if (behind && ahead) {
      throw fault(
          norm, "neither name nor width tells its place among the layers: it must be given");
    }
    return ahead ? twin(norm) : twin(norm) + 1;
  }

  private boolean fit(List<Norm> named, ToIntFunction<Linear> width) {
    return named.stream().allMatch(n -> width.applyAsInt(layers.get(twin(n))) == n.width());
  }

  private int twin(Norm norm) {
    List<String> own = numbers(norm.name());
    int[] same =
        IntStream.range(0, layers.size())
            .filter(i -> numbers(layers.get(i).name()).equals(own))
            .toArray();
    return same.length == 1 && !own.isEmpty() ? same[0] : -1;
  }

  private static List<String> numbers(String name) {
    return LinearLayers.NUMBER.matcher(name).results().map(r -> r.group()).toList();
  }

  private int byWidth(Norm norm) throws ModelFormatException {
    int[] fitting =
        IntStream.rangeClosed(0, layers.size())
            .filter(
                i ->
                    norm.width() == (i == 0 ? layers.get(0).inputs() : layers.get(i - 1).outputs()))
            .toArray();
    if (fitting.length == 1) {
      return fitting[0];
    }
    throw fault(
        norm,
        fitting.length == 0
            ? "expected as many features as a layer has inputs or outputs, found " + norm.width()
            : "neither name nor width tells its place among the layers: it must be given");
  }

  private boolean follows(Norm norm, int layer, @Nullable Boolean told, boolean[] linear)
      throws ModelFormatException {
    TreeMap<Integer, Integer> places = neighbours(norm);
    int own = number(norm.name());
    boolean free = false;
    boolean freeAfter = true;
    if (places != null && places.lowerEntry(own) != null) {
      free = free(norm, places.lowerKey(own), own);
    }
    if (places != null && places.higherEntry(own) != null) {
      freeAfter = free(norm, own, places.higherKey(own));
    }
    if (layer == 0) {
      return true;
    }
    if (layer == layers.size()) {
      if (free) {
        throw fault(norm, "expected it directly after the last layer, found an activation between");
      }
      return false;
    }
    if (told != null || linear[layer - 1]) {
      return told != null && told;
    }
    if (places == null || places.lowerEntry(own) == null || free == freeAfter) {
      throw fault(
          norm,
          "nothing tells whether it comes before or after the activation that follows "
              + quote(layers.get(layer - 1).name())
              + ": it must be given");
    }
    return free;
  }

  /** Whether a module without parameters stands between two numbers. */
  private boolean free(Norm norm, int from, int to) {
    String parent = norm.name().substring(0, norm.name().lastIndexOf('.') + 1);
    for (int i = from + 1; i < to; i++) {
      if (!norms.containsKey(parent + i)) {
        return true;
      }
    }
    return false;
  }

  private void sort(List<Placed> placed, @Nullable List<String> order) throws ModelFormatException {
    Comparator<Placed> places = Comparator.comparingInt(Placed::layer).thenComparing(Placed::after);
    placed.sort(places.thenComparingInt(p -> rank(p.norm(), order)));
    for (int i = 1; i < placed.size(); i++) {
      Placed before = placed.get(i - 1);
      Placed next = placed.get(i);
      if (places.compare(before, next) == 0
          && rank(before.norm(), order) == rank(next.norm(), order)) {
        throw fault(
            next.norm(),
            "nothing tells whether "
                + quote(before.norm().name())
                + " comes before it: the order of both must be given");
      }
    }
  }

  private int rank(Norm norm, @Nullable List<String> order) {
    if (order != null) {
      return order.indexOf(norm.name());
    }
    return neighbours(norm) == null ? -1 : number(norm.name());
  }

  private ModelFormatException fault(Norm norm, String message) {
    return new ModelFormatException(file, "batch norm " + quote(norm.name()) + ": " + message);
  }
}
