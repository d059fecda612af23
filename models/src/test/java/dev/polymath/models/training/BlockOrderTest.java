package dev.polymath.models.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockOrderTest {

  private static final int WINDOW = BlockOrder.BLOCK * BlockOrder.WINDOW;

  private static int[] all(Order order, int examples, int epoch, int batch) {
    order.shuffle(epoch);
    int[] all = new int[examples];
    int[] target = new int[batch];
    for (int from = 0; from < examples; from += batch) {
      int rows = Math.min(batch, examples - from);
      order.take(from, rows, target);
      System.arraycopy(target, 0, all, from, rows);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 1025, WINDOW, WINDOW + 1, 3 * WINDOW - 77, 2 * WINDOW + 1024})
  void takesEachExampleOnce(int examples) {
    int[] order = all(new BlockOrder(examples, 9), examples, 2, 256);
    assertArrayEquals(
        IntStream.range(0, examples).toArray(), Arrays.stream(order).sorted().toArray());
  }

  @Test
  void upToAWindowIsTheUsualOrder() {
    assertArrayEquals(
        all(Order.full(WINDOW, 4), WINDOW, 3, 100), all(new BlockOrder(WINDOW, 4), WINDOW, 3, 64));
  }

  @Test
  void dependsOnSeedAndEpochAloneAndNotOnHowItIsTaken() {
    int n = 2 * WINDOW + 500;
    BlockOrder order = new BlockOrder(n, 1);
    int[] first = all(order, n, 1, 256);
    int[] second = all(order, n, 2, 256);
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(first, all(order, n, 1, 77));
    assertFalse(Arrays.equals(first, all(new BlockOrder(n, 2), n, 1, 256)));
    // From any place on, and back again.
    int[] some = new int[300];
    order.take(n - 300, 300, some);
    assertArrayEquals(Arrays.copyOfRange(first, n - 300, n), some);
    order.take(100, 300, some);
    assertArrayEquals(Arrays.copyOfRange(first, 100, 400), some);
  }

  @Test
  void aWindowMixesBlocksFromAnywhere() {
    int n = 4 * WINDOW;
    int[] order = all(new BlockOrder(n, 1), n, 1, 256);
    int[] batch = Arrays.copyOf(order, 256);
    assertTrue(Arrays.stream(batch).map(i -> i / BlockOrder.BLOCK).distinct().count() > 50);
    assertTrue(Arrays.stream(batch).min().getAsInt() < n / 8);
    assertTrue(Arrays.stream(batch).max().getAsInt() > 7 * (n / 8));
  }
}
