package dev.polymath.models.training;

/**
 * What one epoch of training gave.
 *
 * @param epoch from 1
 * @param epochs of the whole run
 * @param loss mean over the training examples, each taken before its step
 * @param trainAccuracy fraction of the training examples that were classified right in the same
 *     passes
 * @param validationLoss after the epoch, mean over the examples held out, with labels smoothed as
 *     in training; NaN where none are
 * @param validationAccuracy after the epoch, on the examples held out; NaN where none are
 * @param samplesPerSecond training examples per second, without the time of validation
 * @param seconds of the epoch, without the time of validation
 * @param learningRate of the epoch's last step
 */
public record EpochResult(
    int epoch,
    int epochs,
    double loss,
    double trainAccuracy,
    double validationLoss,
    double validationAccuracy,
    double samplesPerSecond,
    double seconds,
    double learningRate) {}
