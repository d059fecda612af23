package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.polymath.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The activations and their derivatives on ranges of whole vectors. */
final class VectorActivations {

  private static final int L = Lanes.COUNT;

  private static final float SELU_ABOVE = ScalarActivations.SELU_ABOVE;
  private static final float SELU_BELOW = ScalarActivations.SELU_BELOW;

  private VectorActivations() {}

  static void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n) {
    switch (f) {
      case IDENTITY -> identity(x, xAt, y, yAt, n);
      case SIGMOID -> VectorFunctions.sigmoid(x, xAt, y, yAt, n);
      case TANH -> VectorFunctions.tanh(x, xAt, y, yAt, n);
      case RELU -> relu(x, xAt, y, yAt, n);
      case LEAKY_RELU -> leakyRelu(x, xAt, y, yAt, n);
      case ELU -> VectorFunctions.elu(x, xAt, 1f, 1f, y, yAt, n);
      case SELU -> VectorFunctions.elu(x, xAt, SELU_ABOVE, SELU_BELOW, y, yAt, n);
      case SOFTMAX -> throw new AssertionError(f);
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
      case ELU -> ScalarActivations.eluBackward(y, yAt, dy, dyAt, 1f, 1f, dx, dxAt, n);
      case SELU ->
          ScalarActivations.eluBackward(y, yAt, dy, dyAt, SELU_ABOVE, SELU_BELOW, dx, dxAt, n);
      case SOFTMAX -> throw new AssertionError(f);
    }
  }

  private static void identity(float[] x, int xAt, float[] y, int yAt, int n) {
    if (x != y || xAt != yAt) {
      System.arraycopy(x, xAt, y, yAt, n);
    }
  }

  private static void relu(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = fromArray(FLOATS, x, xAt + i);
      v.blend(0f, v.compare(VectorOperators.LT, 0f)).intoArray(y, yAt + i);
    }
  }

  private static void leakyRelu(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = fromArray(FLOATS, x, xAt + i);
      v.blend(v.mul(Activation.LEAKY_SLOPE), v.compare(VectorOperators.LT, 0f))
          .intoArray(y, yAt + i);
    }
  }

  // The derivatives are plain loops, which C2 vectorises where it can. As vector code they were
  // compiled without their loads in one JVM of three on JDK 17, and then allocated at each of them.

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
      dx[dxAt + i] = dy[dyAt + i] * Math.fma(-v, v, 1f);
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
}
