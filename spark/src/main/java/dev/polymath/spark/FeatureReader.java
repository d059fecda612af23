package dev.polymath.spark;

import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.RowEncoder;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/** Takes the features of a model from rows in Spark's own format. For one thread at a time. */
abstract sealed class FeatureReader {

  private static final int PIXELS = 256;
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private final InputColumns columns;
  private final ModelInput input;
  private final ModelInput.@Nullable Pictures pictures;

  /** What the pixels 0 to 255 become; empty where the model takes none such. */
  private final float[] levels;

  private FeatureReader(InputColumns columns, ModelInput input) {
    this.columns = columns;
    this.input = input;
    this.pictures = input instanceof ModelInput.Pictures p ? p : null;
    this.levels = new float[pictures != null && pictures.white() == PIXELS - 1 ? PIXELS : 0];
    for (int i = 0; pictures != null && i < levels.length; i++) {
      levels[i] = pictures.feature(i);
    }
  }

  /**
   * The features of a vector, for a model that takes vectors.
   *
   * @throws IllegalArgumentException if the model takes the columns of a table, or not this vector
   */
  static float[] features(ModelInput input, Vector vector) {
    if (input instanceof ModelInput.Columns) {
      throw new IllegalArgumentException(
          "predict: the model takes the columns of a table, expected transform with a DataFrame");
    }
    InputColumns column =
        new InputColumns(
            InputColumns.Kind.VECTOR,
            new int[1],
            new String[] {"features"},
            new DataType[] {SQLDataTypes.VectorType()},
            ZoneOffset.UTC);
    InternalRow row = new GenericInternalRow(new Object[] {new VectorUDT().serialize(vector)});
    float[] features = new float[input.features()];
    try {
      column.reader(input).read(row, features, 0);
    } catch (BadRowException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return features;
  }

  /**
   * Writes the features of a row to {@code target[at ..]}.
   *
   * @throws BadRowException if something is missing, or no number that the model takes; what was
   *     written does not count then
   * @throws IllegalArgumentException if the row has not as many features as the model
   */
  abstract void read(InternalRow row, float[] target, int at) throws BadRowException;

  /** How many features a row has. */
  final int width() {
    return input.features();
  }

  /** The place of a column in a row, which must have a value there. */
  final int place(InternalRow row, int column) throws BadRowException {
    int place = columns.places()[column];
    if (row.isNullAt(place)) {
      throw new BadRowException("column " + columns.names()[column] + ": is null");
    }
    return place;
  }

  final void requireWidth(int found) {
    if (found != input.features()) {
      throw new IllegalArgumentException(
          "column "
              + columns.names()[0]
              + ": expected "
              + input.features()
              + " numbers, as the model was trained on, found "
              + found);
    }
  }

  /**
   * The feature that a number becomes.
   *
   * @param element of the column's vectors; −1 if the column holds plain numbers
   */
  final float feature(double value, int column, int element) throws BadRowException {
    float feature = (float) value;
    if (!Float.isFinite(feature)) {
      throw bad(
          column,
          element,
          "is "
              + value
              + ", expected a "
              + (Double.isFinite(value) ? "number up to 3.4e38" : "finite number"));
    }
    if (pictures == null) {
      return feature;
    }
    int level = (int) value;
    if (level == value && level >= 0 && level < levels.length) {
      return levels[level];
    }
    try {
      return pictures.feature(feature);
    } catch (IllegalArgumentException e) {
      throw bad(column, element, String.valueOf(e.getMessage()));
    }
  }

  /** The same for all elements of a vector: an array without nulls. */
  final void features(ArrayData values, float[] target, int at) throws BadRowException {
    int count = width();
    if (pictures == null) {
      floats(values, count, target, at);
      if (allFinite(target, at, at + count)) {
        return;
      }
    }
    for (int i = 0; i < count; i++) {
      target[at + i] = feature(values.getDouble(i), 0, i);
    }
  }

  private static void floats(ArrayData values, int count, float[] target, int at) {
    if (values instanceof UnsafeArrayData bytes) {
      // Straight from the bytes: an array on the way would be another pass.
      Object base = bytes.getBaseObject();
      long start =
          bytes.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count);
      for (int i = 0; i < count; i++) {
        target[at + i] = (float) Platform.getDouble(base, start + (long) i * Double.BYTES);
      }
      return;
    }
    double[] numbers = values.toDoubleArray();
    for (int i = 0; i < count; i++) {
      target[at + i] = (float) numbers[i];
    }
  }

