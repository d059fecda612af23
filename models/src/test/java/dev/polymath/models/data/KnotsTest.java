package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnotsTest {

  @Test
  void numbersThatDifferAreSharedOutEvenly() {
    double[] sorted = IntStream.rangeClosed(0, 1600).asDoubleStream().toArray();
    List<Double> knots = ColumnFitting.knots(SortedNumbers.of(sorted), 16);
    assertEquals(IntStream.rangeClosed(0, 16).mapToObj(i -> 100.0 * i).toList(), knots);
  }

  @Test
  void aColumnOfMostlyZerosHasBinsWhereItVaries() {
    double[] sorted = new double[1000];
    for (int i = 0; i < 320; i++) {
      sorted[680 + i] = 1 + i;
    }
    List<Double> knots = ColumnFitting.knots(SortedNumbers.of(sorted), 16);
    assertEquals(17, knots.size());
    assertEquals(List.of(0.0, 20.0, 40.0), knots.subList(0, 3));
    assertEquals(320, knots.get(16));
  }

  @Test
  void aNumberThatFillsABinAloneEndsOne() {
    double[] sorted = new double[2000];
    Arrays.fill(sorted, 500, 1500, 7);
    for (int i = 0; i < 500; i++) {
      sorted[i] = i / 100.0;
      sorted[1500 + i] = 8 + i / 100.0;
    }
    assertTrue(ColumnFitting.knots(SortedNumbers.of(sorted), 16).contains(7.0));
  }

  @Test
  void binsAreFewWhereRowsAre() {
    double[] few = {1, 1, 1, 1, 2};
    assertEquals(List.of(), ColumnFitting.knots(SortedNumbers.of(few), 16));
    assertEquals(List.of(), ColumnFitting.knots(SortedNumbers.of(1, 2, 3), 0));
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 2; n < 400; n += 7) {
      for (int bins : new int[] {2, 3, 4, 8, 16}) {
        double[] sorted = random.doubles(n).map(x -> Math.floor(20 * x * x)).sorted().toArray();
        List<Double> knots = ColumnFitting.knots(SortedNumbers.of(sorted), bins);
        assertTrue(knots.size() <= bins + 1, n + " rows: " + knots);
        for (int i = 1; i < knots.size(); i++) {
          assertTrue(knots.get(i) > knots.get(i - 1), n + " rows: " + knots);
        }
        if (!knots.isEmpty()) {
          assertEquals(sorted[0], knots.get(0));
          assertEquals(sorted[n - 1], knots.get(knots.size() - 1));
        }
      }
    }
  }
}
