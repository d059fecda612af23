package dev.polymath.server;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The kinds of tensors of the Open Inference Protocol that are read here, by their names there. */
enum Datatype {
  FP32(4),
  FP64(8),
  INT32(4),
  INT64(8),
  UINT8(1),
  /** Texts; in binary each begins with its length in four bytes. */
  BYTES(0);

  private final int size;

  Datatype(int size) {
    this.size = size;
  }

  /** Bytes of an element in binary; 0 where they differ. */
  int size() {
    return size;
  }

  boolean isWhole() {
    return this == INT32 || this == INT64 || this == UINT8;
  }

  /** Whether a number is one of a whole type's. */
  boolean holds(double number) {
    double most = this == UINT8 ? 255 : this == INT32 ? Integer.MAX_VALUE : 0x1p63;
    double least = this == UINT8 ? 0 : -most - (this == INT32 ? 1 : 0);
    return number == Math.rint(number) && number >= least && number <= most;
  }

  static Datatype named(String tensor, String name) throws Refusal {
    for (Datatype type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw Refusal.of(
        400,
        "input "
            + tensor
            + ": datatype: expected one of "
            + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))
            + ", found "
            + name);
  }
}
