package dev.polymath.conformance;

import dev.polymath.Activation;
import dev.polymath.Loss;
import dev.polymath.conformance.TrainingSet.Recipe;

/** The training of {@link TrainingSet} in double. */
final class OracleTraining {

  private final Recipe recipe;
  private final int layers = TrainingSet.ACTIVATIONS.length;

  /** Weight and bias of each layer in turn. */
  private final Matrix[] parameters = new Matrix[2 * layers];

  private final Matrix[] m = new Matrix[2 * layers];
  private final Matrix[] v = new Matrix[2 * layers];

  OracleTraining(Recipe recipe) {
    this.recipe = recipe;
    for (int layer = 0; layer < layers; layer++) {
      parameters[2 * layer] = TrainingSet.weight(layer);
      parameters[2 * layer + 1] = Matrix.zeros(1, TrainingSet.WIDTHS[layer + 1]);
    }
    for (int i = 0; i < parameters.length; i++) {
      m[i] = Matrix.zeros(parameters[i].rows(), parameters[i].cols());
      v[i] = m[i];
    }
  }

  /** The outputs of the layers, the input first. */
  private Matrix[] forward(Matrix x) {
    Matrix[] outputs = new Matrix[layers + 1];
    outputs[0] = x;
    for (int layer = 0; layer < layers; layer++) {
      outputs[layer + 1] =
          Oracle.dense(
                  TrainingSet.ACTIVATIONS[layer],
                  outputs[layer],
                  parameters[2 * layer],
                  parameters[2 * layer + 1])
              .value();
    }
    return outputs;
  }

  /** Trains on one batch; the loss before the update. */
  double step(int step) {
    int batch = step % TrainingSet.BATCHES;
    int from = TrainingSet.firstRow(batch);
    int to = from + TrainingSet.rows(batch);
    Matrix[] outputs = forward(TrainingSet.INPUTS.rows(from, to));
    Matrix target = TrainingSet.TARGETS.rows(from, to);
    Matrix logits = outputs[layers];
    double loss;
    Matrix dy;
    if (recipe.input == Loss.Input.LOGITS) {
      Oracle.LossAndGradient result = Oracle.softmaxCrossEntropy(logits, target);
      loss = result.value();
      dy = result.gradient().value();
    } else {
      Matrix p = Oracle.activate(Activation.SOFTMAX, logits).value();
      Oracle.LossAndGradient result = Oracle.squaredError(p, target);
      loss = result.value();
      dy = Oracle.activateBackward(Activation.SOFTMAX, p, result.gradient().value()).value();
    }
    Matrix[] gradients = new Matrix[parameters.length];
    for (int layer = layers - 1; layer >= 0; layer--) {
      Oracle.DenseGradients result =
          Oracle.denseBackward(
              TrainingSet.ACTIVATIONS[layer],
              outputs[layer],
              parameters[2 * layer],
              outputs[layer + 1],
              dy);
      gradients[2 * layer] = result.dw().value();
      gradients[2 * layer + 1] = result.db().value();
      dy = result.dx().value();
    }
    update(gradients, step + 1);
    return loss;
  }

  private void update(Matrix[] gradients, int step) {
    for (int i = 0; i < parameters.length; i++) {
      if (recipe.adam) {
        Oracle.AdamStep result =
            Oracle.adam(
                gradients[i],
                m[i],
                v[i],
                parameters[i],
                TrainingSet.BETA1,
                TrainingSet.BETA2,
                TrainingSet.adamRate(recipe, step),
                TrainingSet.adamEpsilon(step),
                TrainingSet.DECAY);
        m[i] = result.m().value();
        v[i] = result.v().value();
        parameters[i] = result.value().value();
      } else {
        parameters[i] = Oracle.axpby(-recipe.rate, gradients[i], 1, parameters[i]).value();
      }
    }
  }

  double accuracy() {
    return TrainingSet.accuracy(forward(TrainingSet.INPUTS)[layers].floats());
  }
}
