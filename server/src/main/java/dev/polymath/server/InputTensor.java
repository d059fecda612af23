package dev.polymath.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input of a request.
 *
 * @param shape none of them negative
 * @param numbers its elements row by row; empty for texts, and for binary FP32
 * @param floats the elements of binary FP32, still within the body; null for all else
 * @param texts its elements row by row; empty for numbers
 */
record InputTensor(
    String name,
    Datatype datatype,
    long[] shape,
    double[] numbers,
    @Nullable FloatBuffer floats,
    List<String> texts) {

  /** A tensor as it stands in the request, its data perhaps still to come. */
  static final class Draft {
    @Nullable String name;
    @Nullable String datatype;
    long @Nullable [] shape;

    /** Bytes in the binary part; −1 if the data stand in the JSON. */
    long binarySize = -1;

    double[] numbers = {};
    @Nullable FloatBuffer floats;
    int count;
    final List<String> texts = new ArrayList<>();
    boolean data;

    void add(double number) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, Math.max(64, 2 * count));
      }
      numbers[count++] = number;
    }

    /**
     * The whole tensor.
     *
     * @param binary the binary part, from this tensor's data on; what it takes is taken
     */
    InputTensor finish(ByteBuffer binary) throws Refusal {
      if (name == null) {
        throw Refusal.of(400, "inputs: expected a name for each");
      }
      if (datatype == null || shape == null) {
        throw Refusal.of(400, "input " + name + ": expected a shape and a datatype");
      }
      Datatype type = Datatype.named(name, datatype);
      if (data == binarySize >= 0) {
        throw Refusal.of(
            400,
            "input "
                + name
                + ": expected either data or the parameter binary_data_size, found "
                + (data ? "both" : "neither"));
      }
      if (binarySize >= 0) {
        read(name, type, binary);
      }
      if (type == Datatype.BYTES ? count > 0 : !texts.isEmpty()) {
        throw Refusal.of(
            400,
            "input " + name + ": data: expected " + (type == Datatype.BYTES ? "texts" : "numbers"));
      }
      long elements = 1;
      for (long side : shape) {
        // Each side alone is checked first: no product of them may overflow.
        elements = side < 0 || side > Integer.MAX_VALUE ? -1 : elements * side;
        if (elements < 0 || elements > Integer.MAX_VALUE) {
          throw Refusal.of(
              400,
              "input "
                  + name
                  + ": shape: expected sides of at least 0 and no more elements than fit, found "
                  + Arrays.toString(shape));
        }
      }
      int found = type == Datatype.BYTES ? texts.size() : count;
      if (elements != found) {
        throw Refusal.of(
            400,
            "input "
                + name
                + ": shape "
                + Arrays.toString(shape)
                + ": expected "
                + elements
                + " elements, found "
                + found);
      }
      if (data && type.isWhole()) {
        requireWhole(name, type);
      }
      double[] values = floats == null ? Arrays.copyOf(numbers, count) : new double[0];
      return new InputTensor(name, type, shape, values, floats, List.copyOf(texts));
    }

    private void requireWhole(String tensor, Datatype type) throws Refusal {
      for (int i = 0; i < count; i++) {
        if (!type.holds(numbers[i])) {
          throw Refusal.of(
              400, "input " + tensor + ": element " + i + ": is no " + type + ": " + numbers[i]);
        }
      }
    }

    private void read(String tensor, Datatype type, ByteBuffer binary) throws Refusal {
      if (binarySize > binary.remaining()) {
        throw Refusal.of(
            400,
            "input "
                + tensor
                + ": binary_data_size: expected at most the "
                + binary.remaining()
                + " bytes that are left, found "
                + binarySize);
      }
      ByteBuffer own =
          binary.slice(binary.position(), (int) binarySize).order(ByteOrder.LITTLE_ENDIAN);
      binary.position(binary.position() + (int) binarySize);
      if (type == Datatype.BYTES) {
        readTexts(tensor, own);
        return;
      }
      if (binarySize % type.size() != 0) {
        throw Refusal.of(
            400,
            "input "
                + tensor
                + ": binary_data_size: expected a multiple of "
                + type.size()
                + ", found "
                + binarySize);
      }
      count = (int) binarySize / type.size();
      if (type == Datatype.FP32) {
        floats = own.asFloatBuffer();
        return;
      }
      numbers = new double[count];
      for (int i = 0; i < count; i++) {
        numbers[i] =
            switch (type) {
              case FP64 -> own.getDouble();
              case INT32 -> own.getInt();
              case INT64 -> own.getLong();
              default -> own.get() & 0xff;
            };
      }
    }

    private void readTexts(String tensor, ByteBuffer own) throws Refusal {
      while (own.hasRemaining()) {
        int length = own.remaining() < 4 ? -1 : own.getInt();
        if (length < 0 || length > own.remaining()) {
          throw Refusal.of(400, "input " + tensor + ": a text does not fit in its bytes");
        }
        byte[] text = new byte[length];
        own.get(text);
        texts.add(new String(text, StandardCharsets.UTF_8));
      }
    }
  }

  /**
   * Rows of {@code width} elements: the first side, or one row where the only side is the width.
   */
  int rows(int width) throws Refusal {
    long rest = 1;
    for (int i = 1; i < shape.length; i++) {
      rest *= shape[i];
    }
    if (shape.length > 1 && rest == width) {
      return (int) shape[0];
    }
    if (shape.length == 1 && (width == 1 || shape[0] == width)) {
      return width == 1 ? (int) shape[0] : 1;
    }
    throw Refusal.of(
        400,
        "input "
            + name
            + ": shape: expected [rows, "
            + width
            + "], found "
            + Arrays.toString(shape));
  }
}
