package dev.polymath.backend.arrays;

import static dev.polymath.backend.arrays.Lanes.FLOATS;
import static dev.polymath.backend.arrays.Lanes.TYPE;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The cross-entropy of sigmoids on a row. */
final class VectorSigmoidLoss {

  private static final int L = Lanes.COUNT;

  private VectorSigmoidLoss() {}

  /** The gradient {@code scale · (σ(z) − t)} goes to dz, whose padding then holds anything. */
  static double crossEntropy(
      float[] z, int zAt, float[] t, int tAt, float[] dz, int dzAt, int n, float scale) {
    int width = (n + L - 1) / L * L;
    for (int i = 0; i < n; i += L) {
      FloatVector v = TYPE.cast(fromArray(FLOATS, z, zAt + i));
      v = TYPE.cast(v.abs());
      TYPE.cast(v.neg()).intoArray(dz, dzAt + i);
    }
    VectorFunctions.exp(dz, dzAt, 0f, dz, dzAt, width);
    double loss = SigmoidLosses.sum(z, zAt, t, tAt, dz, dzAt, n);
    for (int i = 0; i < n; i += L) {
      FloatVector e = TYPE.cast(fromArray(FLOATS, dz, dzAt + i));
      FloatVector upper = TYPE.cast(fromArray(FLOATS, z, zAt + i));
      upper = TYPE.cast(e.blend(broadcast(FLOATS, 1f), upper.compare(VectorOperators.GT, 0f)));
      upper = TYPE.cast(upper.div(e.add(1f)));
      upper = TYPE.cast(upper.sub(fromArray(FLOATS, t, tAt + i)));
      TYPE.cast(upper.mul(scale)).intoArray(dz, dzAt + i);
    }
    return loss;
  }
}
