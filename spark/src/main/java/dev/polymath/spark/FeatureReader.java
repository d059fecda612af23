package dev.polymath.spark;

import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.RowEncoder;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Takes the features of a model from rows. For one thread at a time. */
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
    String[] names = {"features"};
    InputColumns column =
        new InputColumns(InputColumns.Kind.VECTOR, new int[1], names, ZoneOffset.UTC);
    float[] features = new float[input.features()];
    try {
      column.reader(input).read(RowFactory.create(vector), features, 0);
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
  abstract void read(Row row, float[] target, int at) throws BadRowException;

  /** How many features a row has. */
  final int width() {
    return input.features();
  }

  final Object cell(Row row, int column) throws BadRowException {
    Object value = row.get(columns.places()[column]);
    if (value == null) {
      throw new BadRowException("column " + columns.names()[column] + ": is null");
    }
    return value;
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

  /** The same for all elements of a vector. */
  final void features(double[] values, float[] target, int at) throws BadRowException {
    if (pictures == null) {
      // Without a branch for each element: the JVM makes vector instructions of it.
      int most = 0;
      for (int i = 0; i < values.length; i++) {
        float feature = (float) values[i];
        target[at + i] = feature;
        most = Math.max(most, Float.floatToRawIntBits(feature) & Integer.MAX_VALUE);
      }
      if (most < INFINITY) {
        return;
      }
    }
    for (int i = 0; i < values.length; i++) {
      target[at + i] = feature(values[i], 0, i);
    }
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

    OfVector(InputColumns columns, ModelInput input) {
      super(columns, input);
    }

    @Override
    void read(Row row, float[] target, int at) throws BadRowException {
      Vector vector = (Vector) cell(row, 0);
      requireWidth(vector.size());
      if (vector instanceof DenseVector dense) {
        features(dense.values(), target, at);
      } else if (vector instanceof SparseVector sparse) {
        Arrays.fill(target, at, at + sparse.size(), feature(0, 0, 0));
        int[] indices = sparse.indices();
        double[] values = sparse.values();
        for (int i = 0; i < indices.length; i++) {
          target[at + indices[i]] = feature(values[i], 0, indices[i]);
        }
      }
    }
  }

  /** Arrays of numbers. */
  static final class OfArray extends FeatureReader {

    OfArray(InputColumns columns, ModelInput input) {
      super(columns, input);
    }

    @Override
    void read(Row row, float[] target, int at) throws BadRowException {
      scala.collection.Seq<?> values = (scala.collection.Seq<?>) cell(row, 0);
      requireWidth(values.size());
      scala.collection.Iterator<?> elements = values.iterator();
      for (int i = 0; elements.hasNext(); i++) {
        Number number = (Number) elements.next();
        target[at + i] = feature(number == null ? Double.NaN : number.doubleValue(), 0, i);
      }
    }
  }

  /** Bytes, a pixel from 0 to 255 each. */
  static final class OfBytes extends FeatureReader {

    OfBytes(InputColumns columns, ModelInput input) {
      super(columns, input);
    }

    @Override
    void read(Row row, float[] target, int at) throws BadRowException {
      byte[] pixels = (byte[]) cell(row, 0);
      requireWidth(pixels.length);
      for (int i = 0; i < pixels.length; i++) {
        target[at + i] = feature(pixels[i] & 0xff, 0, i);
      }
    }
  }

  /** A column of numbers for each feature. */
  static final class OfNumbers extends FeatureReader {

    OfNumbers(InputColumns columns, ModelInput input) {
      super(columns, input);
    }

    @Override
    void read(Row row, float[] target, int at) throws BadRowException {
      for (int i = 0; i < width(); i++) {
        target[at + i] = feature(((Number) cell(row, i)).doubleValue(), i, -1);
      }
    }
  }

  /** The columns of a table, for the model's encoder. */
  static final class OfTable extends FeatureReader {

    private final InputColumns columns;
    private final RowEncoder encoder;
    private final @Nullable Object[] values;

    OfTable(InputColumns columns, ModelInput.Columns input) {
      super(columns, input);
      this.columns = columns;
      this.encoder = new RowEncoder(input.encoder());
      this.values = new Object[columns.places().length];
    }

    @Override
    void read(Row row, float[] target, int at) throws BadRowException {
      for (int i = 0; i < values.length; i++) {
        values[i] = plain(row.get(columns.places()[i]));
      }
      try {
        encoder.encode(values, target, at);
      } catch (IllegalArgumentException e) {
        throw new BadRowException(String.valueOf(e.getMessage()));
      }
    }

    /** Dates and moments as a reader of files would see them: by the clock of the session. */
    private @Nullable Object plain(@Nullable Object value) {
      if (value instanceof Date date) {
        return date.toLocalDate();
      }
      if (value instanceof Timestamp moment) {
        return LocalDateTime.ofInstant(moment.toInstant(), columns.zone());
      }
      if (value instanceof Instant moment) {
        return LocalDateTime.ofInstant(moment, columns.zone());
      }
      return value instanceof scala.math.BigDecimal decimal
          ? new BigDecimal(decimal.toString())
          : value;
    }
  }
}
