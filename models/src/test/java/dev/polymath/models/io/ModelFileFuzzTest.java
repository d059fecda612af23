package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file is refused, and nothing else happens. */
class ModelFileFuzzTest {

  private static final int ROUNDS = 400;

  @TempDir Path folder;
  private Path path;
  private byte[] sound;
  private final SplittableRandom random = new SplittableRandom(20);

  @BeforeEach
  void write() throws IOException {
    path = folder.resolve("x.safetensors");
    Models.file().write(path);
    sound = Files.readAllBytes(path);
  }

  /** Whether the bytes are refused; whatever is thrown but a fault of the format fails the test. */
  private boolean refuses(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    try {
      ModelFile.read(path);
      return false;
    } catch (ModelFormatException e) {
      return true;
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    for (int length = 0; length < sound.length; length++) {
      assertTrue(refuses(Arrays.copyOf(sound, length)), "cut to " + length + " bytes");
    }
  }

  @Test
  void flippedBitsAreRefused() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = sound.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertTrue(refuses(bytes) || Arrays.equals(sound, bytes), "round " + round);
    }
  }

  @Test
  void piecesMovedAboutAreRefused() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = sound.clone();
      int count = 1 + random.nextInt(40);
      int from = random.nextInt(bytes.length - count);
      int to = random.nextInt(bytes.length - count);
      System.arraycopy(sound, from, bytes, to, count);
      assertTrue(refuses(bytes) || Arrays.equals(sound, bytes), "round " + round);
    }
  }

  @Test
  void otherNumbersInTheHeaderAreRefused() throws IOException {
    // Same length, so that what is behind the JSON is tested and not the JSON alone.
    int headerEnd = 8 + (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int[] digits = IntStream.range(8, headerEnd).filter(i -> Character.isDigit(sound[i])).toArray();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = sound.clone();
      bytes[digits[random.nextInt(digits.length)]] = (byte) ('0' + random.nextInt(10));
      assertTrue(refuses(bytes) || Arrays.equals(sound, bytes), "round " + round);
    }
  }
}
