package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DtypeTest {

  private static ByteBuffer bytes() {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void everyHalfIsExact() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float found = Dtype.F16.next(bytes().putShort((short) bits).rewind());
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double magnitude =
          exponent == 0
              ? Math.scalb(fraction, -14)
              : exponent == 31
                  ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                  : Math.scalb(1 + fraction, exponent - 15);
      double expected = (bits & 0x8000) == 0 ? magnitude : -magnitude;
      assertEquals(expected, (double) found, "bits " + Integer.toHexString(bits));
    }
  }

  @Test
  void bfloat16IsTheUpperHalfOfAFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float found = Dtype.BF16.next(bytes().putShort((short) bits).rewind());
      assertEquals(bits << 16, Float.floatToRawIntBits(found), Integer.toHexString(bits));
    }
  }

  @Test
  void doublesAreRounded() {
    assertEquals((float) Math.PI, Dtype.F64.next(bytes().putDouble(Math.PI).rewind()));
    assertTrue(Float.isInfinite(Dtype.F64.next(bytes().putDouble(1e39).rewind())));
    assertEquals(1.5f, Dtype.F32.next(bytes().putFloat(1.5f).rewind()));
  }
}
