package dev.polymath.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowCodeTest {

  private static final float[][] FEATURES = {
    {1.5f, -2, 3, 1e30f},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 7.25f, 0, -1},
    {0, 255, 17, 3},
    {256, 1, 2, 3},
    {-1, 1, 2, 3},
    {Float.MIN_VALUE}
  };

  @Test
  void givesBackWhatItWasMadeOf() {
    for (float[] features : FEATURES) {
      byte[] row = RowCode.encode(3, 0.5f, true, features, 9);
      ByteBuffer bytes = ByteBuffer.allocate(row.length + 5).put(5, row);
      float[] found = new float[features.length + 2];
      RowCode.features(bytes, 5, features.length, found, 1);
      for (int i = 0; i < features.length; i++) {
        assertEquals(features[i], found[1 + i]);
      }
      assertEquals(0, found[0]);
      assertEquals(3, RowCode.label(bytes, 5));
      assertEquals(0.5f, RowCode.weight(bytes, 5));
      assertEquals(features.length, RowCode.width(bytes, 5));
      assertTrue(RowCode.held(row));
      assertFalse(RowCode.held(RowCode.encode(3, 0.5f, false, features, 9)));
      assertNull(RowCode.problem(bytes, 5, 5 + row.length));
    }
  }

  @Test
  void zeroHasNoSign() {
    byte[] plus = RowCode.encode(0.0, 1, false, new float[] {0, 1.5f, 2.5f}, 1);
    assertArrayEquals(plus, RowCode.encode(-0.0, 1, false, new float[] {-0.0f, 1.5f, 2.5f}, 1));
  }

  @Test
  void isShort() {
    float[] pixels = new float[784];
    for (int i = 0; i < 784; i++) {
      pixels[i] = i % 256;
    }
    assertEquals(26 + 784, RowCode.encode(0, 1, false, pixels, 1).length);
    assertEquals(26 + 4, RowCode.encode(0, 1, false, new float[784], 1).length);
    pixels[0] = 0.5f;
    assertEquals(26 + 4 * 784, RowCode.encode(0, 1, false, pixels, 1).length);
  }

  @Test
  void dealsRowsEvenlyBySeed() {
    int[] counts = new int[7];
    int moved = 0;
    for (int i = 0; i < 7000; i++) {
      float[] features = {i, 1, 1};
      int shard = RowCode.shard(RowCode.encode(0, 1, false, features, 1), 7);
      counts[shard]++;
      moved += shard == RowCode.shard(RowCode.encode(0, 1, false, features, 2), 7) ? 0 : 1;
    }
    for (int count : counts) {
      assertTrue(Math.abs(count - 1000) < 150, () -> java.util.Arrays.toString(counts));
    }
    assertTrue(moved > 5000);
    byte[] one = RowCode.encode(0, 1, false, new float[] {1}, 1);
    assertNotEquals(0, RowCode.hash(ByteBuffer.wrap(one), 0));
  }

  @Test
  void aProblemSortsFirstAndByItsPlace() {
    byte[] row = RowCode.encode(0, 1, false, new float[] {1}, 1);
    byte[] first = RowCode.problem(0, 700, "the first");
    byte[] second = RowCode.problem(1, 3, "the second");
    RowOrder order = new RowOrder();
    assertTrue(order.compare(first, second) < 0);
    assertTrue(order.compare(second, row) < 0);
    assertEquals("the first", RowCode.problem(ByteBuffer.wrap(first), 0, first.length));
  }

  @Test
  void blocksHoldAllRowsInOrder() {
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      float[] features = new float[1000];
      features[0] = i + 0.5f;
      java.util.Arrays.fill(features, 1, 1000, 0.25f);
      rows.add(RowCode.encode(i, 1, false, features, 1));
    }
    Iterator<RowBlock> blocks = RowBlock.of(rows.iterator());
    int at = 0;
    int count = 0;
    while (blocks.hasNext()) {
      RowBlock block = blocks.next();
      count++;
      assertTrue(block.bytes().length < 256 << 10, "a block of " + block.bytes().length);
      for (int i = 0; i < block.rows(); i++) {
        assertEquals(at++, RowCode.label(block.buffer(), block.starts()[i]));
      }
    }
    assertEquals(3000, at);
    assertEquals(91, count, "blocks of 33 rows of 4 KB, the first above 128 KB");
  }
}
