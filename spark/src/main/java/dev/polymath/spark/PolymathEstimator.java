package dev.polymath.spark;

/**
 * What the parameters of an estimator are set by.
 *
 * @param <E> the estimator
 */
public interface PolymathEstimator<E extends PolymathEstimator<E>> extends PolymathParams {

  /** This estimator, as what it is. */
  E self();

  /** Sets {@link #weightCol()}. */
  default E setWeightCol(String column) {
    set(weightCol(), column);
    return self();
  }

  /** Sets {@link #maxIter()}. */
  default E setMaxIter(int epochs) {
    set(maxIter(), epochs);
    return self();
  }

  /** Sets {@link #stepSize()}. */
  default E setStepSize(double rate) {
    set(stepSize(), rate);
    return self();
  }

  /** Sets {@link #seed()}. */
  default E setSeed(long seed) {
    set(seed(), seed);
    return self();
  }

  /** Sets {@link #tol()}. */
  default E setTol(double tol) {
    set(tol(), tol);
    return self();
  }

  /** Sets {@link #validationIndicatorCol()}. */
  default E setValidationIndicatorCol(String column) {
    set(validationIndicatorCol(), column);
    return self();
  }

  /** Sets {@link #patience()}. */
  default E setPatience(int epochs) {
    set(patience(), epochs);
    return self();
  }

  /** Sets {@link #handleInvalid()}. */
  default E setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return self();
  }

  /** Sets {@link #hiddenLayers()}. */
  default E setHiddenLayers(int... widths) {
    set(hiddenLayers(), widths);
    return self();
  }

  /** Sets {@link #activation()}. */
  default E setActivation(String name) {
    set(activation(), name);
    return self();
  }

  /** Sets {@link #optimizer()}. */
  default E setOptimizer(String name) {
    set(optimizer(), name);
    return self();
  }

  /** Sets {@link #weightDecay()}. */
  default E setWeightDecay(double decay) {
    set(weightDecay(), decay);
    return self();
  }

  /** Sets {@link #batchSize()}. */
  default E setBatchSize(int rows) {
    set(batchSize(), rows);
    return self();
  }

  /** Sets {@link #localSteps()}. */
  default E setLocalSteps(int steps) {
    set(localSteps(), steps);
    return self();
  }

  /** Sets {@link #shards()}. */
  default E setShards(int shards) {
    set(shards(), shards);
    return self();
  }

  /** Sets {@link #standardization()}. */
  default E setStandardization(boolean standardize) {
    set(standardization(), standardize);
    return self();
  }

  /** Sets {@link #backend()}. */
  default E setBackend(String name) {
    set(backend(), name);
    return self();
  }

  /** Sets {@link #checkpointDir()}. */
  default E setCheckpointDir(String folder) {
    set(checkpointDir(), folder);
    return self();
  }
}
