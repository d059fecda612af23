package dev.polymath.models.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedSortTest {

  @TempDir Path folder;

  @Test
  void sortsAsArraysDo() throws IOException {
    Random random = new Random(3);
    double[] numbers = new double[5000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(3) == 0 ? random.nextInt(9) - 4 : random.nextGaussian() * 1e9;
    }
    double[] odd = {
      0.0, -0.0, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, -Double.MIN_VALUE, 0.0
    };
    System.arraycopy(odd, 0, numbers, 77, odd.length);
    try (ScratchFile one = ScratchFile.in(folder);
        ScratchFile other = ScratchFile.in(folder)) {
      MappedSort sort = new MappedSort(one, other, numbers.length);
      for (int round = 0; round < 2; round++) {
        sort.clear();
        for (double number : numbers) {
          sort.add(number);
        }
        sort.sort();
        double[] found = new double[numbers.length];
        Arrays.setAll(found, sort::doubleAt);
        double[] expected = numbers.clone();
        Arrays.sort(expected);
        assertArrayEquals(expected, found);
        assertEquals(Arrays.stream(numbers).distinct().count(), sort.distinct());
        numbers[0] = -7;
      }
      sort.clear();
      sort.sort();
      assertEquals(0, sort.distinct());
    }
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }
}
