package dev.polymath.models;

/**
 * One step of a training run, as a listener sees it. Reading it allocates nothing, but for {@link
 * #gradientNorms()}.
 */
public interface TrainingStep {

  /** The step's number in the run, from 1. */
  long number();

  /** The epoch, from 1. */
  int epoch();

  /** The batch in the epoch, from 1. */
  int batch();

  /** The batches of an epoch. */
  int batches();

  /** The training examples of an epoch. */
  int examples();

  /** The training examples seen in this epoch, this step's included. */
  int examplesSeen();

  /** The loss of this step's batch, before its update. */
  double loss();

  /** The mean loss over the examples seen in this epoch. */
  double epochLoss();

  /** The accuracy over the examples seen in this epoch, each judged before its update. */
  double epochAccuracy();

  /** The learning rate of this step. */
  double learningRate();

  /**
   * The Euclidean norm of the loss gradient with respect to each parameter, {@code √Σ g²}, in the
   * order of {@link Network#parameters()}. Copies every gradient out of the backend: not for every
   * step.
   */
  double[] gradientNorms();
}
