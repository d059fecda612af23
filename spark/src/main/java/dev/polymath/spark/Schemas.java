package dev.polymath.spark;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What is done to the schema of a DataFrame. */
final class Schemas {

  private Schemas() {}

  /**
   * A schema with a column appended.
   *
   * @param column its name; nothing is appended where it is empty
   * @throws IllegalArgumentException if there is a column of that name
   */
  static StructType appended(StructType schema, String column, DataType type, Metadata metadata) {
    if (column.isEmpty()) {
      return schema;
    }
    for (String name : schema.fieldNames()) {
      if (name.equals(column)) {
        throw new IllegalArgumentException(
            "column " + column + ": there is one already; give the model's column another name");
      }
    }
    boolean nullable = !type.typeName().equals("double");
    return schema.add(new StructField(column, type, nullable, metadata));
  }
}
