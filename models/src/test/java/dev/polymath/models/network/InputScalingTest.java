package dev.polymath.models.network;

import static dev.polymath.models.internal.Messages.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.polymath.models.Examples;
import dev.polymath.models.data.DataSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputScalingTest {

  @Test
  void shiftsThenScalesEachFeature() {
    InputScaling scaling = InputScaling.of(new float[] {1, -2}, new float[] {10, 0.5f});
    float[] values = {1, 2, 3, 4, 7};
    scaling.apply(values, 2);
    assertArrayEquals(new float[] {0, 2, 20, 3, 7}, values);
  }

  @Test
  void featuresScaledAlikeComeOutAsTheOthers() {
    float[] values = {1, 2, 3, 4, 7};
    InputScaling.of(new float[] {1, 1}, new float[] {3, 3}).apply(values, 2);
    assertArrayEquals(new float[] {0, 3, 6, 9, 7}, values);
  }

  @Test
  void noneLeavesFeaturesAsTheyAre() {
    float[] values = {1.5f, -7, 0};
    InputScaling.none(3).apply(values, 1);
    assertArrayEquals(new float[] {1.5f, -7, 0}, values);
  }

  @Test
  void keepsCopies() {
    float[] shift = {1};
    InputScaling scaling = InputScaling.of(shift, new float[] {2});
    shift[0] = 5;
    scaling.shift()[0] = 5;
    scaling.scale()[0] = 5;
    assertEquals(InputScaling.of(new float[] {1}, new float[] {2}), scaling);
    assertNotEquals(InputScaling.of(new float[] {5}, new float[] {2}), scaling);
  }

  @Test
  void standardisesPlainFeaturesOneByOne() {
    DataSet data =
        DataSet.ofFeatures(
            3, new float[] {1, 100, 7, 3, 300, 7}, new int[] {0, 1}, List.of("a", "b"));
    InputScaling scaling = InputScaling.standardizing(data);
    float[] values = {1, 100, 7, 3, 300, 7};
    scaling.apply(values, 2);
    // A feature that never varies becomes 0 and does not divide by 0.
    assertArrayEquals(new float[] {-1, -1, 0, 1, 1, 0}, values, 1e-6f);
  }

  @Test
  void standardisesThePixelsOfImagesTogether() {
    InputScaling scaling = InputScaling.standardizing(Examples.bars(50, 1));
    float[] shift = scaling.shift();
    float[] scale = scaling.scale();
    for (int j = 1; j < 36; j++) {
      assertEquals(shift[0], shift[j]);
      assertEquals(scale[0], scale[j]);
    }
  }

  @Test
  void refusesFiguresThatDoNotFit() {
    assertMessage(
        "input scaling: expected as many shifts as scales and at least 1, found 1 and 2",
        () -> InputScaling.of(new float[1], new float[2]));
    assertMessage(
        "input scaling: expected as many shifts as scales and at least 1, found 0 and 0",
        () -> InputScaling.of(new float[0], new float[0]));
    assertMessage(
        "input scaling: feature 1: expected finite numbers, found shift 0.0 and scale NaN",
        () -> InputScaling.of(new float[2], new float[] {1, Float.NaN}));
  }

  @Test
  void featuresOfOneShiftAndSeveralScalesAreScaledOneByOne() {
    float[] values = {1, 2, 3, 4};
    InputScaling.of(new float[] {1, 1}, new float[] {3, 5}).apply(values, 2);
    assertArrayEquals(new float[] {0, 5, 6, 15}, values);
    float[] shifted = {1, 2, 3, 4};
    InputScaling.of(new float[] {1, 0}, new float[] {3, 3}).apply(shifted, 2);
    assertArrayEquals(new float[] {0, 6, 6, 12}, shifted);
  }

  @Test
  void saysWhetherItIsOneScalingForAllFeatures() {
    assertEquals(
        "InputScaling[2 features, (x - 1.0) * 3.0]",
        InputScaling.of(new float[] {1, 1}, new float[] {3, 3}).toString());
    for (float[] scale : new float[][] {{3, 5}, {5, 3}}) {
      assertEquals(
          "InputScaling[2 features, feature by feature]",
          InputScaling.of(new float[] {1, 1}, scale).toString());
      assertEquals(
          "InputScaling[2 features, feature by feature]",
          InputScaling.of(scale, new float[] {1, 1}).toString());
    }
    assertEquals(3, InputScaling.none(3).features());
  }

  @Test
  void equalsByItsNumbers() {
    InputScaling one = InputScaling.of(new float[] {1, 2}, new float[] {3, 4});
    InputScaling same = InputScaling.of(new float[] {1, 2}, new float[] {3, 4});
    assertEquals(one, same);
    assertEquals(one.hashCode(), same.hashCode());
    InputScaling exchanged = InputScaling.of(new float[] {3, 4}, new float[] {1, 2});
    assertNotEquals(one, exchanged);
    assertNotEquals(one.hashCode(), exchanged.hashCode());
    assertNotEquals(one, InputScaling.of(new float[] {1, 2}, new float[] {3, 5}));
  }
}
