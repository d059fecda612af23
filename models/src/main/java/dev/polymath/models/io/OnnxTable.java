package dev.polymath.models.io;

import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.TableEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of a table as nodes of an ONNX graph: an input [batch, 1] for each column, {@code
 * features} [batch, features] out. It computes in double precision, with the operations of the
 * encoder itself, so that its features have the same bits.
 */
final class OnnxTable {

  /** The domain of the operators on text, and its version in ONNX 1.8. */
  static final String ML_DOMAIN = "ai.onnx.ml";

  static final int ML_VERSION = 2;

  /** How TensorProto calls its types. */
  private static final int FLOAT = 1;

  private static final int INT64 = 7;
  private static final int STRING = 8;
  private static final int DOUBLE = 11;

  /** How AttributeProto calls an integer and a list of strings. */
  private static final int INTEGER_ATTRIBUTE = 2;

  private static final int STRINGS_ATTRIBUTE = 8;

  private static final double DAY = 86_400;
  private static final double HOUR = 3600;
  private static final double CLIP = 3;

  /** Where a square would overflow, a clipped value is at its limit anyway. */
  private static final double FAR = 1e100;

  private static final String PREFIX = "encoder/";

  private final TableEncoder encoder;
  private final ProtobufMessage graph;

  /** The columns that become features, by the names of their inputs. */
  private final Map<String, EncodedColumn> inputs = new LinkedHashMap<>();

  /** What is encoded as numbers: columns, and parts of dates. */
  private final List<EncodedColumn.Numeric> numbers = new ArrayList<>();

  private final List<String> numberValues = new ArrayList<>();

  /** Matrices of features, each [batch, its width], not in the order of the features. */
  private final List<String> pools = new ArrayList<>();

  private int pooled;

  private final Set<String> constants = new HashSet<>();

  /** The place of each feature in the pools. */
  private final int[] order;

  private OnnxTable(TableEncoder encoder, Set<String> taken, ProtobufMessage graph) {
    this.encoder = encoder;
    this.graph = graph;
    this.order = new int[encoder.features()];
    Set<String> used = new HashSet<>(taken);
    for (int i = 0; i < encoder.columns().size(); i++) {
      EncodedColumn column = encoder.columns().get(i);
      if (!(column instanceof EncodedColumn.LeftOut)) {
        String name = name(column, i);
        while (name.startsWith(PREFIX) || !used.add(name)) {
          name = "_" + name;
        }
        inputs.put(name, column);
      }
    }
  }

  private String name(EncodedColumn column, int i) {
    int target = encoder.targetColumn();
    int place = target >= 0 && i >= target ? i + 2 : i + 1;
    return column.name().isEmpty() ? "column " + place : column.name();
  }

  /**
   * Adds inputs, nodes and constants to a graph.
   *
   * @param taken the names that the graph has for other things
   * @return the names of the inputs, a column each
   */
  static List<String> addTo(ProtobufMessage graph, TableEncoder encoder, Set<String> taken) {
    OnnxTable table = new OnnxTable(encoder, taken, graph);
    table.inputs();
    table.numbers();
    table.texts();
    String all = table.node("pool", "Concat", table.pools, axis(1));
    table.gather(all, table.order, OnnxModel.INPUT);
    return List.copyOf(table.inputs.keySet());
  }

  private void inputs() {
    inputs.forEach(
        (name, column) -> {
          int type = column instanceof EncodedColumn.Category ? STRING : DOUBLE;
          graph.message(11, OnnxModel.tensor(name, type, 1));
          if (column instanceof EncodedColumn.Numeric numeric) {
            number(numeric, name);
          } else if (column instanceof EncodedColumn.Dates dates) {
            String days = node(name + "/days", "Div", name, constant("day", DAY));
            number(dates.days(), days);
            EncodedColumn.Numeric hours = dates.hours();
            if (hours != null) {
              number(hours, hour(name, days));
            }
          }
        });
  }

  private void number(EncodedColumn.Numeric numeric, String value) {
    numbers.add(numeric);
    numberValues.add(value);
  }

  private String hour(String name, String days) {
    String whole = node(name + "/whole days", "Floor", days);
    String midnight = node(name + "/midnight", "Mul", whole, constant("day", DAY));
    String seconds = node(name + "/seconds", "Sub", name, midnight);
    return node(name + "/hour", "Div", seconds, constant("hour", HOUR));
  }

