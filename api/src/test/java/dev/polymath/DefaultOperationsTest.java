package dev.polymath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("A session that implements Backend itself has the later operations nevertheless")
class DefaultOperationsTest {

  /** Has no operation of its own. */
  private final Backend backend =
      (Backend)
          Proxy.newProxyInstance(
              Backend.class.getClassLoader(),
              new Class<?>[] {Backend.class},
              (proxy, method, arguments) ->
                  InvocationHandler.invokeDefault(proxy, method, arguments));

  private record Matrix(int rows, int cols, float... data) implements Tensor {

    @Override
    public Tensor firstRows(int rows) {
      return this;
    }

    @Override
    public void write(float[] source, int offset) {
      System.arraycopy(source, offset, data, 0, data.length);
    }

    @Override
    public void read(float[] target, int offset) {
      System.arraycopy(data, 0, target, offset, data.length);
    }
  }

  private static Matrix row(float... data) {
    return new Matrix(1, data.length, data);
  }

  @Test
  void multiplyAndSumOfSquares() {
    Matrix a = row(1, -2, 3);
    Matrix out = row(0, 0, 0);
    backend.multiply(a, row(4, 5, 6), out);
    assertArrayEquals(new float[] {4, -10, 18}, out.data);
    backend.multiply(a, out, out);
    assertArrayEquals(new float[] {4, 20, 54}, out.data);
    assertEquals(14, backend.sumOfSquares(a));
    assertEquals(
        "multiply: out is [1, 2], expected [1, 3]",
        assertThrows(IllegalArgumentException.class, () -> backend.multiply(a, a, row(0, 0)))
            .getMessage());
  }

  @Test
  void losses() {
    Matrix gradient = row(9, 9, 9);
    Loss huber = backend.huber(2);
    assertEquals(Loss.Input.OUTPUT, huber.input());
    assertEquals(0.5 + 2 * (5 - 1), huber.valueAndGradient(row(1, 5, 7), row(0, 0, 7), gradient));
    assertArrayEquals(new float[] {1, 2, 0}, gradient.data);
    Loss sigmoids = backend.sigmoidCrossEntropy();
    assertEquals(Loss.Input.LOGITS, sigmoids.input());
    assertEquals(3 * Math.log(2), sigmoids.value(row(0, 0, 0), row(0, 1, 0.5f)), 1e-15);
    sigmoids.valueAndGradient(row(0, 0, 0), row(0, 1, 0.5f), gradient);
    assertArrayEquals(new float[] {0.5f, -0.5f, 0}, gradient.data);
    assertEquals(
        "valueAndGradient: dOutput is [1, 1], expected [1, 3]",
        assertThrows(
                IllegalArgumentException.class,
                () -> huber.valueAndGradient(gradient, gradient, row(0)))
            .getMessage());
    assertEquals(
        "huber: delta is 0.0, expected a finite number above 0",
        assertThrows(IllegalArgumentException.class, () -> backend.huber(0)).getMessage());
  }

  @Test
  @DisplayName("a loss is the mean over the rows, not over the elements")
  void means() {
    Matrix y = new Matrix(2, 2, 1, 2, 3, 4);
    Matrix t = new Matrix(2, 2, 0, 2, 3, 3);
    Matrix gradient = new Matrix(2, 2, 9, 9, 9, 9);
    Loss huber = backend.huber(2);
    assertEquals(0.5, huber.value(y, t));
    assertEquals(0.5, huber.valueAndGradient(y, t, gradient));
    assertArrayEquals(new float[] {0.5f, 0, 0, 0.5f}, gradient.data);
    assertEquals(
        2 * Math.log(2),
        backend.sigmoidCrossEntropy().value(new Matrix(2, 2, 0, 0, 0, 0), t),
        1e-15);
  }

  @Test
  @DisplayName("a wrong shape is named, whichever side of it is wrong")
  void shapes() {
    Matrix y = new Matrix(2, 2, 1, 2, 3, 4);
    Matrix tall = new Matrix(3, 2, 1, 2, 3, 4, 5, 6);
    Matrix wide = new Matrix(2, 3, 1, 2, 3, 4, 5, 6);
    Loss huber = backend.huber(2);
    assertEquals("value: target is [3, 2], expected [2, 2]", refused(() -> huber.value(y, tall)));
    assertEquals(
        "valueAndGradient: target is [2, 3], expected [2, 2]",
        refused(() -> huber.valueAndGradient(y, wide, y)));
    assertEquals(
        "multiply: b is [2, 3], expected [2, 2]", refused(() -> backend.multiply(y, wide, y)));
  }

  private static String refused(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
