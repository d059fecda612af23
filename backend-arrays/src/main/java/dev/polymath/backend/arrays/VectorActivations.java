package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.polymath.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The activations on ranges of whole vectors. The derivatives are {@link ScalarActivations}', plain
 * loops which C2 vectorises where it can. As vector code they were compiled without their loads in
 * one JVM of three on JDK 17, and then allocated at each of them.
 */
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

  private static void identity(float[] x, int xAt, float[] y, int yAt, int n) {
    if (x != y || xAt != yAt) {
      System.arraycopy(x, xAt, y, yAt, n);
    }
  }

  private static void relu(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, x, xAt + i));
      TYPE.cast(v.blend(0f, v.compare(VectorOperators.LE, 0f))).intoArray(y, yAt + i);
    }
  }

  private static void leakyRelu(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, x, xAt + i));
      TYPE.cast(v.blend(v.mul(Activation.LEAKY_SLOPE), v.compare(VectorOperators.LT, 0f)))
          .intoArray(y, yAt + i);
    }
  }
}
