package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.conformance.Arguments.Size;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * One operation of a session, ready to be run with arguments of any size. What is checked of all
 * operations alike (several callers, changed arguments, interrupts, memory) is checked of these.
 *
 * @param name for messages
 * @param maker makes the arguments and gives the call itself, which may run again and again
 */
record Operation(String name, Maker maker) {

  /** Makes the arguments. */
  interface Maker {
    Work make(Arguments arguments);
  }

  /**
   * The call, and what is done once before the first one.
   *
   * @param before such as the forward pass before a backward one; null for nothing
   */
  record Work(@Nullable Runnable before, Runnable call) {}

  static Operation of(String name, java.util.function.Function<Arguments, Runnable> maker) {
    return new Operation(name, arguments -> new Work(null, maker.apply(arguments)));
  }

  /** An operation with its arguments. */
  record Call(Operation operation, Arguments arguments, Work work) {

    /** Runs it on the arguments as they are. */
    double[] run() {
      work.call.run();
      return arguments.results();
    }

    /** Runs it on the arguments as they were at first. */
    double[] runAnew() {
      arguments.reset();
      return run();
    }

    /** Runs what comes before the first call. */
    void before() {
      if (work.before != null) {
        work.before.run();
      }
    }

    /** What the arguments that are read hold now. */
    List<float[]> contents() {
      List<float[]> contents = new ArrayList<>();
      arguments.reads().forEach(read -> contents.add(Group.read(read.tensor())));
      return contents;
    }

    /** Releases its tensors, but for the parameters of a layer. */
    void giveBack() {
      arguments.giveBack();
    }

    @Override
    public String toString() {
      return operation.name + " (" + arguments.size + ")";
    }
  }

  Call on(Backend session, Size size) {
    return on(session, size, false, null);
  }

  /**
   * @param views whether each argument is a view of a larger tensor
   * @param contents of the arguments that are read; null to draw them
   */
  Call on(Backend session, Size size, boolean views, @Nullable List<float[]> contents) {
    Arguments arguments = new Arguments(session, size, views, contents);
    return new Call(this, arguments, maker.make(arguments));
  }

  /**
   * The same operation once more, which reads the tensors of another call.
   *
   * @param ofFirst whether its first argument is shared; otherwise the others are
   * @param size of the other, with a seed of its own
   */
  Call sharing(Call other, boolean ofFirst, Size size) {
    Arguments others = other.arguments();
    Arguments arguments = new Arguments(others.session, size, false, null, others, ofFirst);
    return new Call(this, arguments, maker.make(arguments));
  }

  /** Compares bit by bit, any NaN with any other. */
  static void checkSame(String what, double[] expected, double[] found) {
    for (int i = 0; i < expected.length; i++) {
      if (Double.compare(expected[i], found[i]) != 0) {
        throw failure(what, i, expected, found, ", to the bit");
      }
    }
  }

  /** Compares within what another order of additions may change. */
  static void checkClose(String what, double[] expected, double[] found) {
    double largest = 0;
    for (double value : expected) {
      largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    double tolerance = 0x1p-15 * largest + 0x1p-126;
    for (int i = 0; i < expected.length; i++) {
      if (!Expected.agrees(expected[i], tolerance, found[i])) {
        throw failure(what, i, expected, found, ", tolerance " + tolerance);
      }
    }
  }

  private static AssertionFailedError failure(
      String what, int at, double[] expected, double[] found, String within) {
    int wrong = 0;
    for (int i = 0; i < expected.length; i++) {
      wrong += Double.compare(expected[i], found[i]) != 0 ? 1 : 0;
    }
    return new AssertionFailedError(
        what
            + ": number "
            + at
            + " of its results: expected "
            + expected[at]
            + ", found "
            + found[at]
            + within
            + "; "
            + wrong
            + " of "
            + expected.length
            + " differ",
        expected[at],
        found[at]);
  }

  @Override
  public String toString() {
    return name;
  }
}
