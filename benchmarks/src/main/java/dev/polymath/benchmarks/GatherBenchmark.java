package dev.polymath.benchmarks;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Gathering shuffled examples of 784 features into a batch of float32 rows, the part of a training
 * step that no backend does. The examples take 47 MB, as MNIST's do, and are walked through from
 * end to end: they come from memory, as in training.
 */
@State(Scope.Benchmark)
@Fork(
    value = 3,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GatherBenchmark {

  private static final ImageSize SIZE = new ImageSize(28, 28);
  private static final int BYTES = 60_000 * 28 * 28;
  private static final List<String> CLASSES = List.of("0");
  private static final int MOST_SHIFT = 2;

  /** What is gathered. */
  @Param public Source source;

  /** Rows of a batch. */
  @Param({"64", "512"})
  public int batch;

  private DataSet data;
  private int[] order;
  private int[] dx;
  private int[] dy;
  private float[] target;
  private int next;

  /** The three kinds of gathering. */
  public enum Source {
    /** 60,000 images of 28 x 28 pixels, a byte each, scaled to 0 … 1. */
    PIXELS,
    /** The same, each image moved by up to two pixels in both directions. */
    SHIFTED,
    /** 15,000 rows of 784 floats, as a table of numbers is kept. */
    FLOATS
  }

  /** Makes the examples, gathers once and compares each row. */
  @Setup(Level.Trial)
  public void prepare() {
    int examples = source == Source.FLOATS ? BYTES / SIZE.pixels() / 4 : BYTES / SIZE.pixels();
    if (batch < 1 || batch > examples) {
      throw new IllegalArgumentException(
          "batch: expected 1 to the " + examples + " examples, found " + batch);
    }
    data = source == Source.FLOATS ? floats(examples) : pixels(examples);
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, examples).boxed().toList());
    Random random = new Random(1);
    Collections.shuffle(shuffled, random);
    order = shuffled.stream().mapToInt(i -> i).toArray();
    dx = random.ints(batch, -MOST_SHIFT, MOST_SHIFT + 1).toArray();
    dy = random.ints(batch, -MOST_SHIFT, MOST_SHIFT + 1).toArray();
    target = new float[batch * SIZE.pixels()];
    next = 0;
    gather();
    check();
  }

  /** Random but for black borders, so that what a shift lets in is black. */
  private static DataSet pixels(int examples) {
    byte[] pixels = new byte[examples * SIZE.pixels()];
    new Random(2).nextBytes(pixels);
    for (int i = 0; i < pixels.length; i++) {
      int row = i % SIZE.pixels() / SIZE.width();
      int column = i % SIZE.width();
      if (row == 0 || row == SIZE.height() - 1 || column == 0 || column == SIZE.width() - 1) {
        pixels[i] = 0;
      }
    }
    return DataSet.ofImages(SIZE, pixels, new int[examples], CLASSES);
  }

  private static DataSet floats(int examples) {
    float[] values = Numbers.uniform(Numbers.FEATURES, examples * SIZE.pixels(), -1, 1);
    return DataSet.ofFeatures(SIZE.pixels(), values, new int[examples], CLASSES);
  }

  private void check() {
    float[] example = new float[SIZE.pixels()];
    for (int i = 0; i < batch; i++) {
      data.copyFeatures(order[i], example, 0);
      for (int j = 0; j < example.length; j++) {
        float found = target[i * example.length + j];
        float expected = example(example, i, j);
        if (found != expected) {
          throw new AssertionError(
              "feature " + j + " of row " + i + ": expected " + expected + ", found " + found);
        }
      }
    }
  }

  private float example(float[] example, int row, int feature) {
    if (source != Source.SHIFTED) {
      return example[feature];
    }
    int y = feature / SIZE.width() - dy[row];
    int x = feature % SIZE.width() - dx[row];
    boolean inside = y >= 0 && y < SIZE.height() && x >= 0 && x < SIZE.width();
    return inside ? example[y * SIZE.width() + x] : 0;
  }

  /** One batch, the next of the shuffled examples. */
  @Benchmark
  public float[] gather() {
    if (next + batch > order.length) {
      next = 0;
    }
    if (source == Source.SHIFTED) {
      data.gatherShifted(order, next, batch, dx, dy, target);
    } else {
      data.gather(order, next, batch, target);
    }
    next += batch;
    return target;
  }
}