  /** False for finite numbers, too, whose sum is none. */
  private static boolean allFinite(float[] x, int from, int to) {
    int i = from;
    float sum = 0;
    for (; i < to - 7; i += 8) {
      // What is not finite stays so in the sum of its products with 0.
      sum +=
          0 * (x[i] + x[i + 1])
              + 0 * (x[i + 2] + x[i + 3])
              + (0 * (x[i + 4] + x[i + 5]) + 0 * (x[i + 6] + x[i + 7]));
    }
    for (; i < to; i++) {
      sum += 0 * x[i];
    }
    return sum == 0;
  }

  private BadRowException bad(int column, int element, String what) {
    return new BadRowException(
        "column "
            + columns.names()[column]
            + ": "
            + (element < 0 ? "" : "element " + element + " (from 0): ")
            + what);
  }

  /** Spark's vectors, dense or sparse. */
  static final class OfVector extends FeatureReader {

    /** What a row of Spark's holds of a vector: see the type of {@link VectorUDT}. */
    private static final int FIELDS = 4;

    private static final int SIZE = 1;
    private static final int INDICES = 2;
    private static final int VALUES = 3;

    OfVector(InputColumns columns, ModelInput input) {
      super(columns, input);
    }

    @Override
    void read(InternalRow row, float[] target, int at) throws BadRowException {
      InternalRow vector = row.getStruct(place(row, 0), FIELDS);
      ArrayData values = vector.getArray(VALUES);
      int count = values.numElements();
      if (vector.isNullAt(INDICES)) {
        requireWidth(count);
        features(values, target, at);
        return;
      }
      int size = vector.getInt(SIZE);
      requireWidth(size);
      Arrays.fill(target, at, at + size, feature(0, 0, 0));
      ArrayData indices = vector.getArray(INDICES);
      for (int i = 0; i < count; i++) {
        int index = indices.getInt(i);
        target[at + index] = feature(values.getDouble(i), 0, index);
      }
    }
  }

  /** Arrays of numbers. */
  static final class OfArray extends FeatureReader {

    private final DataType type;
    private final NumberReader number;

    OfArray(InputColumns columns, ModelInput input) {
      super(columns, input);
      type = ((ArrayType) columns.types()[0]).elementType();
      number = NumberReader.of(type);
    }

    @Override
    void read(InternalRow row, float[] target, int at) throws BadRowException {
      ArrayData values = row.getArray(place(row, 0));
      requireWidth(values.numElements());
      for (int i = 0; i < width(); i++) {
        target[at + i] =
            feature(values.isNullAt(i) ? Double.NaN : number.read(values, i, type), 0, i);
      }
    }
  }

  /** Bytes, a pixel from 0 to 255 each. */
  static final class OfBytes extends FeatureReader {

    OfBytes(InputColumns columns, ModelInput input) {
      super(columns, input);
    }

    @Override
    void read(InternalRow row, float[] target, int at) throws BadRowException {
      byte[] pixels = row.getBinary(place(row, 0));
      requireWidth(pixels.length);
      for (int i = 0; i < pixels.length; i++) {
        target[at + i] = feature(pixels[i] & 0xff, 0, i);
      }
    }
  }

  /** A column of numbers for each feature. */
  static final class OfNumbers extends FeatureReader {

    private final DataType[] types;
    private final NumberReader[] numbers;

    OfNumbers(InputColumns columns, ModelInput input) {
      super(columns, input);
      types = columns.types();
      numbers = Arrays.stream(types).map(NumberReader::of).toArray(NumberReader[]::new);
    }

    @Override
    void read(InternalRow row, float[] target, int at) throws BadRowException {
      for (int i = 0; i < numbers.length; i++) {
        target[at + i] = feature(numbers[i].read(row, place(row, i), types[i]), i, -1);
      }
    }
  }

  /** The columns of a table, for the model's encoder. */
  static final class OfTable extends FeatureReader {

    private final int[] places;
    private final CellReader[] cells;
    private final RowEncoder encoder;
    private final @Nullable Object[] values;

    OfTable(InputColumns columns, ModelInput.Columns input) {
      super(columns, input);
      places = columns.places();
      cells =
          Arrays.stream(columns.types())
              .map(type -> CellReader.of(type, columns.zone()))
              .toArray(CellReader[]::new);
      encoder = new RowEncoder(input.encoder());
      values = new Object[cells.length];
    }

    @Override
    void read(InternalRow row, float[] target, int at) throws BadRowException {
      for (int i = 0; i < values.length; i++) {
        values[i] = cells[i].cell(row, places[i]);
      }
      try {
        encoder.encode(values, target, at);
      } catch (IllegalArgumentException e) {
        throw new BadRowException(String.valueOf(e.getMessage()));
      }
    }
  }
}
