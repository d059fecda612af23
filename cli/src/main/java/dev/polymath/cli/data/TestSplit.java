package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.Provenance;
import java.io.IOException;

/**
 * Which examples are kept for the test where the data do not say.
 *
 * @param fraction of each class, between 0 and 1
 * @param seed of the choice
 */
record TestSplit(double fraction, long seed) {

  /** Whatever the seed of a run: all runs are evaluated on the same examples. */
  static final long SEED = 1;

  static final double FRACTION = 0.2;

  TrainTest of(String name, DataSet examples) throws IOException {
    try {
      return TrainTest.split(examples, fraction, seed);
    } catch (IllegalArgumentException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    }
  }

  /** Whether a model was trained on just those examples that this split does not keep. */
  boolean leftOut(DataSet examples, Provenance provenance) {
    try {
      String kept = TrainTest.split(examples, fraction, seed).train().fingerprint();
      return kept.equals(provenance.dataSetFingerprint());
    } catch (IllegalArgumentException e) {
      // Too few to have been split for a training.
      return false;
    }
  }
}
