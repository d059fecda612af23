package dev.polymath.spark;

import dev.polymath.models.Model;
import java.io.Serializable;
import org.apache.spark.sql.types.StructType;

/** The columns that a model appends to a DataFrame. */
interface OutputColumns extends Serializable {

  /** How many they are. */
  int count();

  /**
   * The schema with the columns appended.
   *
   * @throws IllegalArgumentException if there is a column of that name
   */
  StructType appendedTo(StructType schema);

  /** What computes them, for one task. */
  Batch batch(Model model, int mostRows);

  /** The columns of some rows. */
  interface Batch {

    /**
     * Computes the columns.
     *
     * @param features {@code [rows, inputs]} row by row; read
     */
    void compute(float[] features, int rows);

    /** Writes those of a row that was computed to {@code cells[at ..]}. */
    void write(int row, Object[] cells, int at);

    /** Writes those of a row that can't be computed: NaN in every number. */
    void writeInvalid(Object[] cells, int at);
  }
}