  /** All numbers at once, a column each. */
  private void numbers() {
    if (numbers.isEmpty()) {
      return;
    }
    String x = node("numbers", "Concat", numberValues, axis(1));
    String missing = node("missing", "IsNaN", x);
    String filled =
        node("filled", "Where", missing, each("median", EncodedColumn.Numeric::median), x);
    String centred = node("centred", "Sub", filled, each("center", EncodedColumn.Numeric::center));
    // A column without a spread becomes 0, as what is divided by infinity does.
    String scaled =
        node(
            "scaled",
            "Div",
            centred,
            each("spread", n -> n.spread() == 0 ? Double.POSITIVE_INFINITY : n.spread()));
    ToDoubleFunction<EncodedColumn.Numeric> limit = n -> n.clip() ? FAR : Float.MAX_VALUE;
    String below = node("below", "Min", scaled, each("most", limit));
    String z = node("bounded", "Max", below, each("least", n -> -limit.applyAsDouble(n)));
    if (numbers.stream().anyMatch(EncodedColumn.Numeric::clip)) {
      // A column that is not clipped has the root 1.
      String part =
          node("part", "Div", z, each("clip", n -> n.clip() ? CLIP : Double.POSITIVE_INFINITY));
      String square = node("square", "Mul", part, part);
      String sum = node("sum", "Add", square, constant("one", 1));
      z = node("clipped", "Div", z, node("root", "Sqrt", sum));
    }
    pool(toFloat("z", z), numbers.size());
    bins(filled);
    if (numbers.stream().anyMatch(EncodedColumn.Numeric::indicator)) {
      pool(toFloat("indicators", missing), numbers.size());
    }
  }

