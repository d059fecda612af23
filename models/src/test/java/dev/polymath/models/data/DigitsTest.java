package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.polymath.models.internal.Randomness;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DigitsTest {
  private static final TrainTest DIGITS = Digits.generate(1);

  @Test
  @DisplayName("a seed fixes every pixel, on every JDK and for any number of threads")
  void isPinned() {
    assertEquals(
        "8b105c8d81fdddec92c70787a003117e94b3b7056c9bb42555e1e6ffb557a79b",
        DIGITS.train().fingerprint());
    assertEquals(
        "6705c646b725a4b78481bffbaef314732e601f3b1a6a5073322b07ed93813975",
        DIGITS.test().fingerprint());
    assertNotEquals(DIGITS.train().fingerprint(), Digits.generate(2).train().fingerprint());
  }

  @Test
  @DisplayName("10,000 and 2,000 images, every digit as often, in mixed order")
  void isBalanced() {
    assertEquals(Optional.of(new ImageSize(28, 28)), DIGITS.train().imageSize());
    assertEquals(
        List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), DIGITS.train().classNames());
    int[] each = new int[10];
    Arrays.fill(each, 1000);
    assertArrayEquals(each, MnistTest.counts(DIGITS.train()));
    Arrays.fill(each, 200);
    assertArrayEquals(each, MnistTest.counts(DIGITS.test()));
    int[] first = MnistTest.counts(DIGITS.train().subset(IntStream.range(0, 1000).toArray()));
    for (int count : first) {
      assertTrue(count > 60 && count < 140, Arrays.toString(first));
    }
  }

  @Test
  @DisplayName("no image occurs twice, and none is blank or flooded")
  void imagesAreDistinct() {
    Set<Integer> seen = new HashSet<>();
    float[] image = new float[784];
    for (DataSet set : List.of(DIGITS.train(), DIGITS.test())) {
      for (int i = 0; i < set.size(); i++) {
        set.copyFeatures(i, image, 0);
        seen.add(Arrays.hashCode(image));
        double ink = 0;
        for (float pixel : image) {
          ink += pixel;
        }
        assertTrue(ink > 8 && ink < 300, "example " + i + " has ink " + ink);
      }
    }
    // Hashes of 32 bits: among 12,000 a chance pair or two is no fault.
    assertTrue(seen.size() >= 11_998, "distinct images: " + seen.size());
  }

  @Test
  @DisplayName("a linear softmax model stays below 92 % at every stage of its training")
  void linearModelFallsShort() {
    LinearSoftmax model = new LinearSoftmax(DIGITS.train());
    double best = 0;
    for (int epoch = 0; epoch < 30; epoch++) {
      model.epoch(epoch < 15 ? 0.01f : 0.003f);
      best = Math.max(best, model.accuracy(DIGITS.test()));
    }
    double fitted = model.accuracy(DIGITS.train());
    assertTrue(fitted > 0.9, "the model is far from converged: training accuracy " + fitted);
    assertTrue(best > 0.75 && best < 0.92, "best test accuracy " + best);
  }

  /** p = softmax(x·W + b) by plain stochastic gradient steps on standardised pixels. */
  private static final class LinearSoftmax {
    private static final int CLASSES = 10;
    private final DataSet train;
    private final float mean;
    private final float scale;
    private final float[] weights;
    private final float[] image;
    private final float[] p = new float[CLASSES];
    private final Randomness random = new Randomness(3);

    LinearSoftmax(DataSet train) {
      this.train = train;
      FeatureStatistics statistics = train.featureStatistics();
      mean = (float) statistics.overallMean();
      scale = (float) (1 / statistics.overallStandardDeviation());
      weights = new float[(train.features() + 1) * CLASSES];
      image = new float[train.features() + 1];
    }

    void epoch(float rate) {
      int[] order = IntStream.range(0, train.size()).toArray();
      random.shuffle(order);
      for (int example : order) {
        forward(train, example);
        p[train.label(example)] -= 1;
        for (int j = 0; j < image.length; j++) {
          float step = rate * image[j];
          for (int c = 0; c < CLASSES; c++) {
            weights[j * CLASSES + c] -= step * p[c];
          }
        }
      }
    }

    double accuracy(DataSet set) {
      int right = 0;
      for (int i = 0; i < set.size(); i++) {
        forward(set, i);
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
          best = p[c] > p[best] ? c : best;
        }
        right += best == set.label(i) ? 1 : 0;
      }
      return (double) right / set.size();
    }

    private void forward(DataSet set, int example) {
      set.copyFeatures(example, image, 0);
      for (int j = 0; j < image.length - 1; j++) {
        image[j] = (image[j] - mean) * scale;
      }
      image[image.length - 1] = 1; // Its weights are the bias.
      Arrays.fill(p, 0);
      for (int j = 0; j < image.length; j++) {
        for (int c = 0; c < CLASSES; c++) {
          p[c] += image[j] * weights[j * CLASSES + c];
        }
      }
      float max = p[0];
      for (float logit : p) {
        max = Math.max(max, logit);
      }
      float sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        p[c] = (float) Math.exp(p[c] - max);
        sum += p[c];
      }
      for (int c = 0; c < CLASSES; c++) {
        p[c] /= sum;
      }
    }
  }
}
