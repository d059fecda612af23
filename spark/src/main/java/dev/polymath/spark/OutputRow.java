package dev.polymath.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A row of plain numbers and dense vectors in Spark's own format, which is written over and over
 * again: its vectors always have as many elements.
 */
final class OutputRow {

  /** What a row of Spark's holds of a vector: see the type of {@link VectorUDT}. */
  private static final int FIELDS = 4;

  private static final int VALUES = 3;

  private final StructType schema;
  private final UnsafeRow row;
  private final @Nullable UnsafeArrayData[] vectors;
  private final int[] widths;

  /**
   * @param widths of the columns: 0 for a plain number, else the elements of a vector
   */
  OutputRow(int[] widths) {
    this.widths = widths;
    VectorUDT vector = new VectorUDT();
    StructType types = new StructType();
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      boolean plain = widths[i] == 0;
      types = types.add("c" + i, plain ? DataTypes.DoubleType : SQLDataTypes.VectorType(), false);
      cells.add(plain ? (Object) 0.0 : vector.serialize(new DenseVector(new double[widths[i]])));
    }
    schema = types;
    row = UnsafeProjection.create(types).apply(new GenericInternalRow(cells.toArray())).copy();
    vectors = new UnsafeArrayData[widths.length];
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        vectors[i] = row.getStruct(i, FIELDS).getArray(VALUES);
      }
    }
  }

  StructType schema() {
    return schema;
  }

  /** The row, which the next changes. */
  UnsafeRow row() {
    return row;
  }

  /** Writes a plain number. */
  void set(int column, double value) {
    row.setDouble(column, value);
  }

  /** Writes an element of a vector. */
  void set(int column, int element, double value) {
    UnsafeArrayData vector = vectors[column];
    if (vector == null) {
      throw new IllegalArgumentException("column " + column + " holds no vectors");
    }
    vector.setDouble(element, value);
  }

  /** Writes NaN to every number. */
  void fillWithNaN() {
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] == 0) {
        set(i, Double.NaN);
      }
      for (int j = 0; j < widths[i]; j++) {
        set(i, j, Double.NaN);
      }
    }
  }
}
