package dev.polymath.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The step of {@link StepTimer} in DL4J, on the same numbers: gather a batch, {@code fit} it. The
 * line it prints has StepTimer's figures, the loss of the check among them.
 */
public final class Dl4jStepTimer {

  private static final int EXAMPLES = 4096;
  private static final int[] WIDTHS = {ThreeLayers.INPUTS, 128, 50, ThreeLayers.CLASSES};
  private static final double LEARNING_RATE = 0.01;
  private static final int CHECK_STEPS = 20;
  private static final double CHECK_LEARNING_RATE = 0.1;
  private static final int EXAMPLES_A_WINDOW = 20_000;

  private final MultiLayerNetwork network;
  private final INDArray features;
  private final INDArray labels;
  private final int[] order;
  private final int batch;
  private int next;

  private Dl4jStepTimer(int examples, int batch, double learningRate) {
    this.batch = batch;
    network = network(learningRate);
    features =
        Nd4j.createFromArray(Numbers.uniform(Numbers.FEATURES, examples * WIDTHS[0], 0, 1))
            .reshape(examples, WIDTHS[0]);
    labels = Nd4j.zeros(examples, ThreeLayers.CLASSES);
    float[] drawn = Numbers.uniform(Numbers.LABELS, examples, 0, ThreeLayers.CLASSES);
    order = new int[examples];
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, (int) drawn[i], 1);
      order[i] = i;
    }
    Random random = new Random(1);
    for (int i = examples - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /**
   * Times DL4J with the threads that {@code OMP_NUM_THREADS} says.
   *
   * @param arguments {@code --batch ROWS --threads COUNT --windows COUNT --seconds OF_WARM_UP}
   */
  public static void main(String[] arguments) {
    Options options =
        Options.of("--batch", "64")
            .with("--threads", "1")
            .with("--windows", "21")
            .with("--seconds", "4")
            .read(arguments);
    int threads = options.number("--threads");
    if (!String.valueOf(threads).equals(System.getenv("OMP_NUM_THREADS"))) {
      throw new IllegalStateException(
          "expected OMP_NUM_THREADS=" + threads + ", found " + System.getenv("OMP_NUM_THREADS"));
    }
    int batch = options.number("--batch");
    Dl4jStepTimer check = new Dl4jStepTimer(batch, batch, CHECK_LEARNING_RATE);
    for (int i = 0; i <= CHECK_STEPS; i++) {
      check.step();
    }
    Dl4jStepTimer timed = new Dl4jStepTimer(EXAMPLES, batch, LEARNING_RATE);
    int steps = Math.max(1, EXAMPLES_A_WINDOW / batch);
    long end = System.nanoTime() + options.number("--seconds") * 1_000_000_000L;
    do {
      timed.step();
    } while (System.nanoTime() < end);
    double[] times = new double[options.number("--windows")];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      for (int step = 0; step < steps; step++) {
        timed.step();
      }
      times[i] = (System.nanoTime() - start) * 1e-3 / steps;
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "dl4j %s, threads %d, batch %d: %.1f us/step, fastest %.1f, loss %.4f, check %.6f%n",
        "1.0.0-M2.1",
        threads,
        batch,
        times[times.length / 2],
        times[0],
        timed.network.score(),
        check.network.score());
    System.exit(0);
  }

  private static MultiLayerNetwork network(double learningRate) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(learningRate))
                .list()
                .layer(dense(0, Activation.SIGMOID))
                .layer(dense(1, Activation.RELU))
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(WIDTHS[2])
                        .nOut(WIDTHS[3])
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    for (int layer = 0; layer < 3; layer++) {
      int inputs = WIDTHS[layer];
      int outputs = WIDTHS[layer + 1];
      double bound = 1 / Math.sqrt(inputs);
      int stream = Numbers.PARAMETERS + 2 * layer;
      network.setParam(
          layer + "_W",
          Nd4j.createFromArray(Numbers.uniform(stream, inputs * outputs, -bound, bound))
              .reshape(inputs, outputs));
      network.setParam(
          layer + "_b",
          Nd4j.createFromArray(Numbers.uniform(stream + 1, outputs, -bound, bound))
              .reshape(1, outputs));
    }
    return network;
  }

  private static DenseLayer dense(int layer, Activation f) {
    return new DenseLayer.Builder()
        .nIn(WIDTHS[layer])
        .nOut(WIDTHS[layer + 1])
        .activation(f)
        .build();
  }

  private void step() {
    int from = next;
    next = next + 2 * batch > order.length ? 0 : next + batch;
    int[] rows = Arrays.copyOfRange(order, from, from + batch);
    try (INDArray x = Nd4j.pullRows(features, 1, rows);
        INDArray y = Nd4j.pullRows(labels, 1, rows)) {
      network.fit(x, y);
    }
  }
}
