package dev.polymath.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a partition for training. A row has features, a label, a weight and whether it
 * is held out, in this order.
 *
 * @param columns their names, for messages; of the last two, null where there is none
 * @param classes whether a label is a class number
 * @param invalid {@code error}, {@code skip} or {@code keep}
 * @param seed of the hashes
 */
record RowReader(@Nullable String[] columns, boolean classes, String invalid, long seed)
    implements Function2<Integer, Iterator<Row>, Iterator<byte[]>> {

  /** More classes are a mistake: a network has an output for each. */
  static final int MOST_CLASSES = 100_000;

  private static final int FEATURES = 0;
  private static final int LABEL = 1;
  private static final int WEIGHT = 2;
  private static final int HELD = 3;

  @Override
  public Iterator<byte[]> call(Integer partition, Iterator<Row> rows) {
    return new Iterator<>() {
      private long number;
      private byte @Nullable [] next;
      private boolean ended;

      @Override
      public boolean hasNext() {
        while (next == null && !ended && rows.hasNext()) {
          Row row = rows.next();
          try {
            next = read(row);
          } catch (BadRowException e) {
            if (invalid.equals("error")) {
              next = RowCode.problem(partition, number, text(e, partition, row));
              ended = true; // One is enough.
            }
          }
          number++;
        }
        return next != null;
      }

      @Override
      public byte[] next() {
        byte[] row = hasNext() ? next : null;
        if (row == null) {
          throw new NoSuchElementException();
        }
        next = null;
        return row;
      }

      private String text(BadRowException e, int partition, Row row) {
        String label = columns[LABEL] + "=" + row.get(LABEL);
        return e.getMessage()
            + " (row "
            + number
            + " of partition "
            + partition
            + ": "
            + label
            + "); set handleInvalid to skip to leave such rows out";
      }
    };
  }

  /** Null for a row that counts for nothing. */
  private byte @Nullable [] read(Row row) throws BadRowException {
    double label = row.isNullAt(LABEL) ? Double.NaN : row.getDouble(LABEL);
    if (!Double.isFinite(label)) {
      throw bad(LABEL, row.isNullAt(LABEL) ? "is null" : "is " + label + ", expected a number");
    }
    if (classes && (label < 0 || label != (int) label || label >= MOST_CLASSES)) {
      throw bad(
          LABEL,
          "is "
              + label
              + ", expected a class number: 0, 1, 2 and so on, below "
              + MOST_CLASSES
              + "; StringIndexer makes such from any labels");
    }
    double weight = row.isNullAt(WEIGHT) ? Double.NaN : row.getDouble(WEIGHT);
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw bad(
          WEIGHT,
          (row.isNullAt(WEIGHT) ? "is null" : "is " + weight)
              + ", expected a number of at least 0");
    }
    if (row.isNullAt(HELD)) {
      throw bad(HELD, "is null, expected true or false");
    }
    float[] features = features(row);
    return weight == 0
        ? null
        : RowCode.encode(label, (float) weight, row.getBoolean(HELD), features, seed);
  }

  private float[] features(Row row) throws BadRowException {
    if (row.isNullAt(FEATURES)) {
      throw bad(FEATURES, "is null");
    }
    Vector vector = row.getAs(FEATURES);
    if (vector.size() == 0) {
      throw bad(FEATURES, "has no element, expected at least one feature");
    }
    float[] features = new float[vector.size()];
    if (vector instanceof DenseVector dense) {
      double[] values = dense.values();
      for (int i = 0; i < features.length; i++) {
        features[i] = feature(values[i], i);
      }
    } else if (vector instanceof SparseVector sparse) {
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int i = 0; i < indices.length; i++) {
        features[indices[i]] = feature(values[i], indices[i]);
      }
    }
    return features;
  }

  private float feature(double value, int element) throws BadRowException {
    float feature = (float) value;
    if (Float.isFinite(feature)) {
      return feature;
    }
    if (invalid.equals("keep")) {
      return 0;
    }
    throw bad(
        FEATURES,
        "element "
            + element
            + " (from 0) is "
            + value
            + ", expected a "
            + (Double.isFinite(value) ? "number up to 3.4e38" : "finite number"));
  }

  private BadRowException bad(int column, String what) {
    return new BadRowException("column " + columns[column] + ": " + what);
  }
}
