package dev.polymath.models.io;

import java.nio.ByteBuffer;

/** The number formats of safetensors that become float32 on reading. */
enum Dtype {
  /** IEEE 754 binary32. */
  F32(4) {
    @Override
    float next(ByteBuffer in) {
      return in.getFloat();
    }
  },
  /** IEEE 754 binary64, rounded to the nearest float32; infinite beyond its range. */
  F64(8) {
    @Override
    float next(ByteBuffer in) {
      return (float) in.getDouble();
    }
  },
  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction; exact in float32. */
  F16(2) {
    @Override
    float next(ByteBuffer in) {
      int bits = in.getShort();
      int exponent = bits >> 10 & 0x1F;
      int fraction = bits & 0x3FF;
      float magnitude =
          switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1F -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
          };
      return bits < 0 ? -magnitude : magnitude;
    }
  },
  /** The upper half of a float32; exact. */
  BF16(2) {
    @Override
    float next(ByteBuffer in) {
      return Float.intBitsToFloat(in.getShort() << 16);
    }
  },
  /** Integers of 64 bits: only for the count that a batch norm keeps of its batches. */
  I64(8) {
    @Override
    float next(ByteBuffer in) {
      return in.getLong();
    }
  };

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  int bytes() {
    return bytes;
  }

  /** Reads one number from a little-endian buffer. */
  abstract float next(ByteBuffer in);
}
