package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.Mnist;
import dev.polymath.models.data.TrainTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * How many rows a second a transformer scores, beside two baselines with as many threads: the
 * library from arrays in memory, and a plain loop over the rows of the same DataFrame. By turns;
 * medians.
 *
 * <p>Arguments: threads, folder to write to, {@code dense}, {@code sparse} or {@code narrow},
 * rounds.
 */
final class ScoringSpeed {

  private static final int BATCH = 64;

  /** So often come MNIST's images: a query of Spark takes a while to start. */
  private static final int TIMES = 4;

  /** Of one file each: tasks of the same size. */
  private static final String PARTITION = "9m";

  private static final int CHUNK = 20_000;

  private final int threads;
  private final float[] features;
  private final int width;
  private final byte[] file;
  private final int rows;

  private ScoringSpeed(int threads, float[] features, int width) throws IOException {
    this.threads = threads;
    this.features = features;
    this.width = width;
    rows = features.length / width;
    try (Backend backend = TestModels.backend()) {
      var builder = Classifier.builder(backend).inputs(width).classes(10);
      file =
          TestModels.bytes(
              (width > 100 ? builder.hidden(128, 50) : builder.hidden(32, 16)).seed(1).build());
    }
  }

  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[0]);
    String kind = arguments[2];
    boolean narrow = kind.equals("narrow");
    float[] features = narrow ? drawn(1_000_000) : images();
    new ScoringSpeed(threads, features, narrow ? 10 : 784)
        .run(kind, Path.of(arguments[1]), Integer.parseInt(arguments[3]));
  }

  private static float[] drawn(int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] features = new float[count * 10];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextDouble(-1, 1);
    }
    return features;
  }

  private static float[] images() throws IOException {
    TrainTest mnist = Mnist.load(Path.of(System.getenv("POLYMATH_MNIST")));
    int images = mnist.train().size();
    float[] features = new float[TIMES * images * 784];
    for (int i = 0; i < TIMES * images; i++) {
      mnist.train().copyFeatures(i % images, features, i * 784);
    }
    return features;
  }

  private Row row(int i, boolean sparse) {
    double[] values = new double[width];
    for (int j = 0; j < width; j++) {
      values[j] = features[i * width + j];
    }
    Vector dense = Vectors.dense(values);
    return RowFactory.create(sparse ? dense.toSparse() : dense);
  }

  private void run(String kind, Path folder, int rounds) throws Exception {
    StructType schema = new StructType().add("features", SQLDataTypes.VectorType());
    try (SparkSession spark =
        SparkSessions.start(
            "local[" + threads + "]", Map.of("spark.sql.files.maxPartitionBytes", PARTITION))) {
      String path = folder.resolve(kind + ".parquet").toString();
      if (!java.nio.file.Files.exists(Path.of(path))) {
        for (int from = 0; from < rows; from += CHUNK) {
          List<Row> some = new ArrayList<>();
          for (int i = from; i < Math.min(rows, from + CHUNK); i++) {
            some.add(row(i, kind.equals("sparse")));
          }
          spark.createDataFrame(some, schema).coalesce(1).write().mode("append").parquet(path);
        }
      }
      Dataset<Row> stored = spark.read().parquet(path);
      Dataset<Row> cached =
          stored.selectExpr("features", "1 AS one").persist(StorageLevel.MEMORY_ONLY());
      cached.count();
      var model = new PolymathClassificationModel("m", file);
      Map<String, Callable<Object>> all = new java.util.LinkedHashMap<>();
      all.put("library, from arrays", this::library);
      for (var source : Map.of("Parquet", stored, "cached", cached).entrySet()) {
        String from = source.getKey() + ": ";
        Dataset<Row> frame = source.getValue();
        all.put(from + "plain loop", () -> plain(frame));
        all.put(from + "transform, sum of prediction", () -> sum(model.transform(frame)));
        all.put(
            from + "transform, all columns to noop",
            () -> {
              model.transform(frame).write().format("noop").mode("overwrite").save();
              return 0;
            });
      }
      System.out.println(
          rows + " rows in " + stored.rdd().getNumPartitions() + " partitions: " + stored);
      Map<String, List<Double>> seconds = new java.util.LinkedHashMap<>();
      for (int round = -3; round < rounds; round++) {
        for (var one : all.entrySet()) {
          if (!one.getKey().matches(System.getProperty("only", ".*"))) {
            continue;
          }
          long start = System.nanoTime();
          one.getValue().call();
          double taken = (System.nanoTime() - start) * 1e-9;
          if (round >= 0) {
            seconds.computeIfAbsent(one.getKey(), key -> new ArrayList<>()).add(taken);
          }
        }
      }
      double library = 0;
      for (var one : seconds.entrySet()) {
        double[] sorted = one.getValue().stream().mapToDouble(d -> d).sorted().toArray();
        double median = sorted[sorted.length / 2];
        library = library == 0 ? median : library;
        System.out.printf(
            "%s, %d threads: %-45s %7.0f thousand rows/s, %.2f of the library%n",
            kind, threads, one.getKey(), rows / median / 1000, library / median);
      }
    }
  }

  private static Object sum(Dataset<Row> scored) {
    return scored.agg(functions.sum("prediction")).first().get(0);
  }

  /** As many threads as tasks, which share a session of one thread. */
  private Object library() throws Exception {
    try (Backend backend = Backends.open("arrays-vector", BackendOptions.defaults().threads(1))) {
      Classifier classifier = Classifier.load(file, backend);
      List<Thread> running = new ArrayList<>();
      double[] sums = new double[threads];
      for (int t = 0; t < threads; t++) {
        int number = t;
        Thread thread =
            new Thread(
                () -> {
                  float[] batch = new float[BATCH * width];
                  float[] p = new float[BATCH * 10];
                  int blocks = rows / BATCH;
                  for (int b = number; b < blocks; b += threads) {
                    System.arraycopy(features, b * BATCH * width, batch, 0, batch.length);
                    classifier.predictProbabilities(batch, BATCH, p);
                    sums[number] += best(p, BATCH);
                  }
                });
        thread.start();
        running.add(thread);
      }
      for (Thread thread : running) {
        thread.join();
      }
      return Arrays.stream(sums).sum();
    }
  }

  /** The sum of the most probable classes. */
  private static double best(float[] p, int rows) {
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      int most = 0;
      for (int c = 1; c < 10; c++) {
        most = p[i * 10 + c] > p[i * 10 + most] ? c : most;
      }
      sum += most;
    }
    return sum;
  }

  /** What people write by hand: the rows of a partition in a loop, batch by batch. */
  private Object plain(Dataset<Row> frame) {
    byte[] model = file;
    int inputs = width;
    return frame
        .toJavaRDD()
        .mapPartitions(
            (Iterator<Row> all) -> {
              try (Backend backend =
                  Backends.open("arrays-vector", BackendOptions.defaults().threads(1))) {
                Classifier classifier = Classifier.load(model, backend);
                float[] batch = new float[BATCH * inputs];
                float[] p = new float[BATCH * 10];
                double sum = 0;
                int size = 0;
                while (all.hasNext()) {
                  double[] values = ((Vector) all.next().get(0)).toArray();
                  for (int j = 0; j < inputs; j++) {
                    batch[size * inputs + j] = (float) values[j];
                  }
                  if (++size == BATCH || !all.hasNext()) {
                    classifier.predictProbabilities(Arrays.copyOf(batch, size * inputs), size, p);
                    sum += best(p, size);
                    size = 0;
                  }
                }
                return List.of(sum).iterator();
              }
            })
        .reduce(Double::sum);
  }
}
