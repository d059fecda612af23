package dev.polymath.spark;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small DataFrames to train on. */
final class Tables {

  static final int FEATURES = 8;

  private Tables() {}

  /** Columns features, label, weight and held, of which a fifth is. */
  static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType)
          .add("weight", DataTypes.DoubleType)
          .add("held", DataTypes.BooleanType);

  /** Three classes, each a cloud of its own; every tenth row is there twice. */
  static List<Row> classes(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    List<Row> made = new ArrayList<>();
    while (made.size() < rows) {
      int label = random.nextInt(3);
      double[] features = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        features[j] = 2 * random.nextDouble() + (j % 3 == label ? 1.2 : 0);
      }
      Row row =
          RowFactory.create(
              Vectors.dense(features),
              (double) label,
              0.5 + random.nextInt(3),
              random.nextInt(5) == 0);
      made.add(row);
      if (made.size() % 10 == 0 && made.size() < rows) {
        made.add(row);
      }
    }
    return made;
  }

  /** A number that is a sum and a product of features, far from 0. */
  static List<Row> numbers(int rows) {
    SplittableRandom random = new SplittableRandom(6);
    List<Row> made = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double[] features = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        features[j] = random.nextDouble(-1, 1);
      }
      double label = 1000 + 30 * features[0] - 20 * features[1] + 40 * features[2] * features[3];
      made.add(RowFactory.create(Vectors.dense(features), label, 1.0, random.nextInt(5) == 0));
    }
    return made;
  }

  static Dataset<Row> of(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, SCHEMA);
  }

  static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