  private void bins(String filled) {
    List<Double> from = new ArrayList<>();
    List<Double> width = new ArrayList<>();
    List<Integer> column = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      List<Double> knots = numbers.get(i).knots();
      for (int k = 1; k < knots.size(); k++) {
        from.add(knots.get(k - 1));
        width.add(knots.get(k) - knots.get(k - 1));
        column.add(i);
      }
    }
    if (column.isEmpty()) {
      return;
    }
    String x = gather(filled, column.stream().mapToInt(i -> i).toArray(), PREFIX + "bins/numbers");
    String part = node("bins/from start", "Sub", x, doubles("bins/start", from));
    part = node("bins/parts", "Div", part, doubles("bins/width", width));
    part = node("bins/above", "Max", part, constant("zero", 0));
    part = node("bins/limited", "Min", part, constant("one", 1));
    pool(toFloat("bins", part), column.size());
  }

  /** Categories and days of the week, column by column, and where all features are. */
  private void texts() {
    int bins = numbers.size();
    int indicators = bins + numbers.stream().mapToInt(n -> Math.max(0, n.knots().size() - 1)).sum();
    int number = 0;
    int feature = 0;
    for (Map.Entry<String, EncodedColumn> input : inputs.entrySet()) {
      EncodedColumn column = input.getValue();
      List<EncodedColumn.Numeric> parts = new ArrayList<>();
      if (column instanceof EncodedColumn.Numeric numeric) {
        parts.add(numeric);
      } else if (column instanceof EncodedColumn.Dates dates) {
        parts.add(dates.days());
        EncodedColumn.Numeric hours = dates.hours();
        if (hours != null) {
          parts.add(hours);
        }
      }
      for (EncodedColumn.Numeric part : parts) {
        order[feature++] = number;
        for (int k = 1; k < part.knots().size(); k++) {
          order[feature++] = bins++;
        }
        if (part.indicator()) {
          order[feature++] = indicators + number;
        }
        number++;
      }
      if (column instanceof EncodedColumn.Category category) {
        feature = category(input.getKey(), category, feature);
      } else if (column instanceof EncodedColumn.Dates dates && dates.weekdays()) {
        feature = weekdays(input.getKey(), feature);
      }
    }
  }

  private int category(String name, EncodedColumn.Category category, int first) {
    int feature = first;
    int values = category.values().size();
    // What is missing is an empty text.
    List<String> known = new ArrayList<>(category.values());
    known.add("");
    ProtobufMessage texts = new ProtobufMessage().text(1, "cats_strings");
    known.forEach(value -> texts.text(9, value));
    ProtobufMessage node =
        new ProtobufMessage()
            .text(1, name)
            .text(2, PREFIX + name + "/each")
            .text(3, PREFIX + name + "/each")
            .text(4, "OneHotEncoder")
            .message(5, texts.integer(20, STRINGS_ATTRIBUTE))
            .message(5, integer("zeros", 1))
            .text(7, ML_DOMAIN);
    graph.message(1, node);
    String each = node(name + "/values", "Squeeze", PREFIX + name + "/each", second());
    for (int i = 0; i < values; i++) {
      order[feature++] = pooled + i;
    }
    if (category.other()) {
      order[feature++] = pooled + values + 1;
    }
    if (category.missing()) {
      order[feature++] = pooled + values;
    }
    pool(each, values + 1);
    if (category.other()) {
      String found = node(name + "/known", "ReduceSum", each, second());
      pool(node(name + "/other", "Sub", floatOne(), found), 1);
    }
    return feature;
  }

  private int weekdays(String name, int first) {
    int week = 7;
    String days = PREFIX + name + "/days";
    // The first day of 1970 was a Thursday.
    String fromMonday =
        node(
            name + "/from Monday", "Add", node(name + "/day", "Floor", days), constant("three", 3));
    String weeks = node(name + "/weeks", "Div", fromMonday, constant("week", week));
    String whole = node(name + "/whole weeks", "Floor", weeks);
    String past = node(name + "/past", "Mul", whole, constant("week", week));
    String day = node(name + "/weekday", "Sub", fromMonday, past);
    List<Double> numbered = IntStream.range(0, week).mapToObj(i -> (double) i).toList();
    String equal = node(name + "/is", "Equal", day, doubles("weekdays", numbered));
    for (int i = 0; i < week; i++) {
      order[first + i] = pooled + i;
    }
    pool(toFloat(name + "/weekdays", equal), week);
    return first + week;
  }

  private void pool(String matrix, int width) {
    pools.add(matrix);
    pooled += width;
  }

  private String toFloat(String name, String value) {
    return node(name, "Cast", List.of(value), integer("to", FLOAT));
  }

  private String node(String name, String type, String... values) {
    return node(name, type, List.of(values), null);
  }

  private String node(
      String name, String type, List<String> values, @Nullable ProtobufMessage attribute) {
    return node(PREFIX + name, type, values, attribute, PREFIX + name);
  }

  private String node(
      String name,
      String type,
      List<String> values,
      @Nullable ProtobufMessage attribute,
      String result) {
    ProtobufMessage node = new ProtobufMessage();
    values.forEach(value -> node.text(1, value));
    node.text(2, result).text(3, name).text(4, type);
    if (attribute != null) {
      node.message(5, attribute);
    }
    graph.message(1, node);
    return result;
  }

  private String gather(String matrix, int[] columns, String result) {
    ByteBuffer bytes = buffer(columns.length);
    Arrays.stream(columns).forEach(bytes::putLong);
    String places = result.startsWith(PREFIX) ? result + "/places" : PREFIX + "places";
    constant(places, INT64, List.of(columns.length), bytes);
    return node(
        result.startsWith(PREFIX) ? result : PREFIX + "features",
        "Gather",
        List.of(matrix, places),
        axis(1),
        result);
  }

  private String each(String name, ToDoubleFunction<EncodedColumn.Numeric> value) {
    return doubles(name, numbers.stream().map(n -> value.applyAsDouble(n)).toList());
  }

  private String doubles(String name, List<Double> values) {
    ByteBuffer bytes = buffer(values.size());
    values.forEach(bytes::putDouble);
    return constant(PREFIX + "constant/" + name, DOUBLE, List.of(values.size()), bytes);
  }

  private String constant(String name, double value) {
    return doubles(name, List.of(value));
  }

  private String floatOne() {
    ByteBuffer one = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(1);
    return constant(PREFIX + "constant/one float", FLOAT, List.of(1), one);
  }

  /** The second axis, as operators take it that have no attribute for it. */
  private String second() {
    return constant(PREFIX + "constant/axis", INT64, List.of(1), buffer(1).putLong(1));
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(Math.multiplyExact(Double.BYTES, elements))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, int type, List<Integer> shape, ByteBuffer bytes) {
    if (constants.add(name)) {
      ProtobufMessage tensor = new ProtobufMessage();
      shape.forEach(dimension -> tensor.integer(1, dimension));
      graph.message(5, tensor.integer(2, type).text(8, name).raw(9, bytes.array()));
    }
    return name;
  }

  private static ProtobufMessage axis(int axis) {
    return integer("axis", axis);
  }

  private static ProtobufMessage integer(String name, long value) {
    return new ProtobufMessage().text(1, name).integer(3, value).integer(20, INTEGER_ATTRIBUTE);
  }
}
