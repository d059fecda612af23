package dev.polymath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

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

  private record Row(float... data) implements Tensor {

    @Override
    public int rows() {
      return 1;
    }

    @Override
    public int cols() {
      return data.length;
    }

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

  @Test
  void multiplyAndSumOfSquares() {
    Row a = new Row(1, -2, 3);
    Row out = new Row(0, 0, 0);
    backend.multiply(a, new Row(4, 5, 6), out);
    assertArrayEquals(new float[] {4, -10, 18}, out.data);
    backend.multiply(a, out, out);
    assertArrayEquals(new float[] {4, 20, 54}, out.data);
    assertEquals(14, backend.sumOfSquares(a));
    assertEquals(
        "multiply: out is [1, 2], expected [1, 3]",
        assertThrows(IllegalArgumentException.class, () -> backend.multiply(a, a, new Row(0, 0)))
            .getMessage());
  }

  @Test
  void losses() {
    Row gradient = new Row(9, 9, 9);
    Loss huber = backend.huber(2);
    assertEquals(Loss.Input.OUTPUT, huber.input());
    assertEquals(
        0.5 + 2 * (5 - 1), huber.valueAndGradient(new Row(1, 5, 7), new Row(0, 0, 7), gradient));
    assertArrayEquals(new float[] {1, 2, 0}, gradient.data);
    Loss sigmoids = backend.sigmoidCrossEntropy();
    assertEquals(Loss.Input.LOGITS, sigmoids.input());
    assertEquals(3 * Math.log(2), sigmoids.value(new Row(0, 0, 0), new Row(0, 1, 0.5f)), 1e-15);
    sigmoids.valueAndGradient(new Row(0, 0, 0), new Row(0, 1, 0.5f), gradient);
    assertArrayEquals(new float[] {0.5f, -0.5f, 0}, gradient.data);
    assertEquals(
        "valueAndGradient: dOutput is [1, 1], expected [1, 3]",
        assertThrows(
                IllegalArgumentException.class,
                () -> huber.valueAndGradient(gradient, gradient, new Row(0)))
            .getMessage());
    assertEquals(
        "huber: delta is 0.0, expected a finite number above 0",
        assertThrows(IllegalArgumentException.class, () -> backend.huber(0)).getMessage());
  }
}
