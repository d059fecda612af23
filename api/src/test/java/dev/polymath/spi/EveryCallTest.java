package dev.polymath.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.polymath.Activation;
import dev.polymath.Layer;
import dev.polymath.Loss;
import dev.polymath.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

@DisplayName("Every call of a session")
class EveryCallTest {

  private final HeapBackend backend = new HeapBackend();
  private final Tensor a = backend.allocate(2, 2);
  private final Tensor b = backend.allocate(2, 2);
  private final Tensor c = backend.allocate(2, 2);
  private final Tensor d = backend.allocate(2, 2);
  private final Tensor row = backend.allocate(1, 2);
  private final Tensor foreign = new HeapBackend().allocate(2, 2);
  private final Layer layer = backend.dense(2, 2, Activation.RELU);
  private final Loss loss = backend.squaredError();

  /** A call that ends well, and the same call with an argument that it refuses. */
  private record Call(String name, Executable good, Executable refused) {}

  private Stream<Call> calls() {
    return Stream.of(
        new Call("allocate", () -> backend.allocate(1, 1), () -> backend.allocate(1, 0)),
        new Call(
            "allocateLike", () -> backend.allocateLike(a), () -> backend.allocateLike(foreign)),
        new Call("matmul", () -> backend.matmul(a, b, c), () -> backend.matmul(a, b, row)),
        new Call(
            "matmulTransA",
            () -> backend.matmulTransA(a, b, c),
            () -> backend.matmulTransA(a, b, row)),
        new Call(
            "matmulTransB",
            () -> backend.matmulTransB(a, b, c),
            () -> backend.matmulTransB(a, b, row)),
        new Call("addRow", () -> backend.addRow(row, a), () -> backend.addRow(a, b)),
        new Call("sumRows", () -> backend.sumRows(a, row), () -> backend.sumRows(a, b)),
        new Call(
            "activate",
            () -> backend.activate(Activation.TANH, a, b),
            () -> backend.activate(Activation.TANH, a, row)),
        new Call(
            "activateBackward",
            () -> backend.activateBackward(Activation.TANH, a, b, c),
            () -> backend.activateBackward(Activation.TANH, a, b, row)),
        new Call("axpby", () -> backend.axpby(1, a, 1, b), () -> backend.axpby(1, a, 1, row)),
        new Call("multiply", () -> backend.multiply(a, b, c), () -> backend.multiply(a, b, row)),
        new Call(
            "sumOfSquares", () -> backend.sumOfSquares(a), () -> backend.sumOfSquares(foreign)),
        new Call(
            "adam",
            () -> backend.adam(a, b, c, d, 0, 0, 0, 1, 0),
            () -> backend.adam(a, b, c, row, 0, 0, 0, 1, 0)),
        new Call(
            "dense",
            () -> backend.dense(1, 1, Activation.TANH),
            () -> backend.dense(1, 1, Activation.SOFTMAX)),
        new Call(
            "activation",
            () -> backend.activation(1, Activation.TANH),
            () -> backend.activation(0, Activation.TANH)),
        new Call("huber", () -> backend.huber(1), () -> backend.huber(-1)),
        new Call("firstRows", () -> a.firstRows(1), () -> a.firstRows(3)),
        new Call("write", () -> a.write(new float[4], 0), () -> a.write(new float[4], 1)),
        new Call(
            "fill",
            () -> a.fill((from, to, target, at, step) -> target[at] = 1),
            () ->
                a.fill(
                    (from, to, target, at, step) -> {
                      throw new IllegalArgumentException("no rows");
                    })),
        new Call("read", () -> a.read(new float[4], 0), () -> a.read(new float[4], 1)),
        new Call("forward", () -> layer.forward(a, b), () -> layer.forward(a, a)),
        new Call(
            "backward",
            () -> layer.backward(a, b, c, null, List.of(d, row)),
            () -> layer.backward(a, b, c, null, List.of())),
        new Call("value", () -> loss.value(a, b), () -> loss.value(a, row)),
        new Call(
            "valueAndGradient",
            () -> loss.valueAndGradient(a, b, c),
            () -> loss.valueAndGradient(a, b, b)),
        // These three refuse nothing: an open session is all they need.
        new Call("softmaxCrossEntropy", backend::softmaxCrossEntropy, () -> backend.allocate(0, 0)),
        new Call("squaredError", backend::squaredError, () -> backend.allocate(0, 0)),
        new Call(
            "sigmoidCrossEntropy", backend::sigmoidCrossEntropy, () -> backend.allocate(0, 0)));
  }

  @TestFactory
  @DisplayName("is over when it returns and when it throws: close has nothing to wait for")
  Stream<DynamicTest> over() {
    return calls()
        .map(
            call ->
                DynamicTest.dynamicTest(
                    call.name,
                    () -> {
                      call.good.execute();
                      assertEquals(0, backend.gate.calls());
                      assertThrows(RuntimeException.class, call.refused);
                      assertEquals(0, backend.gate.calls());
                    }));
  }

  @TestFactory
  @DisplayName("throws after close and names itself")
  Stream<DynamicTest> closed() {
    List<Call> calls = calls().toList();
    backend.close();
    long closed = backend.gate.calls();
    return calls.stream()
        .map(
            call ->
                DynamicTest.dynamicTest(
                    call.name,
                    () -> {
                      assertEquals(
                          call.name + ": the session on heap is closed",
                          assertThrows(IllegalStateException.class, call.good).getMessage());
                      assertEquals(closed, backend.gate.calls());
                    }));
  }

  @Test
  @DisplayName("that releases is over too, before and after close")
  void release() {
    backend.release(a);
    backend.release(a);
    assertEquals(0, backend.gate.calls());
    backend.close();
    long closed = backend.gate.calls();
    backend.release(b);
    assertEquals(closed, backend.gate.calls());
  }
}
