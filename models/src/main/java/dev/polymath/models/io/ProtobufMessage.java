package dev.polymath.models.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message to write: its fields in the order in which they are added, so that the same
 * calls give the same bytes. Arrays of floats are written from where they are.
 */
final class ProtobufMessage {

  /** What readers of protobuf take at most. */
  private static final int MOST_BYTES = Integer.MAX_VALUE;

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private interface Part {
    void writeTo(OutputStream out) throws IOException;
  }

  private final List<Part> parts = new ArrayList<>();
  private long size;

  /** Adds an integer or a constant of an enum; a negative one takes ten bytes. */
  ProtobufMessage integer(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /** Adds one float. */
  ProtobufMessage number(int field, float value) {
    key(field, FIXED32);
    return add(Float.BYTES, out -> LittleEndian.write(out, new float[] {value}));
  }

  /** Adds a string. */
  ProtobufMessage text(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    length(field, utf8.length);
    return add(utf8.length, out -> out.write(utf8));
  }

  /** Adds bytes: the values, little-endian. */
  ProtobufMessage bytes(int field, float[] values) {
    long length = (long) values.length * Float.BYTES;
    length(field, length);
    return add(length, out -> LittleEndian.write(out, values));
  }

  /** Adds bytes as they are. */
  ProtobufMessage raw(int field, byte[] value) {
    length(field, value.length);
    return add(value.length, out -> out.write(value));
  }

  /** Adds a message, as it is now. */
  ProtobufMessage message(int field, ProtobufMessage value) {
    length(field, value.size);
    List<Part> copy = List.copyOf(value.parts);
    return add(
        value.size,
        out -> {
          for (Part part : copy) {
            part.writeTo(out);
          }
        });
  }

  /** How many bytes {@link #writeTo} writes. */
  long size() {
    return size;
  }

  /** Writes the fields, without a length before them. */
  void writeTo(OutputStream out) throws IOException {
    for (Part part : parts) {
      part.writeTo(out);
    }
  }

  private void length(int field, long bytes) {
    key(field, LENGTH_DELIMITED);
    varint(bytes);
  }

  private void key(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    add(bytes.size(), bytes::writeTo);
  }

  private ProtobufMessage add(long bytes, Part part) {
    size += bytes;
    if (size > MOST_BYTES) {
      throw new IllegalArgumentException(
          "protobuf: a message of " + size + " bytes: expected at most " + MOST_BYTES);
    }
    parts.add(part);
    return this;
  }
}
