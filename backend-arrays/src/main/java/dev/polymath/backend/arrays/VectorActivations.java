package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import dev.polymath.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The activations and their derivatives on ranges of whole vectors. */
final class VectorActivations {

  private static final int L = Lanes.COUNT;

  private VectorActivations() {}

  static void activate(Activation f, float[] x, int xAt, float[] y, int yAt, int n) {
    switch (f) {
      case IDENTITY -> identity(x, xAt, y, yAt, n);
      case SIGMOID -> VectorFunctions.sigmoid(x, xAt, y, yAt, n);
      case TANH -> VectorFunctions.tanh(x, xAt, y, yAt, n);
      case RELU -> relu(x, xAt, y, yAt, n);
      case LEAKY_RELU -> leakyRelu(x, xAt, y, yAt, n);
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

  private static void sigmoidBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    FloatVector one = broadcast(FLOATS, 1f);
    for (int i = 0; i < n; i += L) {
      FloatVector v = fromArray(FLOATS, y, yAt + i);
      fromArray(FLOATS, dy, dyAt + i).mul(v.mul(one.sub(v))).intoArray(dx, dxAt + i);
    }
  }

  private static void tanhBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    FloatVector one = broadcast(FLOATS, 1f);
    for (int i = 0; i < n; i += L) {
      FloatVector v = fromArray(FLOATS, y, yAt + i);
      fromArray(FLOATS, dy, dyAt + i).mul(v.neg().fma(v, one)).intoArray(dx, dxAt + i);
    }
  }

  private static void reluBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    FloatVector zero = zero(FLOATS);
    for (int i = 0; i < n; i += L) {
      zero.blend(
              fromArray(FLOATS, dy, dyAt + i),
              fromArray(FLOATS, y, yAt + i).compare(VectorOperators.GT, 0f))
          .intoArray(dx, dxAt + i);
    }
  }

  private static void leakyReluBackward(
      float[] y, int yAt, float[] dy, int dyAt, float[] dx, int dxAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = fromArray(FLOATS, dy, dyAt + i);
      v.mul(Activation.LEAKY_SLOPE)
          .blend(v, fromArray(FLOATS, y, yAt + i).compare(VectorOperators.GT, 0f))
          .intoArray(dx, dxAt + i);
    }
  }
}
