package dev.polymath.models.training;

import java.util.ArrayList;
import java.util.List;

/** The epochs of a run that have ended, and how they are kept in a {@link RunState}. */
final class PastEpochs {

  private static final int FIELDS = 10;

  private final List<TrainingHistory.Epoch> epochs = new ArrayList<>();

  void add(TrainingHistory.Epoch epoch) {
    epochs.add(epoch);
  }

  /** In order. */
  List<TrainingHistory.Epoch> list() {
    return epochs;
  }

  /** In order; NaN where nothing was held out. */
  double[] validationLosses() {
    return epochs.stream().mapToDouble(TrainingHistory.Epoch::validationLoss).toArray();
  }

  void save(RunState state) {
    state.put("epochs", epochs.size());
    for (int i = 0; i < epochs.size(); i++) {
      TrainingHistory.Epoch e = epochs.get(i);
      state.put(
          "epoch." + i,
          e.epoch()
              + " "
              + e.loss()
              + " "
              + e.trainAccuracy()
              + " "
              + e.validationLoss()
              + " "
              + e.validationAccuracy()
              + " "
              + e.samplesPerSecond()
              + " "
              + e.seconds()
              + " "
              + e.learningRate()
              + " "
              + e.trainRmse()
              + " "
              + e.validationRmse());
    }
  }

  /**
   * @param total epochs of the whole run, which may be more than when it was kept
   */
  void restore(RunState state, int total) {
    epochs.clear();
    int count = state.small("epochs");
    for (int i = 0; i < count; i++) {
      String[] fields = state.string("epoch." + i).split(" ", -1);
      if (fields.length != FIELDS) {
        throw new IllegalArgumentException(
            "epoch " + i + ": expected " + FIELDS + " numbers, found " + fields.length);
      }
      double[] n = new double[FIELDS];
      for (int f = 1; f < FIELDS; f++) {
        n[f] = Double.parseDouble(fields[f]);
      }
      epochs.add(
          new TrainingHistory.Epoch(
              Integer.parseInt(fields[0]),
              total,
              n[1],
              n[2],
              n[3],
              n[4],
              n[5],
              n[6],
              n[7],
              n[8],
              n[9]));
    }
  }
}
