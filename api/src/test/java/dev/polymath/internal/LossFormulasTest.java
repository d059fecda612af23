package dev.polymath.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The losses on the host")
class LossFormulasTest {

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @Test
  @DisplayName("Huber's δ is finite and above 0")
  void delta() {
    for (float delta : new float[] {0, -1, Float.NaN, INFINITY}) {
      assertEquals(
          "huber: delta is " + delta + ", expected a finite number above 0",
          assertThrows(IllegalArgumentException.class, () -> LossFormulas.requireDelta(delta))
              .getMessage());
    }
    LossFormulas.requireDelta(Float.MIN_VALUE);
    LossFormulas.requireDelta(Float.MAX_VALUE);
  }

  @Test
  @DisplayName("Huber's loss is a parabola up to δ and a line beyond, on both sides")
  void huber() {
    float[] y = {0.5f, 1, 4, -4};
    float[] dy = new float[4];
    double loss = LossFormulas.huber(y, new float[4], dy, 2, 1);
    assertEquals((0.125 + 0.5 + 3.5 + 3.5) / 2, loss);
    assertArrayEquals(new float[] {0.25f, 0.5f, 0.5f, -0.5f}, dy);
    assertEquals(loss, LossFormulas.huber(y, new float[4], null, 2, 1));
  }

  @Test
  @DisplayName("the cross-entropy of sigmoids is max(z, 0) − z·t + log(1 + exp(−|z|)), by row")
  void sigmoidCrossEntropy() {
    float[] z = {-3, -0.5f, 0.5f, 3};
    float[] t = {0.25f, 1, 0, 0.75f};
    double expected = 0;
    float[] gradient = new float[4];
    for (int i = 0; i < 4; i++) {
      double size = Math.abs(z[i]);
      expected += Math.max(z[i], 0) - z[i] * t[i] + Math.log1p(Math.exp(-size));
      gradient[i] = (float) ((1 / (1 + Math.exp(-z[i])) - t[i]) / 4);
    }
    float[] dz = new float[4];
    assertEquals(expected / 4, LossFormulas.sigmoidCrossEntropy(z, t, dz, 4), 1e-15);
    assertEquals(expected / 4, LossFormulas.sigmoidCrossEntropy(z, t, null, 4), 1e-15);
    assertArrayEquals(gradient, dz, 1e-7f);
  }

  @Test
  @DisplayName("an infinite logit costs nothing where it is right, and everything where it is not")
  void infinite() {
    assertEquals(0, sigmoids(INFINITY, 1));
    assertEquals(0, sigmoids(-INFINITY, 0));
    assertEquals(Double.POSITIVE_INFINITY, sigmoids(INFINITY, 0));
    assertEquals(Double.POSITIVE_INFINITY, sigmoids(-INFINITY, 1));
  }

  private static double sigmoids(float z, float t) {
    return LossFormulas.sigmoidCrossEntropy(new float[] {z}, new float[] {t}, null, 1);
  }
}
