package dev.polymath.conformance;

/** Stored column by column behind write and read: a parameter in an order of its own. */
final class TransposedTensor extends ReferenceTensor {

  TransposedTensor(ReferenceBackend backend, int rows, int cols) {
    super(backend, rows, cols);
  }

  /** A session whose parameters are such, and whose kernels know nothing of it. */
  static ReferenceBackend session() {
    return new ReferenceBackend() {
      @Override
      protected ReferenceTensor newParameter(int rows, int cols) {
        return new TransposedTensor(this, rows, cols);
      }
    };
  }

  private int index(int element) {
    return element % cols() * rows() + element / cols();
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    for (int i = 0; i < size(); i++) {
      data[index(i)] = source[offset + i];
    }
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    for (int i = 0; i < size(); i++) {
      target[offset + i] = data[index(i)];
    }
  }
}
