package dev.polymath.spark;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Takes the value of a column from rows in Spark's own format, which may not be null there. */
@FunctionalInterface
interface CellReader {

  /** A number, text, boolean, {@link LocalDate} or {@link LocalDateTime}. */
  Object read(InternalRow row, int place);

  /** Whether a column holds what a cell of a table may hold. */
  static boolean isCell(DataType type) {
    return type instanceof NumericType
        || type instanceof StringType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof NullType;
  }

  /**
   * @param zone in which moments are told as date and time of day
   * @throws IllegalArgumentException if the type is none of {@link #isCell}
   */
  static CellReader of(DataType type, ZoneId zone) {
    if (type instanceof StringType) {
      return (row, place) -> row.getUTF8String(place).toString();
    }
    if (type instanceof BooleanType) {
      return InternalRow::getBoolean;
    }
    if (type instanceof DateType) {
      return (row, place) -> LocalDate.ofEpochDay(row.getInt(place));
    }
    if (type instanceof TimestampType) {
      return (row, place) -> LocalDateTime.ofInstant(moment(row.getLong(place)), zone);
    }
    if (type instanceof TimestampNTZType) {
      return (row, place) -> LocalDateTime.ofInstant(moment(row.getLong(place)), ZoneOffset.UTC);
    }
    if (type instanceof NullType) {
      return (row, place) -> {
        throw new IllegalStateException("a column of nulls has no value");
      };
    }
    if (type instanceof DecimalType decimal) {
      int precision = decimal.precision();
      int scale = decimal.scale();
      return (row, place) -> row.getDecimal(place, precision, scale).toJavaBigDecimal();
    }
    return number(type);
  }

  private static CellReader number(DataType type) {
    if (type instanceof DoubleType) {
      return InternalRow::getDouble;
    }
    if (type instanceof FloatType) {
      return InternalRow::getFloat;
    }
    if (type instanceof LongType) {
      return InternalRow::getLong;
    }
    if (type instanceof IntegerType) {
      return InternalRow::getInt;
    }
    if (type instanceof ShortType) {
      return InternalRow::getShort;
    }
    if (type instanceof ByteType) {
      return InternalRow::getByte;
    }
    throw new IllegalArgumentException("a cell of " + type.simpleString() + " is not read");
  }

  /** The value, or null. */
  default @Nullable Object cell(InternalRow row, int place) {
    return row.isNullAt(place) ? null : read(row, place);
  }

  private static Instant moment(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
