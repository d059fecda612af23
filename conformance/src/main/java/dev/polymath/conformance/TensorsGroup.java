package dev.polymath.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.polymath.Activation;
import dev.polymath.Tensor;
import dev.polymath.conformance.Samples.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Allocation, write and read, views. */
abstract class TensorsGroup extends Group {

  TensorsGroup(BackendConformance kit) {
    super(kit);
  }

  private static void checkZeros(String what, Tensor tensor, int rows, int cols) {
    assertEquals(rows, tensor.rows(), what + ": rows()");
    assertEquals(cols, tensor.cols(), what + ": cols()");
    Expected.exactly(Matrix.zeros(rows, cols)).check(what, read(tensor));
  }

  @Test
  @DisplayName("allocate gives zeros of the asked shape, in 43 shapes")
  void allocate() {
    for (Shape shape : Samples.shapes()) {
      String what = "allocate [" + shape.rows() + ", " + shape.cols() + "]";
      checkZeros(what, backend.allocate(shape.rows(), shape.cols()), shape.rows(), shape.cols());
    }
  }

  @Test
  @DisplayName("allocateLike gives zeros of the same shape, whatever the tensor holds and is")
  void allocateLike() {
    for (Storage storage : Storage.values()) {
      for (Shape shape : Samples.shapes()) {
        Matrix content = Samples.uniform(shape.rows(), shape.cols(), 1);
        Tensor model = input("the tensor", content, storage);
        Tensor like = backend.allocateLike(model);
        String what = "allocateLike of " + content + " (" + storage + ")";
        checkZeros(what, like, shape.rows(), shape.cols());
        like.write(Samples.uniform(shape.rows(), shape.cols(), 2).floats(), 0);
        checkInputs(what + ", then written");
      }
    }
  }

