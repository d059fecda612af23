package dev.polymath.models;

/**
 * Checks of what a prediction is given.
 *
 * @param inputs features of an example
 * @param outputs of the network
 */
record ArgumentChecks(int inputs, int outputs) {

  /** Requires {@code [rows, inputs]} finite features. */
  void features(String operation, float[] features, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException(operation + ": rows: expected at least 1, found " + rows);
    }
    if (features.length != (long) rows * inputs) {
      throw new IllegalArgumentException(
          operation
              + ": features: expected "
              + rows
              + " x "
              + inputs
              + " values, found "
              + features.length);
    }
    int i = firstNotFinite(features);
    if (i >= 0) {
      throw new IllegalArgumentException(
          operation + ": feature " + i + " is " + features[i] + ", expected a finite number");
    }
  }

  /** −1 if there is none. Sums of eight are tested first: half the time of a test for each. */
  private static int firstNotFinite(float[] x) {
    int i = 0;
    for (; i < x.length - 7; i += 8) {
      float sum =
          x[i] + x[i + 1] + (x[i + 2] + x[i + 3]) + (x[i + 4] + x[i + 5] + (x[i + 6] + x[i + 7]));
      if (!Float.isFinite(sum)) {
        break;
      }
    }
    // A sum of finite numbers may overflow: one by one from here on.
    for (; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        return i;
      }
    }
    return -1;
  }

  /** Requires room for {@code [rows, outputs]}. */
  void target(String operation, float[] target, int rows) {
    room(operation, target.length, rows);
  }

  /** The same for a target of any kind. */
  void room(String operation, int length, int rows) {
    if (length < (long) rows * outputs) {
      throw new IllegalArgumentException(
          operation
              + ": target: expected at least "
              + rows
              + " x "
              + outputs
              + " elements, found "
              + length);
    }
  }
}
