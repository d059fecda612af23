package dev.polymath.models;

import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.internal.Randomness;
import java.util.List;

/** Small data sets for the tests. */
public final class Examples {

  private Examples() {}

  /** Three Gaussian clouds in the plane, far enough apart to be told from one another. */
  public static DataSet clouds(int size, long seed) {
    Randomness random = new Randomness(seed, Randomness.Purpose.ORDER);
    float[] values = new float[2 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.below(3);
      double angle = labels[i] * 2 * Math.PI / 3;
      values[2 * i] = (float) (5 + 2 * Math.cos(angle) + 0.5 * random.gaussian());
      values[2 * i + 1] = (float) (-3 + 2 * Math.sin(angle) + 0.5 * random.gaussian());
    }
    return DataSet.ofFeatures(2, values, labels, List.of("red", "green", "blue"));
  }

  /** Images of 6 x 6 with a bright bar, lying (0) or standing (1), somewhere. */
  public static DataSet bars(int size, long seed) {
    Randomness random = new Randomness(seed, Randomness.Purpose.ORDER);
    byte[] pixels = new byte[36 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.below(2);
      int at = 1 + random.below(4);
      for (int j = 1; j < 5; j++) {
        int pixel = labels[i] == 0 ? at * 6 + j : j * 6 + at;
        pixels[36 * i + pixel] = (byte) (100 + random.below(156));
      }
    }
    return DataSet.ofImages(new ImageSize(6, 6), pixels, labels, List.of("lying", "standing"));
  }

  public static Classifier.Builder small(Backend backend) {
    return ThreeLayerClassifier.builder(backend).inputs(2).classes(3).hidden(8, 6);
  }
}
