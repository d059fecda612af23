package dev.polymath.spark;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/**
 * The parameters that the estimators and their models share, beside those that Spark's own base
 * classes have: {@code featuresCol}, {@code labelCol}, {@code predictionCol} and, of classifiers,
 * {@code rawPredictionCol}, {@code probabilityCol} and {@code thresholds}.
 *
 * <p>Each call makes a parameter anew. Spark compares parameters by their parent and name, so that
 * all of one name are the same to it. Nothing is kept in a field: Spark asks for the parameters
 * before the fields of a subclass are set.
 */
public interface PolymathParams extends Params {

  /** The column with the weights of the rows. */
  default Param<String> weightCol() {
    return new Param<>(
        this, "weightCol", "column with the weights of rows; all weigh 1 if not set");
  }

  /** How often every row is seen. */
  default IntParam maxIter() {
    return new IntParam(
        this, "maxIter", "number of epochs, each of which sees every row", ParamValidators.gtEq(1));
  }

  /** The peak learning rate. */
  default DoubleParam stepSize() {
    return new DoubleParam(this, "stepSize", "peak learning rate (> 0)", ParamValidators.gt(0));
  }

  /** The seed of everything random. */
  default LongParam seed() {
    return new LongParam(this, "seed", "seed of everything random");
  }

  /** By how much the loss has to fall. */
  default DoubleParam tol() {
    return new DoubleParam(
        this,
        "tol",
        "training ends when an epoch lowers the loss (of the validation rows, where there are any)"
            + " by less than this fraction of it; 0 for never",
        ParamValidators.gtEq(0));
  }

  /** The column that says which rows validate. */
  default Param<String> validationIndicatorCol() {
    return new Param<>(
        this,
        "validationIndicatorCol",
        "boolean column: rows where it is true are not trained on but evaluated after each epoch,"
            + " and the parameters of the best epoch are kept");
  }

  /** After how many epochs without a better one training ends. */
  default IntParam patience() {
    return new IntParam(
        this,
        "patience",
        "training ends after so many epochs in a row whose validation loss was not the lowest; 0"
            + " for never; needs validationIndicatorCol",
        ParamValidators.gtEq(0));
  }

  /** What happens to rows with null or NaN. */
  default Param<String> handleInvalid() {
    return new Param<>(
        this,
        "handleInvalid",
        "rows with a null, NaN or infinite number: error (an exception that names column and row),"
            + " skip (such rows are left out) or keep (in training, a feature counts as 0 and a row"
            + " without a label is left out)",
        ParamValidators.inArray(new String[] {"error", "skip", "keep"}));
  }

  /** The widths of the hidden layers. */
  default IntArrayParam hiddenLayers() {
    return new IntArrayParam(
        this, "hiddenLayers", "widths of the hidden layers, first to last; may be empty");
  }

  /** The activation of the hidden layers. */
  default Param<String> activation() {
    return new Param<>(
        this,
        "activation",
        "activation of the hidden layers: relu, leaky-relu, elu, selu, sigmoid, tanh or identity",
        ParamValidators.inArray(
            new String[] {"relu", "leaky-relu", "elu", "selu", "sigmoid", "tanh", "identity"}));
  }

  /** The optimizer. */
  default Param<String> optimizer() {
    return new Param<>(
        this,
        "optimizer",
        "adamw, sgd, momentum, rmsprop or adagrad",
        ParamValidators.inArray(new String[] {"adamw", "sgd", "momentum", "rmsprop", "adagrad"}));
  }

  /** Rows of a step. */
  default IntParam batchSize() {
    return new IntParam(
        this, "batchSize", "rows of one step on one shard", ParamValidators.gtEq(1));
  }

  /** Steps between two exchanges. */
  default IntParam localSteps() {
    return new IntParam(
        this,
        "localSteps",
        "steps that each shard takes by itself before parameters are averaged; 0 for the usual"
            + " number, 500",
        ParamValidators.gtEq(0));
  }

  /** The number of logical shards. */
  default IntParam shards() {
    return new IntParam(
        this,
        "shards",
        "number of logical shards that the rows are dealt to, fewer for few rows; the model depends"
            + " on it, but not on the number of executors or partitions",
        ParamValidators.gtEq(1));
  }

  /** The backend that computes. */
  default Param<String> backend() {
    return new Param<>(this, "backend", "backend that computes, such as arrays-vector");
  }

  /** Where checkpoints are kept. */
  default Param<String> checkpointDir() {
    return new Param<>(
        this,
        "checkpointDir",
        "folder on any Hadoop file system where the state of a training is kept; a training of the"
            + " same data and parameters goes on from it; none if not set");
  }

  /** Whether features are standardised. */
  default BooleanParam standardization() {
    return new BooleanParam(
        this, "standardization", "whether features are brought to mean 0 and deviation 1");
  }

  /** The optimizer's decay of the weights. */
  default DoubleParam weightDecay() {
    return new DoubleParam(
        this, "weightDecay", "weight decay of the optimizer adamw", ParamValidators.gtEq(0));
  }
}
