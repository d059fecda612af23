package dev.polymath.models.monitor;

import java.util.List;

/**
 * What a network looked like in one step of its training.
 *
 * @param step the step's number in the run, from 1
 * @param epoch from 1
 * @param loss mean over the steps since the sample before
 * @param accuracy of the batch, before the update
 * @param confidentlyWrong the part of the batch that got a probability above 0.99 for a wrong
 *     class; NaN where the output is no probability
 * @param learningRate of the step
 * @param layers those of the training pass, in order
 */
public record StepSample(
    long step,
    int epoch,
    double loss,
    double accuracy,
    double confidentlyWrong,
    double learningRate,
    List<LayerSample> layers) {

  public StepSample {
    layers = List.copyOf(layers);
  }
}
