package dev.polymath.spark;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** Takes numbers from rows or arrays in Spark's own format, of any of its types of numbers. */
enum NumberReader {
  DOUBLE,
  FLOAT,
  LONG,
  INT,
  SHORT,
  BYTE,
  DECIMAL;

  /**
   * @throws IllegalArgumentException if it is no type of numbers
   */
  static NumberReader of(DataType type) {
    if (type instanceof DoubleType) {
      return DOUBLE;
    }
    if (type instanceof FloatType) {
      return FLOAT;
    }
    if (type instanceof LongType) {
      return LONG;
    }
    if (type instanceof IntegerType) {
      return INT;
    }
    if (type instanceof ShortType) {
      return SHORT;
    }
    if (type instanceof ByteType) {
      return BYTE;
    }
    if (type instanceof DecimalType) {
      return DECIMAL;
    }
    throw new IllegalArgumentException("expected numbers, found " + type.simpleString());
  }

  /**
   * The number at a place where there is one.
   *
   * @param type of the column
   */
  double read(SpecializedGetters row, int place, DataType type) {
    return switch (this) {
      case DOUBLE -> row.getDouble(place);
      case FLOAT -> row.getFloat(place);
      case LONG -> row.getLong(place);
      case INT -> row.getInt(place);
      case SHORT -> row.getShort(place);
      case BYTE -> row.getByte(place);
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield row.getDecimal(place, decimal.precision(), decimal.scale()).toDouble();
      }
    };
  }
}
