package dev.polymath.spark;

import dev.polymath.models.data.EncodedColumn;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.RowEncoder;
import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where a model's features lie in the columns of a DataFrame. Found on the driver, where everything
 * that the schema tells is checked; used on the executors.
 *
 * @param kind how they lie there
 * @param places of the columns, from 0
 * @param names of the columns
 * @param types of the columns
 * @param zone in which moments are told as date and time of day
 */
record InputColumns(Kind kind, int[] places, String[] names, DataType[] types, ZoneId zone)
    implements Serializable {

  /** How features lie in columns. */
  enum Kind {
    /** One column of Spark's vectors. */
    VECTOR,
    /** One column of arrays of numbers. */
    ARRAY,
    /** One column of bytes, a pixel each. */
    BYTES,
    /** A column for each feature, or for each column of the table that the model was trained on. */
    CELLS
  }

  /**
   * Finds the columns of a model.
   *
   * @param featuresCol the column with all features, for models that take plain numbers or pixels
   * @param inputCols columns with a feature each, in the model's order; null where the model's own
   *     names count
   * @throws IllegalArgumentException if a column is not there, or of another type or size
   */
  static InputColumns of(
      ModelInput input, StructType schema, String featuresCol, String @Nullable [] inputCols) {
    boolean encoded = input instanceof ModelInput.Columns;
    if (inputCols == null && !encoded && places(schema, featuresCol).size() == 1) {
      return features(input, schema.apply(places(schema, featuresCol).get(0)), schema);
    }
    List<String> wanted = wanted(input);
    if (inputCols != null) {
      int count = encoded ? encoder(input).columns().size() : input.features();
      if (inputCols.length != count) {
        throw new IllegalArgumentException(
            "inputCols: expected " + count + " columns, found " + inputCols.length);
      }
      wanted = List.of(inputCols);
    }
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException(
          encoded
              ? "the model was trained on a table without column names: set inputCols to its "
                  + encoder(input).columns().size()
                  + " columns in their order"
              : "expected a column "
                  + featuresCol
                  + " with the features, found "
                  + Arrays.toString(schema.fieldNames()));
    }
    return cells(input, schema, featuresCol, wanted);
  }

  private static RowEncoder encoder(ModelInput input) {
    return new RowEncoder(((ModelInput.Columns) input).encoder());
  }

  /** The names of the model's columns; empty where it knows none that tell them apart. */
  private static List<String> wanted(ModelInput input) {
    List<String> names;
    if (input instanceof ModelInput.Columns columns) {
      names =
          columns.encoder().named()
              ? encoder(input).columns().stream().map(EncodedColumn::name).toList()
              : List.of();
    } else {
      names = input.table().names();
    }
    return new HashSet<>(names).size() == names.size() ? names : List.of();
  }

  private static InputColumns features(ModelInput input, StructField field, StructType schema) {
    DataType type = field.dataType();
    Kind kind = kind(input, type);
    if (kind == null) {
      boolean pixels = input instanceof ModelInput.Pictures;
      throw new IllegalArgumentException(
          "column "
              + field.name()
              + ": expected vectors or arrays of numbers"
              + (pixels ? ", or bytes with a pixel each" : "")
              + ", found "
              + type.simpleString());
    }
    if (kind == Kind.VECTOR) {
      int size = AttributeGroup.fromStructField(field).size();
      if (size >= 0 && size != input.features()) {
        throw new IllegalArgumentException(
            "column "
                + field.name()
                + ": expected vectors of "
                + input.features()
                + " numbers, as the model was trained on, found "
                + size);
      }
    }
    return of(
        kind, new int[] {schema.fieldIndex(field.name())}, new String[] {field.name()}, schema);
  }

  private static @Nullable Kind kind(ModelInput input, DataType type) {
    if (type.equals(SQLDataTypes.VectorType())) {
      return Kind.VECTOR;
    }
    if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
      return Kind.ARRAY;
    }
    boolean pixels = input instanceof ModelInput.Pictures pictures && pictures.white() == 255;
    return pixels && type.equals(DataTypes.BinaryType) ? Kind.BYTES : null;
  }

  private static InputColumns of(Kind kind, int[] places, String[] names, StructType schema) {
    DataType[] types =
        Arrays.stream(places)
            .mapToObj(place -> schema.apply(place).dataType())
            .toArray(DataType[]::new);
    return new InputColumns(
        kind, places, names, types, ZoneId.of(SQLConf.get().sessionLocalTimeZone()));
  }

  /** The same columns at other places. */
  InputColumns at(int[] other) {
    return new InputColumns(kind, other, names, types, zone);
  }

  private static InputColumns cells(
      ModelInput input, StructType schema, String featuresCol, List<String> wanted) {
    int[] found = new int[wanted.size()];
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      List<Integer> places = places(schema, wanted.get(i));
      if (places.size() > 1) {
        throw new IllegalArgumentException(
            "column " + wanted.get(i) + ": expected one of that name, found " + places.size());
      }
      if (places.isEmpty()) {
        missing.add(wanted.get(i));
      } else {
        found[i] = places.get(0);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          (missing.size() == 1 ? "expected a column " : "expected columns ")
              + some(missing)
              + " as in training"
              + (input instanceof ModelInput.Columns
                  ? ""
                  : ", or a column " + featuresCol + " with all features")
              + "; found "
              + some(List.of(schema.fieldNames())));
    }
    Predicate<DataType> taken =
        input instanceof ModelInput.Columns ? CellReader::isCell : NumericType.class::isInstance;
    String expected =
        input instanceof ModelInput.Columns ? "numbers, text, dates or booleans" : "numbers";
    for (int place : found) {
      StructField field = schema.apply(place);
      if (!taken.test(field.dataType())) {
        throw new IllegalArgumentException(
            "column "
                + field.name()
                + ": expected "
                + expected
                + ", found "
                + field.dataType().simpleString());
      }
    }
    return of(Kind.CELLS, found, wanted.toArray(String[]::new), schema);
  }

  private static String some(List<String> names) {
    int most = 10;
    return String.join(", ", names.subList(0, Math.min(most, names.size())))
        + (names.size() > most ? " and " + (names.size() - most) + " more" : "");
  }

  /** The columns of a name: with its letters, or else in any case where Spark has it so. */
  private static List<Integer> places(StructType schema, String name) {
    List<Integer> exact = new ArrayList<>();
    List<Integer> similar = new ArrayList<>();
    String[] names = schema.fieldNames();
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        exact.add(i);
      } else if (names[i].equalsIgnoreCase(name)) {
        similar.add(i);
      }
    }
    return exact.isEmpty() && !SQLConf.get().caseSensitiveAnalysis() ? similar : exact;
  }

  /** Takes features from rows; for one task. */
  FeatureReader reader(ModelInput input) {
    return switch (kind) {
      case VECTOR -> new FeatureReader.OfVector(this, input);
      case ARRAY -> new FeatureReader.OfArray(this, input);
      case BYTES -> new FeatureReader.OfBytes(this, input);
      case CELLS ->
          input instanceof ModelInput.Columns columns
              ? new FeatureReader.OfTable(this, columns)
              : new FeatureReader.OfNumbers(this, input);
    };
  }
}
