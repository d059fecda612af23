package dev.polymath.conformance;

import dev.polymath.RowSource;
import dev.polymath.spi.AbstractTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Faults in allocation, write and read, views. */
final class TensorMutants {

  private static final String GROUP = "Tensors";

  private TensorMutants() {}

  /** A session whose tensors have a fault. */
  private abstract static class Faulty extends ReferenceBackend {
    abstract ReferenceTensor faulty(int rows, int cols);

    @Override
    protected ReferenceTensor newTensor(int rows, int cols) {
      return faulty(rows, cols);
    }
  }

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "allocation not cleared",
            "allocate: a new matrix of zeros",
            GROUP,
            "allocate [",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    ReferenceTensor tensor = super.newTensor(rows, cols);
                    tensor.data[tensor.size() - 1] = Float.MIN_VALUE;
                    return tensor;
                  }
                }),
        Mutant.of(
            "allocateLike copies the content",
            "allocateLike: its content is not used",
            GROUP,
            "allocateLike of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensorLike(ReferenceTensor tensor) {
                    ReferenceTensor like = super.newTensorLike(tensor);
                    System.arraycopy(tensor.data, 0, like.data, 0, like.size());
                    return like;
                  }
                }),
        Mutant.of(
            "allocateLike shares the storage",
            "allocateLike: a new matrix",
            GROUP,
            "allocateLike of",
            () ->
                new ReferenceBackend() {
                  @Override
                  protected ReferenceTensor newTensorLike(ReferenceTensor tensor) {
                    Arrays.fill(tensor.data, 0);
                    return tensor;
                  }
                }),
        Mutant.of(
            "column-major",
            "Tensor: element (i, j) is number i · cols + j of write and read",
            GROUP,
            "row 0 of [5, 7]",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new TransposedTensor(this, rows, cols);
                  }
                }),
        Mutant.of(
            "write offset ignored",
            "write: offset is where element (0, 0) stands in source",
            GROUP,
            "write at 11",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected void writeKernel(float[] source, int offset) {
                        super.writeKernel(source, 0);
                      }
                    };
                  }
                }),
        Mutant.of(
            "read offset ignored",
            "read: offset is where element (0, 0) goes in target",
            GROUP,
            "read at 17",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected void readKernel(float[] target, int offset) {
                        super.readKernel(target, 0);
                      }
                    };
                  }
                }),
        Mutant.of(
            "read writes behind its range",
            "read: copies rows · cols elements out",
            GROUP,
            "read at 17",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected void readKernel(float[] target, int offset) {
                        super.readKernel(target, offset);
                        Arrays.fill(target, offset + size(), target.length, 0);
                      }
                    };
                  }
                }),
        Mutant.of(
            "last element not written",
            "write: overwrites all rows · cols elements",
            GROUP,
            "write and read",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected void writeKernel(float[] source, int offset) {
                        System.arraycopy(source, offset, data, 0, size() - 1);
                      }
                    };
                  }
                }),
        Mutant.of(
            "subnormals flushed by write",
            "Tensor: a float32 matrix",
            GROUP,
            "write and read",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected void writeKernel(float[] source, int offset) {
                        for (int i = 0; i < size(); i++) {
                          float v = source[offset + i];
                          data[i] = Math.abs(v) < Float.MIN_NORMAL ? 0 : v;
                        }
                      }
                    };
                  }
                }),
        Mutant.of(
            "fill leaves out the last row",
            "fill: overwrites all elements with the rows of a source",
            GROUP,
            "fill [",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected void fillKernel(RowSource source) {
                        source.write(0, rows() - 1, data, 0, cols());
                      }
                    };
                  }
                }),
        Mutant.of(
            "write keeps the array",
            "write: source is read, once",
            GROUP,
            "the source changed after write",
            KeepsTheArray::new),
        Mutant.of(
            "tensors share a storage",
            "Tensor: a matrix; writing one changes no other but its views",
            GROUP,
            "writing twenty tensors",
            () ->
                new ReferenceBackend() {
                  private final Map<String, ReferenceTensor> free = new HashMap<>();

                  @Override
                  protected ReferenceTensor newTensor(int rows, int cols) {
                    // Recycled too early: while it is still in use.
                    ReferenceTensor tensor =
                        free.computeIfAbsent(
                            rows + "x" + cols, shape -> super.newTensor(rows, cols));
                    Arrays.fill(tensor.data, 0);
                    return tensor;
                  }
                }),
        Mutant.of(
            "view that copies",
            "firstRows: on the same storage, writing one changes the other",
            GROUP,
            "firstRows(7) of [12, 33]",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected AbstractTensor firstRowsKernel(int rows) {
                        return new ReferenceTensor(this, rows, data.clone());
                      }
                    };
                  }
                }),
        Mutant.of(
            "view of a view that copies",
            "firstRows: a view of a view is one of the same storage",
            GROUP,
            "firstRows(12).firstRows(7)",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected AbstractTensor firstRowsKernel(int rows) {
                        return new ReferenceTensor(this, rows, data) {
                          @Override
                          protected AbstractTensor firstRowsKernel(int rows) {
                            return new ReferenceTensor(this, rows, data.clone());
                          }
                        };
                      }
                    };
                  }
                }),
        Mutant.of(
            "writing a view clears the rows behind it",
            "firstRows: a view of the first rows, and of no other",
            GROUP,
            "the rows behind",
            () ->
                new Faulty() {
                  @Override
                  ReferenceTensor faulty(int rows, int cols) {
                    return new ReferenceTensor(this, rows, cols) {
                      @Override
                      protected AbstractTensor firstRowsKernel(int rows) {
                        return new ReferenceTensor(this, rows, data) {
                          @Override
                          protected void writeKernel(float[] source, int offset) {
                            Arrays.fill(data, 0);
                            super.writeKernel(source, offset);
                          }
                        };
                      }
                    };
                  }
                }));
  }

  /** Reads from the array that was written, as long as it is the tensor's own size. */
  private static final class KeepsTheArray extends Faulty {
    @Override
    ReferenceTensor faulty(int rows, int cols) {
      return new ReferenceTensor(this, rows, cols) {
        private float[] kept = {};

        @Override
        protected void writeKernel(float[] source, int offset) {
          super.writeKernel(source, offset);
          kept = source.length == size() ? source : kept;
        }

        @Override
        protected void readKernel(float[] target, int offset) {
          if (kept.length > 0) {
            System.arraycopy(kept, 0, data, 0, size());
          }
          super.readKernel(target, offset);
        }
      };
    }
  }
}
