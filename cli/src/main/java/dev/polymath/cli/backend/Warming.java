package dev.polymath.cli.backend;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingListener;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Has the JVM compile a backend's kernels while the data of a training are still being read: until
 * they are compiled, a step takes a hundred times as long. A network is trained on noise, in a
 * session of its own, and forgotten. It changes no result, for it shares nothing.
 */
public final class Warming implements TrainingListener {

  private static final int EXAMPLES = 640;
  private static final int EPOCHS = 60;
  private static final ImageSize SIZE = new ImageSize(28, 28);
  private static final int CLASSES = 10;

  /** Below it, memory is for the data. */
  private static final long LEAST_MEMORY = 512L << 20;

  private static volatile @Nullable Warming running;

  private volatile boolean ended;

  private Warming() {}

  /** Begins, unless the machine has no core or memory to spare for it. */
  public static void start() {
    Runtime machine = Runtime.getRuntime();
    if (machine.availableProcessors() < 2 || machine.maxMemory() < LEAST_MEMORY) {
      return;
    }
    Warming warming = new Warming();
    running = warming;
    Thread thread = new Thread(warming::train, "polymath-warming");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends it after its next step; the cores are needed now. Does nothing if there is none. */
  public static void end() {
    Warming warming = running;
    if (warming != null) {
      warming.ended = true;
      running = null;
    }
  }

  private void train() {
    try (Backend backend = Backends.open(BackendOptions.defaults().threads(1))) {
      Classifier model =
          ThreeLayerClassifier.builder(backend)
              .inputs(SIZE.pixels())
              .classes(CLASSES)
              .seed(1)
              .build();
      model.fit(noise(), TrainingOptions.defaults().epochs(EPOCHS).listener(this));
    } catch (RuntimeException | Error e) {
      // The training that is asked for meets the same, and says so.
    }
  }

  private static DataSet noise() {
    byte[] pixels = new byte[EXAMPLES * SIZE.pixels()];
    new SplittableRandom(1).nextBytes(pixels);
    int[] labels = IntStream.range(0, EXAMPLES).map(i -> i % CLASSES).toArray();
    List<String> names = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    return DataSet.ofImages(SIZE, pixels, labels, names);
  }

  @Override
  public void epoch(TrainingHistory.Epoch result) {}

  @Override
  public boolean endsRun() {
    return ended;
  }
}
