package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.ThreeLayerClassifier;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A digit on real paper")
class PaperPicturesTest {

  private static final int PICTURES = 60;

  private static Backend backend;
  private static Classifier model;
  private static DataSet digits;

  @BeforeAll
  static void train() throws IOException {
    String folder = System.getenv("POLYMATH_MNIST");
    assumeTrue(folder != null, "POLYMATH_MNIST is not set");
    backend = Backends.open(BackendOptions.defaults().threads(1));
    TrainTest data = Mnist.load(Path.of(folder));
    digits = data.test();
    model = ThreeLayerClassifier.builder(backend).inputs(784).classes(10).seed(1).build();
    int[] first = IntStream.range(0, 20_000).toArray();
    model.fit(data.train().subset(first), TrainingOptions.defaults().epochs(3));
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
  }

  @ParameterizedTest
  @EnumSource(PaperPictures.Style.class)
  @DisplayName("is found: 50 of 60 are read right in every style")
  void styles(PaperPictures.Style style) {
    List<String> wrong = new ArrayList<>();
    int tried = 0;
    float[] features = new float[784];
    for (int i = 0; tried < PICTURES; i++) {
      digits.copyFeatures(i, features, 0);
      if (model.predict(features) != digits.label(i)) {
        continue;
      }
      tried++;
      GreyImage digit = new GreyImage(ImageSize.MNIST, features.clone());
      int found = read(PaperPictures.draw(digit, style, i));
      if (found != digits.label(i)) {
        wrong.add(digits.label(i) + " as " + found);
      }
    }
    assertTrue(wrong.size() <= PICTURES - 50, wrong::toString);
  }

  /** The digit that the model sees; −1 if none stands out. */
  private static int read(GreyImage picture) {
    try {
      GreyImage form = MnistForm.of(picture);
      float[] features = new float[784];
      DataSet.ofImages(form.size(), form.toBytes(), new int[1], digits.classNames())
          .copyFeatures(0, features, 0);
      return model.predict(features);
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  @Test
  @DisplayName("is said to be missing where there is nothing but lines, light, shadow or a desk")
  void nothing() {
    GreyImage none = new GreyImage(ImageSize.MNIST, new float[784]);
    for (PaperPictures.Style style :
        List.of(
            PaperPictures.Style.LINED,
            PaperPictures.Style.DARK_GRID,
            PaperPictures.Style.LINEAR_GRADIENT,
            PaperPictures.Style.SHADOW_EDGE)) {
      for (int seed = 0; seed < 10; seed++) {
        GreyImage picture = PaperPictures.draw(none, style, seed);
        assertThrows(
            IllegalArgumentException.class, () -> MnistForm.of(picture), style + " " + seed);
      }
    }
  }
}
