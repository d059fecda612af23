package dev.polymath.models.training;

import dev.polymath.Tensor;
import dev.polymath.models.data.Task;
import dev.polymath.models.metrics.Predictions;
import dev.polymath.models.network.Network;
import java.util.List;

/** Hears of a training run while it runs, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {

  /** An epoch has ended. */
  void epoch(TrainingHistory.Epoch result);

  /**
   * A step has its loss and its gradients; its update comes next.
   *
   * @param step valid during this call only
   */
  default void beforeUpdate(Step step) {}

  /**
   * A step has been taken.
   *
   * @param step valid during this call only: the object is used again for the next step
   */
  default void step(Step step) {}

  /**
   * Whether the run is to end here; asked after every step and every epoch. False unless replaced.
   * An epoch that is broken off is evaluated and reported like any other, over the examples that it
   * saw. The run counts as done: what it keeps is what it would have kept at its end.
   */
  default boolean endsRun() {
    return false;
  }

  /**
   * Whether the run is to be broken off at once, as by somebody who wants their machine back; asked
   * after every step, and every few rows of an evaluation of examples held out. False unless
   * replaced. Nothing is evaluated any more: the run is kept where a {@link Checkpoint} listens,
   * and ends with a {@link TrainingInterruptedException}. Of several members all are broken off,
   * and the threads that train them ask, all of them.
   */
  default boolean interruptsRun() {
    return false;
  }

  /**
   * A member of a model of several has been trained. Called for each, in their order, on the thread
   * that asked for the training; the other methods hear of the first member alone.
   *
   * @param member from 1
   * @param members how many there are
   * @param history of its run
   */
  default void member(int member, int members, TrainingHistory history) {}

  /**
   * The probabilities of a trained classifier have been {@linkplain TrainingOptions#calibrate
   * calibrated}. Called on the thread that asked for the training.
   *
   * @param temperature that the logits were divided by
   * @param before what was said of the examples held out
   * @param after what is said of them now
   */
  default void calibrated(double temperature, Predictions before, Predictions after) {}

  /** The run has failed, and {@code cause} is about to be thrown. */
  default void diverged(TrainingDivergedException cause) {}

  /**
   * One step of a training run, as a listener sees it. Reading it allocates nothing.
   *
   * <p>The tensors are the trainer's own: to be read, never written, and during the call alone.
   */
  interface Step {

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

    /**
     * The accuracy over the examples seen in this epoch, each predicted before its update; NaN of
     * numeric targets.
     */
    double epochAccuracy();

    /**
     * The root mean squared error over the examples seen in this epoch, each predicted before its
     * update, in the unit of {@link TrainingHistory.Epoch#trainRmse()}; NaN of classes.
     */
    double epochRmse();

    /** The learning rate of this step. */
    double learningRate();

    /** How many steps the run has. */
    long steps();

    /** The options of the run. */
    TrainingOptions options();

    /** The network in training. */
    Network network();

    /** Whether the network learns classes or numeric targets. */
    Task task();

    /** The names of the classes or targets, in the order of the network's outputs. */
    List<String> outputNames();

    /** The batch as the first layer gets it: {@code [rows, inputs]}, shifted and scaled. */
    Tensor input();

    /**
     * What each layer of the training pass put out before the update, {@code [rows, outputs]}, in
     * order. With a cross-entropy that is all layers but a final softmax, and the last are logits.
     */
    List<Tensor> outputs();

    /** What the loss compares the last output with: {@code [rows, outputs]}. */
    Tensor targets();

    /**
     * The gradient of the loss with respect to each parameter before the update, in the order of
     * {@link Network#parameters()}. After the update it is as {@link TrainingOptions#clipNorm} left
     * it.
     */
    List<Tensor> gradients();
  }
}
