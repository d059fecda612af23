package dev.polymath.conformance;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.AssertionFailedError;

/**
 * One group of checks, each on a session of its own. A check of a backend that takes threads runs
 * twice: on the kit's options and on four threads.
 */
@ExtendWith(Threads.class)
abstract class Group {

  final BackendConformance kit;

  /** Open while a check runs. */
  Backend backend;

  private final List<Input> inputs = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // backend: before each check
  Group(BackendConformance kit) {
    this.kit = kit;
  }

  @BeforeEach
  void openSession() {
    backend = open(kit.options());
  }

  @AfterEach
  void closeSession() {
    backend.close();
  }

  /** Gives the check a new session on so many threads in the place of its old one. */
  final void reopen(int threads) {
    backend.close();
    inputs.clear();
    backend = open(kit.options().threads(threads));
  }

  final Backend open(BackendOptions options) {
    return kit.provider().open(options);
  }

  /** One loss of each kind. */
  static List<Loss> losses(Backend session) {
    return List.of(
        session.softmaxCrossEntropy(),
        session.squaredError(),
        session.huber(1),
        session.sigmoidCrossEntropy());
  }

  /** A tensor that was written, and must not change. */
  private record Input(String name, Tensor tensor, float[] written) {}

  /** A tensor that an operation reads; {@link #check} also checks that it kept its bits. */
  final Tensor input(String name, Matrix content) {
    return input(name, content, Storage.ALLOCATED);
  }

  final Tensor input(String name, Matrix content, Storage storage) {
    Tensor tensor = tensor(content, storage);
    inputs.add(new Input(name, tensor, content.floats()));
    return tensor;
  }

  /** A tensor that an operation updates. */
  final Tensor tensor(Matrix content) {
    return tensor(content, Storage.ALLOCATED);
  }

  final Tensor tensor(Matrix content, Storage storage) {
    Tensor tensor = storage.blank(backend, content.rows(), content.cols());
    tensor.write(content.floats(), 0);
    return tensor;
  }

  /** A tensor that an operation overwrites: filled with NaN. */
  final Tensor output(int rows, int cols) {
    return output(rows, cols, Storage.ALLOCATED);
  }

  final Tensor output(int rows, int cols, Storage storage) {
    return tensor(Samples.generate(rows, cols, i -> Double.NaN), storage);
  }

  /** Compares a result, and each input since the last check with what it was. */
  final void check(String operation, Expected expected, Tensor found) {
    expected.check(operation, read(found));
    checkInputs(operation);
  }

  final void checkInputs(String operation) {
    for (Input input : inputs) {
      checkBits(operation + ": its input " + input.name, input.written, read(input.tensor));
    }
    inputs.clear();
  }

  /** Compares bit by bit, any NaN with any other. */
  static void checkBits(String what, float[] expected, float[] found) {
    int at = Arrays.mismatch(expected, found);
    if (at >= 0) {
      throw new AssertionFailedError(
          what
              + ": element "
              + at
              + ": expected the bits of "
              + expected[at]
              + ", found "
              + found[at],
          expected[at],
          found[at]);
    }
  }

  static float[] read(Tensor tensor) {
    float[] elements = new float[tensor.rows() * tensor.cols()];
    tensor.read(elements, 0);
    return elements;
  }
}
