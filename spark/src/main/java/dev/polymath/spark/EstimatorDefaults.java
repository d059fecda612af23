package dev.polymath.spark;

/** What an estimator does unless it is told otherwise. */
final class EstimatorDefaults {

  private EstimatorDefaults() {}

  static void set(PolymathParams estimator) {
    estimator.setDefault(estimator.maxIter(), 20);
    estimator.setDefault(estimator.stepSize(), 0.003);
    estimator.setDefault(estimator.seed(), 1L);
    estimator.setDefault(estimator.tol(), 0.0);
    estimator.setDefault(estimator.patience(), 0);
    estimator.setDefault(estimator.handleInvalid(), "error");
    estimator.setDefault(estimator.hiddenLayers(), new int[] {128, 64});
    estimator.setDefault(estimator.activation(), "relu");
    estimator.setDefault(estimator.optimizer(), "adamw");
    estimator.setDefault(estimator.weightDecay(), 0.1);
    estimator.setDefault(estimator.batchSize(), 32);
    estimator.setDefault(estimator.localSteps(), 0);
    estimator.setDefault(estimator.shards(), 4);
    estimator.setDefault(estimator.standardization(), true);
  }
}
