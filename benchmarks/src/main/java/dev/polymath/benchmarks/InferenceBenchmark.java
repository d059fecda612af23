package dev.polymath.benchmarks;

import dev.polymath.models.Classifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;

/**
 * {@link Classifier#predictProbabilities(float[], int, float[])} from one thread, from array to
 * array. Every call or every few are timed one by one: the score is the mean, the percentiles stand
 * beside it.
 */
@BenchmarkMode(Mode.SampleTime)
public class InferenceBenchmark extends BackendBenchmark {

  /** Rows per call. */
  @Param({"1", "64", "1024"})
  public int batch;

  private Classifier classifier;
  private float[] features;
  private float[] probabilities;

  @Override
  void prepare() {
    classifier = ThreeLayers.classifier(session);
    features = ThreeLayers.features(batch);
    probabilities = new float[batch * ThreeLayers.CLASSES];
    ThreeLayers.checkProbabilities(classifier.network(), features, predict());
  }

  /** One call. */
  @Benchmark
  public float[] predict() {
    classifier.predictProbabilities(features, batch, probabilities);
    return probabilities;
  }
}
