package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long it takes to an accuracy on MNIST, beside Spark's own perceptron: one session, one
 * DataFrame. The property says how many training images are taken; all are 60,000.
 */
@EnabledIfEnvironmentVariable(named = "POLYMATH_MNIST", matches = ".+")
@EnabledIfSystemProperty(named = "polymath.spark.race", matches = "[0-9]+")
class MnistRaceTest {

  private static final int PIXELS = 784;
  private static final int[] HIDDEN = {128, 64};

  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  private Dataset<Row> test;

  @Test
  void isSoonerWhereSparksOwnGets(@TempDir Path folder) throws IOException {
    int images = Integer.getInteger("polymath.spark.race");
    int iterations = Integer.getInteger("polymath.spark.iterations", 200);
    try (SparkSession spark = SparkSessions.start("local-cluster[2,1,1536]", Map.of())) {
      TrainTest mnist = Mnist.load(Path.of(System.getenv("POLYMATH_MNIST")));
      Dataset<Row> train = parquet(spark, mnist.train(), images, folder.resolve("train"));
      test = parquet(spark, mnist.test(), 10_000, folder.resolve("test"));
      // One of each first: code is loaded and compiled.
      ours(train, 1);
      theirs(train, 2);
      double best = 0;
      double bestSeconds = 0;
      double ninety = 0;
      for (int n : new int[] {iterations / 8, iterations / 4, iterations / 2, iterations}) {
        long start = System.nanoTime();
        MultilayerPerceptronClassificationModel model = theirs(train, n);
        double seconds = seconds(start);
        double accuracy = accuracy(model);
        System.out.println("perceptron: " + n + " iterations: " + seconds + " s, " + accuracy);
        if (ninety == 0 && accuracy >= 0.9) {
          ninety = seconds;
        }
        if (accuracy > best) {
          best = accuracy;
          bestSeconds = seconds;
        }
      }
      double ourNinety = 0;
      double ourBest = 0;
      double most = 0;
      for (int epochs = 1; epochs <= 32; epochs *= 2) {
        long start = System.nanoTime();
        PolymathClassificationModel model = ours(train, epochs);
        double seconds = seconds(start);
        double accuracy = accuracy(model);
        System.out.println("polymath: " + epochs + " epochs: " + seconds + " s, " + accuracy);
        System.out.println(model.summary());
        ourNinety = ourNinety == 0 && accuracy >= 0.9 ? seconds : ourNinety;
        ourBest = ourBest == 0 && accuracy >= best ? seconds : ourBest;
        most = Math.max(most, accuracy);
      }
      System.out.println("to 0.90: " + ninety / ourNinety + " times as fast");
      System.out.println("to " + best + ": " + bestSeconds / ourBest + " times as fast");
      assertTrue(ourBest > 0);
      assertTrue(most >= (images == 60_000 ? 0.98 : best));
    }
  }

  private static PolymathClassificationModel ours(Dataset<Row> train, int epochs) {
    return new PolymathClassifier().setHiddenLayers(HIDDEN).setMaxIter(epochs).fit(train);
  }

  private static MultilayerPerceptronClassificationModel theirs(Dataset<Row> train, int n) {
    return new MultilayerPerceptronClassifier()
        .setLayers(new int[] {PIXELS, HIDDEN[0], HIDDEN[1], 10})
        .setMaxIter(n)
        .setSeed(1)
        .fit(train);
  }

  private double accuracy(Transformer model) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(test));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private static Dataset<Row> parquet(SparkSession spark, DataSet images, int most, Path folder) {
    List<Row> rows = new ArrayList<>();
    float[] pixels = new float[PIXELS];
    for (int i = 0; i < Math.min(most, images.size()); i++) {
      images.copyFeatures(i, pixels, 0);
      double[] features = new double[PIXELS];
      for (int j = 0; j < PIXELS; j++) {
        features[j] = pixels[j];
      }
      rows.add(RowFactory.create(Vectors.dense(features).compressed(), (double) images.label(i)));
    }
    spark.createDataFrame(rows, SCHEMA).repartition(4).write().parquet(folder.toString());
    Dataset<Row> read = spark.read().parquet(folder.toString()).cache();
    read.count();
    return read;
  }
}
