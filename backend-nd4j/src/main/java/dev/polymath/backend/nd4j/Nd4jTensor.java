package dev.polymath.backend.nd4j;

import dev.polymath.spi.AbstractTensor;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A row-major {@code INDArray} in native memory, which the session frees. */
final class Nd4jTensor extends AbstractTensor {

  final INDArray array;

  /** ND4J's memory itself; null where the engine keeps a copy on a device. */
  private final @Nullable FloatBuffer memory;

  /**
   * The first rows of the storage as arrays of its own data, by their number. Each is made once:
   * ND4J leaves the description of its shape, in native memory, to the garbage collector.
   */
  private final Map<Integer, INDArray> views;

  Nd4jTensor(Nd4jBackend backend, INDArray array, boolean inHostMemory) {
    super(backend, array.rows(), array.columns());
    this.array = array;
    this.memory = inHostMemory ? array.data().asNioFloat() : null;
    this.views = new ConcurrentHashMap<>();
  }

  private Nd4jTensor(Nd4jTensor parent, int rows) {
    super(parent, rows);
    this.array = parent.views.computeIfAbsent(rows, parent::view);
    this.memory = parent.memory;
    this.views = parent.views;
  }

  private INDArray view(int rows) {
    long[] shape = {rows, cols()};
    return Nd4j.create(array.data(), shape, new long[] {cols(), 1}, 0, 'c');
  }

  @Override
  protected Nd4jTensor firstRowsKernel(int rows) {
    return new Nd4jTensor(this, rows);
  }

  @Override
  protected void writeKernel(float[] source, int offset) {
    put(0, source, offset, rows() * cols());
  }

  @Override
  protected void readKernel(float[] target, int offset) {
    host().get(0, target, offset, rows() * cols());
  }

  /** Copies the elements from number {@code first} on into the beginning of {@code target}. */
  void get(int first, float[] target, int count) {
    host().get(first, target, 0, count);
  }

  /** Copies the beginning of {@code source} to the elements from number {@code first} on. */
  void put(int first, float[] source, int count) {
    put(first, source, 0, count);
  }

  private void put(int first, float[] source, int from, int count) {
    FloatBuffer host = host();
    host.put(first, source, from, count);
    if (memory == null) {
      // A bulk copy goes unnoticed; this one element marks the host's copy as the newer one.
      array.data().put(first, source[from]);
    }
  }

  /** Asking ND4J each time brings the host's copy up to date. */
  private FloatBuffer host() {
    return memory != null ? memory : array.data().asNioFloat();
  }
}
