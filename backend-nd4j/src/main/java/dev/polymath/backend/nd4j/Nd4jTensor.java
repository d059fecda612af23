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

  /** ND4J's memory itself; null where ND4J keeps a copy on a device. */
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
    get(0, target, offset, rows() * cols());
  }

  /** Copies n elements out, from number {@code first} on. */
  void get(int first, float[] target, int offset, int n) {
    FloatBuffer host = memory != null ? memory : array.data().asNioFloat();
    host.get(first, target, offset, n);
  }

  /** Overwrites n elements, from number {@code first} on. */
  void put(int first, float[] source, int offset, int n) {
    if (memory != null) {
      memory.put(first, source, offset, n);
      return;
    }
    // Asking for the buffer brings it up to date with the device. ND4J doesn't see the bulk copy:
    // the single element marks the buffer as newer than the device.
    array.data().asNioFloat().put(first, source, offset, n);
    array.data().put(first, source[offset]);
  }
}
