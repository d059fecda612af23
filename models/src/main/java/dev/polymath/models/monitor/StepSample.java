package dev.polymath.models.monitor;

import java.util.List;

/**
 * What a network looked like in one step of its training.
 *
 * @param step the step's number in the run, from 1
 * @param epoch from 1
 * @param loss mean over the steps since the sample before
 * @param accuracy of the batch, before the update; of labels the fraction of labels told right; NaN
 *     of numeric targets
 * @param confidentlyWrong the part of the batch that got a probability above 0.99 for a wrong
 *     class; NaN of labels, and where the output is no probability
 * @param learningRate of the step
 * @param layers those of the training pass, in order
 * @param explained of numeric targets, the part of the batch's squares Σ t² about the mean of the
 *     training examples that the outputs explain before the update: 1 − Σ (t − y)² / Σ t². 1 is
 *     perfect, 0 no better than always saying the mean; NaN of others
 */
public record StepSample(
    long step,
    int epoch,
    double loss,
    double accuracy,
    double confidentlyWrong,
    double learningRate,
    List<LayerSample> layers,
    double explained) {

  public StepSample {
    layers = List.copyOf(layers);
  }

  /**
   * One layer in one step. A norm is Euclidean, over all elements: {@code √Σ v²}. What a layer does
   * not have is NaN: a layer without parameters has no norms, one without a bounded activation
   * saturates nothing.
   *
   * @param layer the layer's place in the network, from 1
   * @param gradientNorm of the loss gradient with respect to the weight
   * @param weightNorm of the weight before the update
   * @param updateRatio the norm of the update, weight decay included, over {@code weightNorm}
   * @param saturated the part of the activations whose derivative is below {@value
   *     #SATURATED_PERCENT} % of its largest: of sigmoids outside (0.01, 0.99), of tanhs outside
   *     (−0.98, 0.98), of softmax the rows whose largest probability is above 0.99
   * @param dead the part of the ReLU units that put out 0 for each of the last {@value
   *     #DEAD_EXAMPLES} examples sampled, or more; NaN before there are so many
   * @param mean of the activations
   * @param deviation of the activations
   */
  public record LayerSample(
      int layer,
      double gradientNorm,
      double weightNorm,
      double updateRatio,
      double saturated,
      double dead,
      double mean,
      double deviation) {

    /** A unit that fires for 2 % of the examples is silent this long one time in 177. */
    static final int DEAD_EXAMPLES = 256;

    /** The derivative y(1 − y) of a sigmoid at 0.99, in percent of its 0.25 at 0.5. */
    static final int SATURATED_PERCENT = 4;
  }
}
