package dev.polymath.spark;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Mnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How many rows a second executors of one core each train on, and what a round takes beside the
 * work. Arguments: the numbers of executors, one after the other.
 */
final class RoundSpeed {

  private static final int EPOCHS = 24;

  /** What the executors take to compile their kernels, with tasks of half a second. */
  private static final int WARM_UP = 12;

  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  private RoundSpeed() {}

  public static void main(String[] arguments) throws IOException {
    List<Row> rows = rows();
    for (String executors : arguments) {
      run(rows, Integer.parseInt(executors));
    }
  }

  private static void run(List<Row> rows, int executors) throws IOException {
    try (SparkSession spark =
        SparkSessions.start("local-cluster[" + executors + ",1,1536]", Map.of())) {
      Dataset<Row> table = spark.createDataFrame(rows, SCHEMA).repartition(4).cache();
      table.count();
      for (int[] hidden : new int[][] {{128, 64}, {16}}) {
        PolymathClassifier classifier =
            new PolymathClassifier().setHiddenLayers(hidden).setMaxIter(WARM_UP);
        classifier.fit(table);
        TrainingSummary summary = classifier.setMaxIter(EPOCHS).fit(table).summary();
        if (summary == null) {
          throw new IllegalStateException("no summary");
        }
        double[] seconds =
            summary.epochs().stream()
                .mapToDouble(TrainingSummary.Epoch::seconds)
                .sorted()
                .toArray();
        double median = seconds[seconds.length / 2];
        int rounds = EPOCHS * summary.roundsPerEpoch();
        double work = summary.computeSeconds() / executors / rounds;
        double round = summary.roundSeconds() / rounds;
        System.out.printf(
            "%d executors, hidden %s: %.0f rows/s (median epoch), rounds %d, round %.1f ms,"
                + " work %.1f ms, beside it %.1f ms, %.3f of the work%n",
            executors,
            java.util.Arrays.toString(hidden),
            summary.rows() / median,
            rounds,
            round * 1e3,
            work * 1e3,
            (round - work) * 1e3,
            (round - work) / work);
      }
    }
  }

  private static List<Row> rows() throws IOException {
    DataSet images = Mnist.load(Path.of(System.getenv("POLYMATH_MNIST"))).train();
    List<Row> rows = new ArrayList<>();
    float[] pixels = new float[images.features()];
    for (int i = 0; i < images.size(); i++) {
      images.copyFeatures(i, pixels, 0);
      double[] features = new double[pixels.length];
      for (int j = 0; j < features.length; j++) {
        features[j] = pixels[j];
      }
      rows.add(RowFactory.create(Vectors.dense(features).compressed(), (double) images.label(i)));
    }
    return rows;
  }
}
