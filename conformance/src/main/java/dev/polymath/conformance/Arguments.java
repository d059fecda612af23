package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * The arguments of one {@link Operation} on a session: tensors filled with numbers of their own,
 * and what comes out.
 */
final class Arguments {

  /** Sizes from which an operation takes those of its arguments, and where its numbers begin. */
  record Size(int rows, int cols, int inner, long seed) {

    Size seeded(long other) {
      return new Size(rows, cols, inner, other);
    }

    @Override
    public String toString() {
      return "rows " + rows + ", columns " + cols + ", inner " + inner;
    }
  }

  /**
   * One tensor that is read.
   *
   * @param whole what it is a view of; itself if it is none
   * @param updated whether the operation writes it too
   * @param parameter whether it is of a layer
   */
  record Read(
      String name,
      Tensor tensor,
      Tensor whole,
      float[] content,
      boolean updated,
      boolean parameter) {}

  final Backend session;
  final Size size;

  /** Contents to take instead of the drawn ones, in order; null to draw. */
  private final @Nullable List<float[]> given;

  private final boolean views;
  private final List<Read> reads = new ArrayList<>();
  private final List<Tensor> results = new ArrayList<>();
  private final List<Tensor> allocated = new ArrayList<>();
  private final List<float[]> arrays = new ArrayList<>();
  private final List<Behind> behind = new ArrayList<>();
  private double number;
  private boolean hasNumber;

  /** Where arguments that are only read come from; null for tensors of their own. */
  private final @Nullable Arguments shared;

  private final boolean ofFirst;

  /** A view, and the rows of its whole that are not in it. */
  private record Behind(Tensor whole, Tensor view) {}

  Arguments(Backend session, Size size, boolean views, @Nullable List<float[]> given) {
    this(session, size, views, given, null, false);
  }

  /**
   * @param shared whose tensors that are only read are read here too; null for none
   * @param ofFirst whether the first of them is; otherwise the others are
   */
  Arguments(
      Backend session,
      Size size,
      boolean views,
      @Nullable List<float[]> given,
      @Nullable Arguments shared,
      boolean ofFirst) {
    this.session = session;
    this.size = size;
    this.views = views;
    this.given = given;
    this.shared = shared;
    this.ofFirst = ofFirst;
  }

  /** How many arguments are only read; they come first. */
  int sharable() {
    int count = 0;
    while (count < reads.size() && !reads.get(count).updated && !reads.get(count).parameter) {
      count++;
    }
    return count;
  }

  private @Nullable Read taken() {
    int number = reads.size();
    return shared != null && (number == 0) == ofFirst && number < shared.sharable()
        ? shared.reads.get(number)
        : null;
  }

  /** Fills the rows behind all views with NaN. */
  void spoilBehind() {
    for (Behind each : behind) {
      float[] all = Group.read(each.whole);
      Arrays.fill(all, each.view.rows() * each.view.cols(), all.length, Float.NaN);
      each.whole.write(all, 0);
    }
  }

  /** Checks that they still are. */
  void checkBehind(String what) {
    for (Behind each : behind) {
      float[] all = Group.read(each.whole);
      for (int i = each.view.rows() * each.view.cols(); i < all.length; i++) {
        if (!Float.isNaN(all[i])) {
          throw new AssertionFailedError(
              what + ": element " + i + " behind a view was written: " + all[i], Float.NaN, all[i]);
        }
      }
    }
  }

  private Tensor allocate(int rows, int cols) {
    Tensor tensor = session.allocate(views ? rows + 3 : rows, cols);
    allocated.add(tensor);
    return tensor;
  }

  /** A tensor like another. */
  Tensor like(Tensor tensor) {
    Tensor like = session.allocateLike(tensor);
    allocated.add(like);
    return like;
  }

  /** Releases all but the parameters. */
  void giveBack() {
    allocated.forEach(session::release);
  }

  private Read add(
      String name, Tensor whole, int rows, float[] drawn, boolean updated, boolean parameter) {
    Tensor tensor = view(whole, rows);
    float[] content = given == null ? drawn : given.get(reads.size());
    tensor.write(content, 0);
    Read read = new Read(name, tensor, whole, content, updated, parameter);
    reads.add(read);
    return read;
  }

  private Tensor view(Tensor whole, int rows) {
    if (whole.rows() == rows) {
      return whole;
    }
    Tensor view = whole.firstRows(rows);
    behind.add(new Behind(whole, view));
    return view;
  }

  private Matrix drawn(int rows, int cols) {
    return Samples.uniform(rows, cols, size.seed + 31L * reads.size());
  }

  /** A tensor that is read. */
  Tensor in(String name, int rows, int cols) {
    return in(name, drawn(rows, cols));
  }

  Tensor in(String name, Matrix content) {
    Read taken = taken();
    if (taken != null) {
      reads.add(taken);
      return taken.tensor;
    }
    int rows = content.rows();
    return add(name, allocate(rows, content.cols()), rows, content.floats(), false, false).tensor;
  }

  /** A tensor that is read and written, a result. */
  Tensor updated(String name, int rows, int cols) {
    return updated(name, drawn(rows, cols));
  }

  Tensor updated(String name, Matrix content) {
    Tensor tensor = scratch(name, content);
    results.add(tensor);
    return tensor;
  }

  /** A tensor that is read, and then holds anything. */
  Tensor scratch(String name, Matrix content) {
    int rows = content.rows();
    return add(name, allocate(rows, content.cols()), rows, content.floats(), true, false).tensor;
  }

  /** A tensor that a layer made. */
  void parameter(String name, Tensor tensor) {
    float[] content = drawn(tensor.rows(), tensor.cols()).map(v -> v / 4).floats();
    add(name, tensor, tensor.rows(), content, false, true);
  }

  /** A tensor that is overwritten. */
  Tensor out(int rows, int cols) {
    Tensor whole = allocate(rows, cols);
    return out(view(whole, rows));
  }

  Tensor out(Tensor tensor) {
    float[] nan = new float[tensor.rows() * tensor.cols()];
    Arrays.fill(nan, Float.NaN);
    tensor.write(nan, 0);
    results.add(tensor);
    return tensor;
  }

  /** An array that is overwritten. */
  float[] array(int length) {
    float[] array = new float[length];
    arrays.add(array);
    return array;
  }

  /** A number that is the result. */
  void number(double value) {
    number = value;
    hasNumber = true;
  }

  List<Read> reads() {
    return reads;
  }

  /** Sets what the operation updates back to what it was at first. */
  void reset() {
    for (Read read : reads) {
      if (read.updated) {
        read.tensor.write(read.content, 0);
      }
    }
  }

  /** All that came out: a double holds a float exactly. */
  double[] results() {
    int length = hasNumber ? 1 : 0;
    for (Tensor tensor : results) {
      length += tensor.rows() * tensor.cols();
    }
    for (float[] array : arrays) {
      length += array.length;
    }
    double[] all = new double[length];
    int at = 0;
    for (Tensor tensor : results) {
      at = append(Group.read(tensor), all, at);
    }
    for (float[] array : arrays) {
      at = append(array, all, at);
    }
    if (hasNumber) {
      all[at] = number;
    }
    return all;
  }

  private static int append(float[] part, double[] all, int at) {
    for (int i = 0; i < part.length; i++) {
      all[at + i] = part[i];
    }
    return at + part.length;
  }
}
