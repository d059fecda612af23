package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A state dict with batch norms, or without biases")
class BatchNormImportTest {

  private static final double EPSILON = 1e-5;

  @TempDir Path folder;

  /** A state dict, tensor by tensor; batch norms have their count, which is no float. */
  private static final class Dict {

    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final Map<String, String> shapes = new LinkedHashMap<>();

    Dict add(String name, String shape, float... values) {
      tensors.put(name, values);
      shapes.put(name, "[" + shape + "]");
      return this;
    }

    /** {@code values}: mean, variance, then weight and bias, each of {@code width}, or neither. */
    Dict norm(String name, int width, float... values) {
      String[] parts = {"running_mean", "running_var", "weight", "bias"};
      for (int p = 0; p < values.length / width; p++) {
        float[] part = new float[width];
        System.arraycopy(values, p * width, part, 0, width);
        add(name + "." + parts[p], "" + width, part);
      }
      return add(name + ".num_batches_tracked", "", 7);
    }

    Path write(Path folder) throws IOException {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      StringBuilder header = new StringBuilder("{");
      for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
        boolean count = tensor.getKey().endsWith("num_batches_tracked");
        int begin = data.size();
        ByteBuffer bytes =
            ByteBuffer.allocate(8 * tensor.getValue().length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : tensor.getValue()) {
          if (count) {
            bytes.putLong((long) value);
          } else {
            bytes.putFloat(value);
          }
        }
        data.write(bytes.array(), 0, bytes.position());
        header.append(
            "%s\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(
                    header.length() == 1 ? "" : ",",
                    tensor.getKey(),
                    count ? "I64" : "F32",
                    shapes.get(tensor.getKey()),
                    begin,
                    data.size()));
      }
      return Hostile.file(folder, header + "}", data.toByteArray());
    }
  }

  private ModelFile read(Dict dict, StateDictImport how) throws IOException {
    return how.read(dict.write(folder));
  }

  /** One feature, two classes: w = 2 and −1, b = 1 and 0. */
  private static Dict single(String name) {
    return new Dict().add(name + ".weight", "2,1", 2, -1).add(name + ".bias", "2", 1, 0);
  }

  private static void assertLayer(ModelFile model, int layer, float[] weight, float[] bias) {
    assertArrayEquals(weight, model.parameter("layers." + layer + ".weight"), 1e-6f);
    assertArrayEquals(bias, model.parameter("layers." + layer + ".bias"), 1e-6f);
  }

  @Test
  @DisplayName("after a layer, with a weight and a bias, by hand")
  void after() throws IOException {
    // s = 3 / √4 = 1.5 and 2 / √0.25 = 4; y = 1.5 (2x + 1 − 5) + 10, y = 4 (−x − (−1)) + 0.5
    Dict dict = single("0").norm("1", 2, 5, -1, 4, 0.25f, 3, 2, 10, 0.5f);
    ModelFile model = read(dict, StateDictImport.defaults().batchNormEpsilon(0));
    assertLayer(model, 0, new float[] {3, -4}, new float[] {4, 4.5f});
  }

  @Test
  @DisplayName("after a layer, affine=False, by hand")
  void afterPlain() throws IOException {
    // y = (2x + 1 − 5) / 2, y = (−x + 1) / 0.5
    Dict dict = single("0").norm("1", 2, 5, -1, 4, 0.25f);
    ModelFile model = read(dict, StateDictImport.defaults().batchNormEpsilon(0));
    assertLayer(model, 0, new float[] {1, -2}, new float[] {-2, 2});
  }

  @Test
  @DisplayName("before the first layer, by hand")
  void before() throws IOException {
    // x' = (x − 3) / 2 · 4 + 1 = 2x − 5; y = 4x − 9, y = −2x + 5
    Dict dict = single("1").norm("0", 1, 3, 4, 4, 1);
    ModelFile model = read(dict, StateDictImport.defaults().batchNormEpsilon(0));
    assertLayer(model, 0, new float[] {4, -2}, new float[] {-9, 5});
  }

  @Test
  @DisplayName("epsilon is 1e-5 if not set, and is added to the variance")
  void epsilon() throws IOException {
    Dict dict = single("0").norm("1", 2, 0, 0, 0, 0);
    float root = (float) (1 / Math.sqrt(1e-5));
    assertArrayEquals(
        new float[] {2 * root, -root},
        read(dict, StateDictImport.defaults()).parameter("layers.0.weight"),
        1e-4f);
    assertArrayEquals(
        new float[] {4, -2},
        read(dict, StateDictImport.defaults().batchNormEpsilon(0.25)).parameter("layers.0.weight"));
    refused(
        "tensor \"1.running_var\": element 0: expected at least 0, and above 0 with epsilon, found"
            + " 0.0",
        dict,
        StateDictImport.defaults().batchNormEpsilon(0));
  }

  @Test
  @DisplayName("a layer without a bias has zeros, beside one that has")
  void withoutBias() throws IOException {
    Dict dict =
        new Dict()
            .add("0.weight", "3,1", 1, 2, 3)
            .add("2.weight", "2,3", 1, 2, 3, 4, 5, 6)
            .add("2.bias", "2", 7, 8);
    ModelFile model = read(dict, StateDictImport.defaults().activations(Activation.SELU));
    assertLayer(model, 0, new float[] {1, 2, 3}, new float[3]);
    assertLayer(model, 1, new float[] {1, 4, 2, 5, 3, 6}, new float[] {7, 8});
    assertEquals(
        "[dense 1->3 SELU, dense 3->2 IDENTITY, activation SOFTMAX]",
        model.description().layers().toString());
  }

  /** A step of a network before folding, in the order of its computation. */
  private record Module(String name, int inputs, int outputs) {

    boolean norm() {
      return inputs == 0;
    }

    boolean activation() {
      return outputs == 0;
    }
  }

  private static Module linear(String name, int inputs, int outputs) {
    return new Module(name, inputs, outputs);
  }

  private static Module norm(String name, int width) {
    return new Module(name, 0, width);
  }

  private static final Module F = new Module("", 1, 0);

  static Stream<Arguments> networks() {
    StateDictImport tanh = StateDictImport.defaults().activations(Activation.TANH);
    return Stream.of(
        Arguments.of(
            "before the activation",
            tanh,
            List.of(linear("0", 4, 5), norm("1", 5), F, linear("3", 5, 3))),
        Arguments.of(
            "after the activation",
            tanh,
            List.of(linear("0", 4, 5), F, norm("2", 5), linear("3", 5, 3))),
        Arguments.of(
            "a dropout after the activation",
            tanh,
            List.of(linear("0", 4, 5), norm("1", 5), F, linear("4", 5, 3))),
        Arguments.of(
            "at the input, on both sides and at the output, square",
            tanh,
            List.of(
                norm("0", 4),
                linear("1", 4, 4),
                norm("2", 4),
                F,
                norm("4", 4),
                linear("5", 4, 4),
                F,
                norm("7", 4),
                linear("8", 4, 4),
                norm("9", 4))),
        Arguments.of(
            "two at one place, on each side",
            tanh,
            List.of(
                norm("n.0", 4),
                norm("n.1", 4),
                linear("n.2", 4, 5),
                norm("n.3", 5),
                norm("n.4", 5),
                F,
                norm("n.6", 5),
                norm("n.7", 5),
                linear("n.8", 5, 3),
                norm("n.9", 3),
                norm("n.10", 3))),
        Arguments.of(
            "by the numbers in names, told to be before",
            tanh.batchNormAfterActivation(false),
            List.of(
                linear("fc1", 4, 5),
                norm("bn1", 5),
                F,
                linear("fc2", 5, 6),
                norm("bn2", 6),
                F,
                linear("fc3", 6, 3))),
        Arguments.of(
            "by the numbers in names, told to be after",
            tanh.batchNormAfterActivation(true),
            List.of(
                linear("blocks.0.fc", 4, 5),
                F,
                norm("blocks.0.bn", 5),
                linear("blocks.1.fc", 5, 6),
                F,
                norm("blocks.1.bn", 6),
                linear("blocks.2.fc", 6, 3))),
        Arguments.of(
            "by numbers, each before its layer",
            tanh.batchNormAfterActivation(true),
            List.of(
                norm("bn.0", 4), linear("fc.0", 4, 5), F, norm("bn.1", 5), linear("fc.1", 5, 3))),
        Arguments.of(
            "by width",
            tanh.batchNormAfterActivation(false),
            List.of(
                norm("in", 4),
                linear("a", 4, 5),
                norm("hidden", 5),
                F,
                linear("b", 5, 3),
                norm("out", 3))),
        Arguments.of(
            "by the order that is given",
            tanh.batchNormAfterActivation(true).layers(List.of("a", "c", "b", "d")),
            List.of(linear("a", 4, 4), F, norm("c", 4), linear("b", 4, 4), norm("d", 4))),
        Arguments.of(
            "without an activation",
            StateDictImport.defaults().activations(Activation.IDENTITY),
            List.of(linear("0", 4, 5), norm("1", 5), linear("2", 5, 3))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  @DisplayName("computes what the network before folding computes in double precision")
  void folded(String name, StateDictImport how, List<Module> modules) throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Dict dict = new Dict();
      for (Module module : modules) {
        if (module.norm()) {
          int parts = random.nextBoolean() ? 2 : 4;
          float[] values = uniform(random, parts * module.outputs());
          for (int i = module.outputs(); i < 2 * module.outputs(); i++) {
            values[i] = 0.05f + Math.abs(values[i]);
          }
          dict.norm(module.name(), module.outputs(), values);
        } else if (!module.activation()) {
          dict.add(
              module.name() + ".weight",
              module.outputs() + "," + module.inputs(),
              uniform(random, module.inputs() * module.outputs()));
          if (random.nextBoolean()) {
            dict.add(
                module.name() + ".bias", "" + module.outputs(), uniform(random, module.outputs()));
          }
        }
      }
      ModelFile model = read(dict, how);
      boolean identity = modules.stream().noneMatch(Module::activation);
      for (int example = 0; example < 10; example++) {
        double[] x = new double[4];
        for (int i = 0; i < x.length; i++) {
          x[i] = random.nextDouble(-2, 2);
        }
        double[] expected = unfolded(dict, modules, x);
        double[] found = evaluated(model, identity, x);
        for (int i = 0; i < expected.length; i++) {
          assertEquals(expected[i], found[i], 1e-4 * (1 + Math.abs(expected[i])), "seed " + seed);
        }
      }
    }
  }

  private static float[] uniform(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static double[] unfolded(Dict dict, List<Module> modules, double[] input) {
    double[] x = input;
    for (Module module : modules) {
      double[] y = new double[module.activation() ? x.length : module.outputs()];
      float[] weight = dict.tensors.get(module.name() + ".weight");
      float[] bias = dict.tensors.get(module.name() + ".bias");
      for (int o = 0; o < y.length; o++) {
        if (module.activation()) {
          y[o] = Math.tanh(x[o]);
        } else if (module.norm()) {
          double mean = dict.tensors.get(module.name() + ".running_mean")[o];
          double variance = dict.tensors.get(module.name() + ".running_var")[o];
          y[o] =
              (x[o] - mean) / Math.sqrt(variance + EPSILON) * (weight == null ? 1 : weight[o])
                  + (bias == null ? 0 : bias[o]);
        } else {
          y[o] = bias == null ? 0 : bias[o];
          for (int i = 0; i < x.length; i++) {
            y[o] += (double) weight[o * x.length + i] * x[i];
          }
        }
      }
      x = y;
    }
    return x;
  }

  private static double[] evaluated(ModelFile model, boolean identity, double[] input) {
    double[] x = input;
    int layers = model.description().layers().size() - 1;
    for (int l = 0; l < layers; l++) {
      float[] weight = model.parameter("layers." + l + ".weight");
      float[] bias = model.parameter("layers." + l + ".bias");
      double[] y = new double[bias.length];
      for (int o = 0; o < y.length; o++) {
        y[o] = bias[o];
        for (int i = 0; i < x.length; i++) {
          y[o] += (double) weight[i * y.length + o] * x[i];
        }
        y[o] = l < layers - 1 && !identity ? Math.tanh(y[o]) : y[o];
      }
      x = y;
    }
    return x;
  }

  private void refused(String fault, Dict dict, StateDictImport how) throws IOException {
    Path file = dict.write(folder);
    assertEquals(
        file + ": " + fault,
        assertThrows(ModelFormatException.class, () -> how.read(file)).getMessage());
  }

  private static Dict chain(String... names) {
    Dict dict = new Dict();
    for (String name : names) {
      dict.add(name + ".weight", "2,2", 1, 2, 3, 4).add(name + ".bias", "2", 1, 2);
    }
    return dict;
  }

  static Stream<Arguments> faults() {
    String place =
        "nothing tells whether it comes before or after the activation that follows %s: it must be"
            + " given";
    float[] two = {0, 0, 1, 1};
    return Stream.of(
        Arguments.of(
            "batch norm \"1\": " + place.formatted("\"0\""), chain("0", "2").norm("1", 2, two)),
        Arguments.of(
            "batch norm \"2\": " + place.formatted("\"0\""), chain("0", "4").norm("2", 2, two)),
        Arguments.of(
            "batch norm \"bn1\": neither name nor width tells its place among the layers: it must"
                + " be given",
            chain("fc1", "fc2").norm("bn1", 2, two)),
        Arguments.of(
            "batch norm \"bn\": neither name nor width tells its place among the layers: it must be"
                + " given",
            chain("fc1", "fc2").norm("bn", 2, two)),
        Arguments.of(
            "batch norm \"bn\": expected as many features as a layer has inputs or outputs, found"
                + " 3",
            chain("fc1", "fc2").norm("bn", 3, 0, 0, 0, 1, 1, 1)),
        Arguments.of(
            "batch norm \"1\": expected as many features as \"0\" before it has outputs, 2, found"
                + " 3",
            chain("0", "3").norm("1", 3, 0, 0, 0, 1, 1, 1)),
        Arguments.of(
            "batch norm \"0\": expected as many features as \"1\" after it has inputs, 2, found 1",
            chain("1", "3").norm("0", 1, 0, 1)),
        Arguments.of(
            "batch norm \"4\": expected it directly after the last layer, found an activation"
                + " between",
            chain("0", "2").norm("4", 2, two)),
        Arguments.of(
            "batch norm \"b\": nothing tells whether \"a\" comes before it: the order of both must"
                + " be given",
            single("0").norm("a", 2, two).norm("b", 2, two)),
        Arguments.of(
            "tensor \"1.running_var\" is missing",
            chain("0", "3").add("1.running_mean", "2", 0, 0)),
        Arguments.of(
            "tensor \"1.bias\" is missing",
            chain("0", "3").norm("1", 2, two).add("1.weight", "2", 1, 1)),
        Arguments.of(
            "tensor \"1.running_var\": expected shape [2] beside a running_mean of [2], found [1]",
            chain("0", "3").add("1.running_mean", "2", 0, 0).add("1.running_var", "1", 1)),
        Arguments.of(
            "tensor \"1.running_mean\": expected shape [width], found [1, 2]",
            chain("0", "3").add("1.running_mean", "1,2", 0, 0).add("1.running_var", "1,2", 1, 1)),
        Arguments.of(
            "tensor \"1.running_var\": element 1: expected at least 0, and above 0 with epsilon,"
                + " found -1.0",
            chain("0", "3").norm("1", 2, 0, 0, 1, -1)),
        Arguments.of(
            "tensor \"1.running_mean\": element 0: expected a finite number, found NaN",
            chain("0", "3").norm("1", 2, Float.NaN, 0, 1, 1)),
        Arguments.of(
            "layer \"0\" can't take in the batch norms beside it: expected weights in the range of"
                + " float32, found Infinity",
            chain("0", "3").norm("1", 2, 0, 0, 0, 0, 3e38f, 1, 0, 0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  @DisplayName("is refused where a place is not told or a norm is not sound")
  void refusals(String fault, Dict dict) throws IOException {
    refused(fault, dict, StateDictImport.defaults());
  }

  @Test
  @DisplayName("a negative epsilon is refused at once")
  void badEpsilon() {
    List<String> messages = new ArrayList<>();
    for (double epsilon : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      messages.add(
          assertThrows(
                  IllegalArgumentException.class,
                  () -> StateDictImport.defaults().batchNormEpsilon(epsilon))
              .getMessage());
    }
    String fault = "batch norm: epsilon: expected a finite number of at least 0, found ";
    assertEquals(List.of(fault + "-1.0", fault + "NaN", fault + "Infinity"), messages);
  }
}
