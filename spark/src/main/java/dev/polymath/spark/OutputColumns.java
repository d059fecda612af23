package dev.polymath.spark;

import dev.polymath.models.Model;
import java.io.Serializable;
import org.apache.spark.sql.types.StructType;

/** The columns that a model appends to a DataFrame. */
interface OutputColumns extends Serializable {

  /** How many numbers a row has in each of them: 0 for a plain number, else of a vector. */
  int[] widths();

  /**
   * The schema with the columns appended.
   *
   * @throws IllegalArgumentException if there is a column of that name
   */
  StructType appendedTo(StructType schema);

  /**
   * What computes them, for one task.
   *
   * @param made which of them are asked for
   */
  Batch batch(Model model, int mostRows, boolean[] made);

  /** The columns of some rows. */
  interface Batch {

    /**
     * Computes the columns.
     *
     * @param features {@code [rows, inputs]} row by row; read
     */
    void compute(float[] features, int rows);

    /** Writes those of a row that are asked for, one after the other. */
    void write(int row, OutputRow target);
  }
}
