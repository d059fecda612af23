package dev.polymath.backend.arrays;

import dev.polymath.Activation;

/**
 * The activations and their derivatives, one element after the other: the bits of {@link
 * VectorActivations}.
 */
final class ScalarActivations {

  /** The slope of SELU above 0. */
  static final float SELU_ABOVE = (float) Activation.SELU_SCALE;

  /** What SELU's {@code exp(x) − 1} is multiplied by. */
  static final float SELU_BELOW = (float) (Activation.SELU_SCALE * Activation.SELU_ALPHA);

  private ScalarActivations() {}

  static void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n) {
    switch (f) {
      case IDENTITY -> identity(x, xAt, y, yAt, n);
      case SIGMOID -> ScalarFunctions.sigmoid(x, xAt, y, yAt, n);
      case TANH -> ScalarFunctions.tanh(x, xAt, y, yAt, n);
      case RELU -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = Math.max(x[xAt + i], 0f);
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          float v = x[xAt + i];
          y[yAt + i] = Math.max(v, v * Activation.LEAKY_SLOPE);
        }
      }
      case ELU -> ScalarFunctions.elu(x, xAt, 1f, 1f, y, yAt, n);
      case SELU -> ScalarFunctions.elu(x, xAt, SELU_ABOVE, SELU_BELOW, y, yAt, n);
      case SOFTMAX -> throw new AssertionError(f);
    }
  }

  private static void identity(float[] x, int xAt, float[] y, int yAt, int n) {
    if (x != y || xAt != yAt) {
      System.arraycopy(x, xAt, y, yAt, n);
    }
  }

  static void activateBackward(
      Activation f, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    switch (f) {
      case IDENTITY -> identity(dy, dyAt, dx, dxAt, n);
      case SIGMOID -> sigmoidBackward(y, yAt, dy, dyAt, dx, dxAt, n);
      case TANH -> tanhBackward(y, yAt, dy, dyAt, dx, dxAt, n);
      case RELU -> reluBackward(y, yAt, dy, dyAt, dx, dxAt, n);
      case LEAKY_RELU -> leakyReluBackward(y, yAt, dy, dyAt, dx, dxAt, n);
      case ELU -> eluBackward(y, yAt, dy, dyAt, 1f, 1f, dx, dxAt, n);
      case SELU -> eluBackward(y, yAt, dy, dyAt, SELU_ABOVE, SELU_BELOW, dx, dxAt, n);
      case SOFTMAX -> throw new AssertionError(f);
    }
  }

  private static void sigmoidBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yAt + i];
      dx[dxAt + i] = dy[dyAt + i] * (v * (1f - v));
    }
  }

  private static void tanhBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yAt + i];
      dx[dxAt + i] = dy[dyAt + i] * Fma.of(-v, v, 1f);
    }
  }

  private static void reluBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxAt + i] = y[yAt + i] > 0f ? dy[dyAt + i] : 0f;
    }
  }

  private static void leakyReluBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = dy[dyAt + i];
      dx[dxAt + i] = y[yAt + i] > 0f ? v : v * Activation.LEAKY_SLOPE;
    }
  }

  /**
   * {@code dx = dy · (y > 0 ? above : y + below)}, without a branch that y's sign would mislead:
   * half the time. {@code below + (above − below)} is exact.
   */
  static void eluBackward(
      float[] y,
      int yAt,
      float[] dy,
      int dyAt,
      float above,
      float below,
      float[] dx,
      int dxAt,
      int n) {
    float step = above - below;
    for (int i = 0; i < n; i++) {
      float v = y[yAt + i];
      // 1 for the smallest y above 0 too.
      float on = Math.min(Math.max(v, 0f) * 0x1p127f * 0x1p127f, 1f);
      dx[dxAt + i] = dy[dyAt + i] * (Math.min(v, 0f) + below + on * step);
    }
  }
}
