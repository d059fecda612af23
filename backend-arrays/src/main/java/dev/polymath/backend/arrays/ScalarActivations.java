package dev.polymath.backend.arrays;

import dev.polymath.Activation;

/** The activations and their derivatives, one element after the other. */
final class ScalarActivations {

  /** The slope of SELU above 0. */
  static final float SELU_ABOVE = (float) Activation.SELU_SCALE;

  /** What SELU's {@code exp(x) − 1} is multiplied by. */
  static final float SELU_BELOW = (float) (Activation.SELU_SCALE * Activation.SELU_ALPHA);

  private ScalarActivations() {}

  static void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n) {
    switch (f) {
      case IDENTITY -> System.arraycopy(x, xAt, y, yAt, n);
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = (float) (1 / (1 + Math.exp(-x[xAt + i])));
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = (float) Math.tanh(x[xAt + i]);
        }
      }
      case RELU -> {
        for (int i = 0; i < n; i++) {
          y[yAt + i] = Math.max(x[xAt + i], 0f);
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          float v = x[xAt + i];
          y[yAt + i] = v > 0 ? v : Activation.LEAKY_SLOPE * v;
        }
      }
      case ELU -> elu(x, xAt, 1f, 1f, y, yAt, n);
      case SELU -> elu(x, xAt, SELU_ABOVE, SELU_BELOW, y, yAt, n);
      case SOFTMAX -> throw new AssertionError(f);
    }
  }

  private static void elu(float[] x, int xAt, float above, float below, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[xAt + i];
      y[yAt + i] = above * Math.max(v, 0f) + below * ScalarFunctions.expm1(Math.min(v, 0f));
    }
  }

  static void activateBackward(
      Activation f, float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    switch (f) {
      case IDENTITY -> System.arraycopy(dy, dyAt, dx, dxAt, n);
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          float v = y[yAt + i];
          dx[dxAt + i] = dy[dyAt + i] * (v * (1 - v));
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          float v = y[yAt + i];
          dx[dxAt + i] = dy[dyAt + i] * (1 - v * v);
        }
      }
      case RELU -> {
        for (int i = 0; i < n; i++) {
          dx[dxAt + i] = y[yAt + i] > 0 ? dy[dyAt + i] : 0f;
        }
      }
      case LEAKY_RELU -> {
        for (int i = 0; i < n; i++) {
          float g = dy[dyAt + i];
          dx[dxAt + i] = y[yAt + i] > 0 ? g : Activation.LEAKY_SLOPE * g;
        }
      }
      case ELU -> eluBackward(y, yAt, dy, dyAt, 1f, 1f, dx, dxAt, n);
      case SELU -> eluBackward(y, yAt, dy, dyAt, SELU_ABOVE, SELU_BELOW, dx, dxAt, n);
      case SOFTMAX -> throw new AssertionError(f);
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
