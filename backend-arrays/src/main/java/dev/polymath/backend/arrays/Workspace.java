package dev.polymath.backend.arrays;

import dev.polymath.Activation;

/**
 * What one call needs beside its tensors: its jobs and each block's scratch. Calls borrow one, so
 * that none allocates, and no two share one.
 */
final class Workspace {

  final Kernels kernels;
  final FillJob fill;
  final ProductJob product;
  final DenseBackwardJob denseBackward;
  final ElementwiseJob.Activate activate;
  final ElementwiseJob.ActivateBackward activateBackward;
  final ElementwiseJob.Axpby axpby;
  final ElementwiseJob.Multiply multiply;
  final SumOfSquaresJob sumOfSquares;
  final ElementwiseJob.Adam adam;
  final RowsJob.Softmax softmax;
  final RowsJob.SoftmaxBackward softmaxBackward;
  final RowsJob.SoftmaxCrossEntropy softmaxCrossEntropy;
  final RowsJob.SquaredError squaredError;
  final RowsJob.Huber huber;
  final RowsJob.SigmoidCrossEntropy sigmoidCrossEntropy;

  private final ArraysTensor none;
  private final float[][][] scratch;
  private ArraysTensor discarded;

  /**
   * @param none what the jobs' operands are before the first call and once forgotten
   */
  Workspace(Kernels kernels, int threads, ArraysTensor none) {
    this.kernels = kernels;
    this.none = none;
    fill = new FillJob(none);
    product = new ProductJob(this, none);
    denseBackward = new DenseBackwardJob(this, none);
    activate = new ElementwiseJob.Activate(kernels, none);
    activateBackward = new ElementwiseJob.ActivateBackward(kernels, none);
    axpby = new ElementwiseJob.Axpby(kernels, none);
    multiply = new ElementwiseJob.Multiply(kernels, none);
    sumOfSquares = new SumOfSquaresJob(kernels, threads, none);
    adam = new ElementwiseJob.Adam(kernels, none);
    softmax = new RowsJob.Softmax(kernels, none);
    softmaxBackward = new RowsJob.SoftmaxBackward(kernels, none);
    softmaxCrossEntropy = new RowsJob.SoftmaxCrossEntropy(kernels, none);
    squaredError = new RowsJob.SquaredError(kernels, none);
    huber = new RowsJob.Huber(kernels, none);
    sigmoidCrossEntropy = new RowsJob.SigmoidCrossEntropy(kernels, none);
    scratch = new float[threads][][];
    discarded = none;
  }

  /** Lets go of the operands of the last calls, which would stay alive by it. In use by no call. */
  void forget() {
    fill.set(none, null, false);
    product.set(Form.NN, none, none, null, Activation.IDENTITY, none);
    denseBackward.setRows(none, none, none, null, none, none);
    activate.set(none, none, none, none);
    activateBackward.set(none, none, none, none);
    axpby.set(none, none, none, none);
    adam.set(none, none, none, none);
    softmax.set(none, none, none);
    softmaxBackward.set(none, none, none);
    softmaxCrossEntropy.set(none, none, none);
    squaredError.set(none, none, none);
    multiply.set(none, none, none);
    sumOfSquares.set(none);
    huber.set(none, none, none);
    sigmoidCrossEntropy.set(none, none, none);
  }

  /** The scratch of a block: made by the first thread that runs such a block. */
  float[][] scratch(int block) {
    float[][] arrays = scratch[block];
    if (arrays == null) {
      arrays = kernels.newScratch();
      scratch[block] = arrays;
    }
    return arrays;
  }

  /** A matrix for a gradient that nobody wants, at least of this shape's rows. */
  ArraysTensor discarded(ArraysBackend backend, ArraysTensor shape) {
    if (discarded.rows() < shape.rows() || discarded.cols() != shape.cols()) {
      discarded = backend.newTensor(shape.rows(), shape.cols());
    }
    return discarded;
  }
}
