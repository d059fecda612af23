package dev.polymath.spark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row to train on as bytes that depend on its content alone: whether its vector is dense or
 * sparse, and where it came from, makes no difference.
 *
 * <pre>
 * hash (8 bytes), label (double), weight (float), kind (byte), held (byte), width (int), features
 * </pre>
 *
 * <p>The features are kept in the shortest of three ways: as floats, as the floats that are not 0
 * with their places, or as unsigned bytes where all are whole numbers from 0 to 255. The hash comes
 * first, so that rows sorted by their bytes lie in an order that looks random.
 *
 * <p>What is wrong with a row travels as a row too: the first on the way to the driver is enough.
 */
final class RowCode {

  private static final int LABEL = 8;
  private static final int WEIGHT = 16;
  private static final int KIND = 20;
  private static final int HELD = 21;
  private static final int WIDTH = 22;
  private static final int FEATURES = 26;

  private static final byte FLOATS = 0;
  private static final byte SPARSE = 1;
  private static final byte BYTES = 2;
  private static final byte PROBLEM = 3;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private RowCode() {}

  /**
   * The bytes of a row.
   *
   * @param held whether it validates, and is not trained on
   * @param features read; −0 counts as 0
   * @param seed of the hash
   */
  static byte[] encode(double label, float weight, boolean held, float[] features, long seed) {
    int filled = 0;
    boolean bytes = true;
    for (float value : features) {
      if (value != 0) {
        filled++;
      }
      bytes &= value >= 0 && value <= 255 && value == (int) value;
    }
    int floatSize = features.length * Float.BYTES;
    int sparseSize = Integer.BYTES + filled * (Integer.BYTES + Float.BYTES);
    int byteSize = bytes ? features.length : Integer.MAX_VALUE;
    int size = Math.min(floatSize, Math.min(sparseSize, byteSize));
    ByteBuffer row = ByteBuffer.allocate(FEATURES + size);
    row.position(LABEL);
    row.putDouble(label + 0.0).putFloat(weight);
    byte kind = size == byteSize ? BYTES : size == sparseSize ? SPARSE : FLOATS;
    row.put(kind).put((byte) (held ? 1 : 0)).putInt(features.length);
    if (kind == BYTES) {
      for (float value : features) {
        row.put((byte) (int) value);
      }
    } else if (kind == SPARSE) {
      row.putInt(filled);
      for (int i = 0; i < features.length; i++) {
        if (features[i] != 0) {
          row.putInt(i).putFloat(features[i]);
        }
      }
    } else {
      for (float value : features) {
        row.putFloat(value + 0.0f);
      }
    }
    row.putLong(0, hash(row.array(), seed));
    return row.array();
  }

  /**
   * What is wrong with a row. Sorts before all others, and by where the row is.
   *
   * @param row of the partition
   */
  static byte[] problem(int partition, long row, String message) {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(FEATURES + text.length);
    bytes.putLong(LABEL, ((long) partition << 40) + row);
    bytes.put(KIND, PROBLEM).position(FEATURES).put(text);
    return bytes.array();
  }

  /** What is wrong, where the row that begins at {@code at} says so. */
  static @Nullable String problem(ByteBuffer rows, int at, int end) {
    return rows.get(at + KIND) == PROBLEM
        ? new String(rows.array(), at + FEATURES, end - at - FEATURES, StandardCharsets.UTF_8)
        : null;
  }

  /** Of all bytes after the hash. */
  private static long hash(byte[] row, long seed) {
    ByteBuffer bytes = ByteBuffer.wrap(row);
    long hash = mix(seed + GOLDEN) + row.length;
    int at = LABEL;
    for (; at + Long.BYTES <= row.length; at += Long.BYTES) {
      hash = mix(hash ^ bytes.getLong(at));
    }
    for (; at < row.length; at++) {
      hash = mix(hash ^ row[at]);
    }
    return hash;
  }

  /** The finisher of SplitMix64, after a step of its sequence. */
  private static long mix(long bits) {
    long z = bits + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Which of {@code shards} equal parts of all hashes the row's is in. */
  static int shard(byte[] row, int shards) {
    long upper = ByteBuffer.wrap(row).getLong(0) >>> 33;
    return (int) (upper * shards >>> 31);
  }

  static boolean held(byte[] row) {
    return row[HELD] == 1;
  }

  static long hash(ByteBuffer rows, int at) {
    return rows.getLong(at);
  }

  static int width(ByteBuffer rows, int at) {
    return rows.getInt(at + WIDTH);
  }

  static double label(ByteBuffer rows, int at) {
    return rows.getDouble(at + LABEL);
  }

  static float weight(ByteBuffer rows, int at) {
    return rows.getFloat(at + WEIGHT);
  }

  /**
   * Writes the features of the row that begins at {@code at}.
   *
   * @param target its elements from {@code offset} on are overwritten, {@code width} of them
   */
  static void features(ByteBuffer rows, int at, int width, float[] target, int offset) {
    int from = at + FEATURES;
    switch (rows.get(at + KIND)) {
      case FLOATS -> rows.duplicate().position(from).asFloatBuffer().get(target, offset, width);
      case BYTES -> {
        byte[] bytes = rows.array();
        for (int i = 0; i < width; i++) {
          target[offset + i] = bytes[from + i] & 0xff;
        }
      }
      default -> {
        Arrays.fill(target, offset, offset + width, 0);
        int filled = rows.getInt(from);
        for (int i = 0; i < filled; i++) {
          int entry = from + Integer.BYTES + i * (Integer.BYTES + Float.BYTES);
          target[offset + rows.getInt(entry)] = rows.getFloat(entry + Integer.BYTES);
        }
      }
    }
  }
}
