package dev.polymath.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.io.ExportFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The probabilities of a batch, from array to array, ours and ONNX Runtime's by turns in one JVM,
 * one thread each. ONNX Runtime runs the model that we export, with its input and output in memory
 * made beforehand. Both results are checked against the oracle first.
 */
public final class InferenceTimer {

  /**
   * The Vector API is slow until C2 has compiled it: at least this, and until calls get no faster.
   */
  private static final double WARM_UP_SECONDS = 2;

  private static final double MOST_SECONDS = 15;
  private static final int WINDOWS_WITHOUT_GAIN = 10;
  private static final double WINDOW_SECONDS = 0.05;

  private InferenceTimer() {}

  /** One call: the whole way from features to probabilities. */
  private interface Call {
    float[] probabilities() throws OrtException;
  }

  /**
   * Times both.
   *
   * @param arguments {@code --backend NAME --batch ROWS --pairs COUNT --raw true|false}
   */
  public static void main(String[] arguments) throws OrtException, IOException {
    Options options =
        Options.of("--backend", "arrays-vector")
            .with("--batch", "1")
            .with("--pairs", "11")
            .with("--raw", "false")
            .read(arguments);
    int batch = options.number("--batch");
    float[] features = ThreeLayers.features(batch);
    Path file = Files.createTempFile("polymath", ".onnx");
    try (Backend session =
            Backends.open(options.text("--backend"), BackendOptions.defaults().threads(1));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions one = new OrtSession.SessionOptions()) {
      Classifier classifier = ThreeLayers.classifier(session);
      ExportFormat.ONNX.write(classifier.snapshot(), file);
      one.setIntraOpNumThreads(1);
      one.setInterOpNumThreads(1);
      try (OrtSession model = environment.createSession(file.toString(), one)) {
        float[] target = new float[batch * ThreeLayers.CLASSES];
        Call ours =
            () -> {
              classifier.predictProbabilities(features, batch, target);
              return target;
            };
        FloatBuffer in = direct(features.length);
        FloatBuffer out = direct(target.length);
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, in, new long[] {batch, ThreeLayers.INPUTS});
            OnnxTensor output =
                OnnxTensor.createTensor(
                    environment, out, new long[] {batch, ThreeLayers.CLASSES})) {
          Map<String, OnnxTensor> inputs = Map.of("features", input);
          Map<String, OnnxTensor> outputs = Map.of("probabilities", output);
          float[] found = new float[target.length];
          Call theirs =
              () -> {
                in.put(0, features);
                model.run(inputs, Set.of(), outputs).close();
                out.get(0, found);
                return found;
              };
          ThreeLayers.checkProbabilities(classifier.network(), features, ours.probabilities());
          ThreeLayers.checkProbabilities(classifier.network(), features, theirs.probabilities());
          System.out.println("# JDK " + Runtime.version());
          System.out.println(
              "# " + session.info().name() + ": " + BackendProducts.description(session.info()));
          System.out.println("# onnxruntime: " + environment.getVersion() + ", threads 1");
          report(options, new String[] {session.info().name(), "onnxruntime"}, ours, theirs);
          System.out.printf(Locale.ROOT, "# check %.6f%n", check(target));
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  private static FloatBuffer direct(int length) {
    return ByteBuffer.allocateDirect(length * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static void report(Options options, String[] names, Call... calls) throws OrtException {
    int pairs = options.number("--pairs");
    double[][] medians = new double[calls.length][pairs];
    double[][] late = new double[calls.length][pairs];
    for (Call call : calls) {
      warmUp(call);
    }
    for (int pair = 0; pair < pairs; pair++) {
      for (int turn = 0; turn < calls.length; turn++) {
        int i = (pair + turn) % calls.length;
        double[] times = window(calls[i], WINDOW_SECONDS);
        medians[i][pair] = times[times.length / 2];
        late[i][pair] = times[(int) (times.length * 0.99)];
      }
    }
    String batch = "batch " + options.text("--batch");
    for (int i = 0; i < calls.length; i++) {
      if (Boolean.parseBoolean(options.text("--raw"))) {
        for (int pair = 0; pair < pairs; pair++) {
          System.out.print(Measurements.line("inference", batch, names[i], medians[i][pair]));
          System.out.print(Measurements.line("latency", batch, names[i], late[i][pair]));
        }
      } else {
        System.out.printf(
            Locale.ROOT,
            "%s, %s: median %.2f us, 99th percentile %.2f%n",
            names[i],
            batch,
            PeersTable.median(medians[i]),
            PeersTable.median(late[i]));
      }
    }
  }

  private static void warmUp(Call call) throws OrtException {
    long start = System.nanoTime();
    double best = Double.POSITIVE_INFINITY;
    double elapsed = 0;
    for (int flat = 0;
        elapsed < MOST_SECONDS && (elapsed < WARM_UP_SECONDS || flat < WINDOWS_WITHOUT_GAIN);
        flat++) {
      double[] times = window(call, WINDOW_SECONDS);
      double median = times[times.length / 2];
      flat = median < 0.98 * best ? -1 : flat;
      best = Math.min(best, median);
      elapsed = (System.nanoTime() - start) * 1e-9;
    }
  }

  /** The times of all calls of a window in microseconds, in order. */
  private static double[] window(Call call, double seconds) throws OrtException {
    double[] times = new double[1024];
    int count = 0;
    long start = System.nanoTime();
    long length = (long) (seconds * 1e9);
    long from;
    do {
      from = System.nanoTime();
      call.probabilities();
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = (System.nanoTime() - from) * 1e-3;
    } while (from - start < length);
    double[] sorted = Arrays.copyOf(times, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** As {@code pytorch_mlp.py} has it. */
  private static double check(float[] probabilities) {
    int rows = probabilities.length / ThreeLayers.CLASSES;
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += probabilities[row * ThreeLayers.CLASSES + row % ThreeLayers.CLASSES];
    }
    return sum / rows;
  }
}