  @Test
  @DisplayName("read gives back the bits that were written, in every storage and 43 shapes")
  void roundTrip() {
    float[] special = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -0x1p-140f,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      0.1f
    };
    for (Storage storage : Storage.values()) {
      for (Shape shape : Samples.shapes()) {
        Matrix content = Samples.generate(shape.rows(), shape.cols(), i -> special[(int) i % 11]);
        Tensor tensor = tensor(content, storage);
        checkBits(
            "write and read " + content + " (" + storage + ")", content.floats(), read(tensor));
      }
    }
  }

  @Test
  @DisplayName("element (i, j) is number i · cols + j: a product picks what was written there")
  void rowMajor() {
    for (Shape shape : new Shape[] {new Shape(5, 7), new Shape(33, 131)}) {
      Matrix content = Samples.uniform(shape.rows(), shape.cols(), 3);
      for (Storage storage : Storage.values()) {
        Tensor tensor = tensor(content, storage);
        for (int i = 0; i < shape.rows(); i++) {
          int row = i;
          Matrix pick = Samples.generate(1, shape.rows(), j -> j == row ? 1 : 0);
          Tensor out = output(1, shape.cols());
          backend.matmul(tensor(pick), tensor, out);
          Expected.exactly(content.rows(i, i + 1))
              .check("row " + i + " of " + content + " (" + storage + ")", read(out));
        }
      }
    }
  }

  @Test
  @DisplayName("write and read start at their offset and touch nothing else of the array")
  void offsets() {
    for (Storage storage : Storage.values()) {
      float[] source = Samples.uniform(1, 60, 4).floats();
      float[] before = source.clone();
      Tensor tensor = storage.blank(backend, 5, 7);
      tensor.write(source, 11);
      checkBits("write (" + storage + "): its source", before, source);
      float[] target = new float[60];
      Arrays.fill(target, 42);
      tensor.read(target, 17);
      float[] expected = new float[60];
      Arrays.fill(expected, 42);
      System.arraycopy(source, 11, expected, 17, 35);
      checkBits("write at 11, read at 17 (" + storage + "): the target", expected, target);
    }
  }

  @Test
  @DisplayName("fill takes each row from where the source puts it, in every storage and 43 shapes")
  void fill() {
    for (Storage storage : Storage.values()) {
      for (Shape shape : Samples.shapes()) {
        Matrix content = Samples.uniform(shape.rows(), shape.cols(), 10);
        float[] values = content.floats();
        Tensor tensor = storage.blank(backend, shape.rows(), shape.cols());
        tensor.fill(
            (from, to, target, at, step) -> {
              for (int i = from; i < to; i++) {
                int place = at + (i - from) * step;
                System.arraycopy(values, i * shape.cols(), target, place, shape.cols());
              }
            });
        checkBits("fill " + content + " (" + storage + ")", values, read(tensor));
      }
    }
  }

  @Test
  @DisplayName("what is written or computed after fill counts, and a filled view is of the whole")
  void afterFill() {
    Matrix filled = Samples.uniform(64, 300, 11);
    Matrix later = Samples.uniform(40, 300, 12);
    float[] rest = filled.floats();
    float[] head = later.floats();
    for (Storage storage : Storage.values()) {
      Tensor whole = storage.blank(backend, 64, 300);
      String what = " (" + storage + ")";
      for (int way = 0; way < 3; way++) {
        fill(whole, filled);
        checkSums("fill" + what, filled, whole);
        Tensor view = whole.firstRows(40);
        switch (way) {
          case 0 -> view.write(later.floats(), 0);
          case 1 -> backend.activate(Activation.IDENTITY, tensor(later), view);
          default -> fill(view, later);
        }
        checkSums("fill, then the first rows changed, way " + way + what, later, view);
        Matrix mixed = Samples.generate(64, 300, i -> (i < 40 * 300 ? head : rest)[(int) i]);
        checkSums("fill, then the first rows changed: the whole, way " + way + what, mixed, whole);
      }
    }
  }

  private static void fill(Tensor tensor, Matrix content) {
    float[] values = content.floats();
    int cols = tensor.cols();
    tensor.fill(
        (from, to, target, at, step) -> {
          for (int i = from; i < to; i++) {
            System.arraycopy(values, i * cols, target, at + (i - from) * step, cols);
          }
        });
  }

  /** By a product, which may read another storage than {@code read} does. */
  private void checkSums(String what, Matrix content, Tensor tensor) {
    Matrix pick = Samples.generate(300, 128, i -> i / 128 % 128 == i % 128 ? 1 : 0);
    Tensor found = backend.allocate(content.rows(), 128);
    Tensor expected = backend.allocate(content.rows(), 128);
    backend.matmul(tensor, tensor(pick), found);
    backend.matmul(tensor(content), tensor(pick), expected);
    checkBits(what, read(expected), read(found));
  }

  @Test
  @DisplayName("write and read copy: the array and the tensor go their own ways afterwards")
  void copies() {
    for (Storage storage : Storage.values()) {
      Matrix content = Samples.uniform(9, 17, 5);
      float[] source = content.floats();
      Tensor tensor = storage.blank(backend, 9, 17);
      tensor.write(source, 0);
      Arrays.fill(source, 42);
      checkBits("the source changed after write (" + storage + ")", content.floats(), read(tensor));
      Arrays.fill(read(tensor), 43);
      checkBits("the target changed after read (" + storage + ")", content.floats(), read(tensor));
    }
  }

  @Test
  @DisplayName("tensors do not share storage: writing one leaves the others as they were")
  void independent() {
    Tensor[] tensors = new Tensor[20];
    for (int i = 0; i < tensors.length; i++) {
      Storage storage = Storage.values()[i % Storage.values().length];
      tensors[i] = input("tensor " + i, Samples.uniform(3, 5, i), storage);
    }
    checkInputs("writing twenty tensors");
  }

  @Test
  @DisplayName("firstRows is a view on the same storage: writing one changes the other")
  void viewsOfTensors() {
    for (Storage storage : Storage.values()) {
      Matrix before = Samples.uniform(12, 33, 6);
      Matrix content = Samples.uniform(7, 33, 7);
      Tensor whole = tensor(before, storage);
      Tensor view = whole.firstRows(7);
      assertEquals(7, view.rows(), "firstRows(7): rows()");
      assertEquals(33, view.cols(), "firstRows(7): cols()");
      String what = "firstRows(7) of [12, 33] (" + storage + ")";
      checkBits(what, before.rows(0, 7).floats(), read(view));

      view.write(content.floats(), 0);
      float[] all = read(whole);
      checkBits(what + " written: the whole", content.floats(), Arrays.copyOf(all, 7 * 33));
      checkBits(
          what + " written: the rows behind",
          before.rows(7, 12).floats(),
          Arrays.copyOfRange(all, 7 * 33, 12 * 33));

      whole.write(before.floats(), 0);
      checkBits("the whole written: " + what, before.rows(0, 7).floats(), read(view));

      backend.activate(Activation.IDENTITY, tensor(content), view);
      checkBits(
          what + " computed into: the whole", content.floats(), Arrays.copyOf(read(whole), 7 * 33));
    }
  }

  @Test
  @DisplayName("a view of a view and a view of all rows share that storage too")
  void viewsOfViews() {
    for (Storage storage : Storage.values()) {
      Tensor whole = tensor(Samples.uniform(12, 5, 8), storage);
      Tensor small = whole.firstRows(12).firstRows(7).firstRows(2);
      Matrix content = Samples.uniform(2, 5, 9);
      assertEquals(2, small.rows(), "firstRows(12).firstRows(7).firstRows(2): rows()");
      small.write(content.floats(), 0);
      checkBits(
          "firstRows(12).firstRows(7).firstRows(2) written: the whole (" + storage + ")",
          content.floats(),
          Arrays.copyOf(read(whole), 10));
    }
  }
}
