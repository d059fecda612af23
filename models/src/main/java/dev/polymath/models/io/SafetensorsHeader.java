package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file, checked: every tensor is of a {@link Dtype}, its bytes are
 * those of its shape, and the tensors cover the data from its first byte to its last, each byte
 * once.
 *
 * @param metadata the strings of {@code __metadata__}, in the order of the file
 * @param slots by name, in the order of their bytes
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Slot> slots) {

  static final String METADATA = "__metadata__";

  private static final int MOST_DIMENSIONS = 8;

  /**
   * Where a tensor lies.
   *
   * @param begin its first byte, counted from the first byte of the data
   * @param end the byte after its last
   */
  record Slot(String name, Dtype dtype, List<Integer> shape, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param text the JSON, with or without its padding of spaces
   * @param dataLength bytes that follow the header in the file
   */
  static SafetensorsHeader parse(String file, String text, long dataLength) throws IOException {
    if (!text.startsWith("{")) {
      throw new ModelFormatException(
          file,
          "header: expected '{' first, found "
              + (text.isEmpty() ? "nothing" : quote(text.substring(0, 1))));
    }
    JsonReader json = new JsonReader(file, "header", text);
    Map<String, String> metadata = Map.of();
    List<Slot> slots = new ArrayList<>();
    json.startObject("header");
    for (String name = json.nextField(); name != null; name = json.nextField()) {
      if (name.equals(METADATA)) {
        metadata = metadata(json);
      } else {
        slots.add(slot(json, name, dataLength));
      }
    }
    json.end();
    return new SafetensorsHeader(metadata, inOrder(json, slots, dataLength));
  }

  private static Map<String, String> metadata(JsonReader json) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    json.startObject(METADATA);
    for (String key = json.nextField(); key != null; key = json.nextField()) {
      metadata.put(key, json.string(METADATA + ": " + quote(key)));
    }
    return Collections.unmodifiableMap(metadata);
  }

  private static Slot slot(JsonReader json, String name, long dataLength) throws IOException {
    String tensor = "tensor " + quote(name);
    Dtype dtype = null;
    List<Integer> shape = null;
    long[] offsets = null;
    json.startObject(tensor);
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "dtype" -> dtype = dtype(json, name);
        case "shape" -> shape = shape(json, tensor);
        case "data_offsets" -> offsets = offsets(json, tensor, dataLength);
        default ->
            throw json.fault(
                tensor + ": expected dtype, shape and data_offsets, found " + quote(field));
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw json.fault(tensor + ": " + missing(dtype, shape) + " is missing");
    }
    long elements = elements(shape);
    if (elements < 0) {
      throw json.fault(tensor + ": shape " + shape + ": more elements than an array holds");
    }
    long bytes = elements * dtype.bytes();
    if (offsets[1] - offsets[0] != bytes) {
      throw json.fault(
          String.format(
              Locale.ROOT,
              "%s: shape %s takes %d bytes, data_offsets [%d, %d] hold %d",
              tensor,
              shape,
              bytes,
              offsets[0],
              offsets[1],
              offsets[1] - offsets[0]));
    }
    return new Slot(name, dtype, shape, offsets[0], offsets[1]);
  }

  private static String missing(@Nullable Dtype dtype, @Nullable List<Integer> shape) {
    return dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
  }

  private static Dtype dtype(JsonReader json, String tensorName) throws IOException {
    String tensor = "tensor " + quote(tensorName);
    String name = json.string(tensor + ": dtype");
    for (Dtype dtype : Dtype.values()) {
      boolean allowed = dtype != Dtype.I64 || tensorName.endsWith(BatchNorms.COUNT);
      if (dtype.name().equals(name) && allowed) {
        return dtype;
      }
    }
    throw json.fault(tensor + ": dtype: expected F32, F64, F16 or BF16, found " + quote(name));
  }

  private static List<Integer> shape(JsonReader json, String tensor) throws IOException {
    String what = tensor + ": shape";
    List<Integer> shape = new ArrayList<>();
    json.startArray(what);
    while (json.nextElement()) {
      if (shape.size() == MOST_DIMENSIONS) {
        throw json.fault(
            what + ": expected at most " + MOST_DIMENSIONS + " dimensions, found more");
      }
      shape.add((int) json.integer(what, 0, Integer.MAX_VALUE));
    }
    return List.copyOf(shape);
  }

  private static long[] offsets(JsonReader json, String tensor, long dataLength)
      throws IOException {
    String what = tensor + ": data_offsets";
    long[] offsets = new long[2];
    int count = 0;
    json.startArray(what);
    while (json.nextElement()) {
      if (count == 2) {
        throw json.fault(what + ": expected 2 integers, found more");
      }
      // Bounded by the file, so that no difference of two offsets overflows.
      offsets[count++] = json.integer(what + " in " + dataLength + " bytes of data", 0, dataLength);
    }
    if (count != 2) {
      throw json.fault(what + ": expected 2 integers, found " + count);
    }
    return offsets;
  }

  /** The elements of a tensor; −1 if a Java array cannot hold them. */
  static long elements(List<Integer> shape) {
    long elements = 1;
    for (int dimension : shape) {
      if (dimension == 0) {
        return 0;
      }
    }
    for (int dimension : shape) {
      elements *= dimension;
      if (elements > Safetensors.MOST_ELEMENTS) {
        return -1;
      }
    }
    return elements;
  }

  private static Map<String, Slot> inOrder(JsonReader json, List<Slot> slots, long dataLength)
      throws IOException {
    slots.sort(Comparator.comparingLong(Slot::begin).thenComparingLong(Slot::end));
    Map<String, Slot> byName = new LinkedHashMap<>();
    long covered = 0;
    for (Slot slot : slots) {
      if (slot.begin() != covered) {
        throw json.fault(
            String.format(
                Locale.ROOT,
                "tensor %s: data_offsets: expected to begin at %d, where the one before ends, found"
                    + " %d",
                quote(slot.name()),
                covered,
                slot.begin()));
      }
      covered = slot.end();
      byName.put(slot.name(), slot);
    }
    if (covered != dataLength) {
      throw json.fault(
          "the tensors end at byte "
              + covered
              + " of the data, but the file holds "
              + dataLength
              + " bytes of it");
    }
    return Collections.unmodifiableMap(byName);
  }
}
