package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Strings and arrays of numbers in one safetensors file, each by its name, with a checksum of all
 * of them: how a run is kept on disk. Each array is a tensor of one dimension.
 *
 * @param strings none of them named {@code checksum}, {@code format} or {@code formatVersion}
 * @param tensors float32; the arrays are not copied
 */
public record TensorFile(Map<String, String> strings, Map<String, float[]> tensors) {

  private static final String FORMAT = "format";
  private static final String VERSION = "formatVersion";

  public TensorFile {
    for (String own : List.of(Checksum.KEY, FORMAT, VERSION)) {
      if (strings.containsKey(own)) {
        throw new IllegalArgumentException("tensor file: the name " + quote(own) + " is reserved");
      }
    }
    strings = Collections.unmodifiableMap(new LinkedHashMap<>(strings));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Writes the file whole or not at all.
   *
   * @param format what the content is, such as {@code polymath checkpoint}
   * @param version of the format
   */
  public void write(Path file, String format, String version) throws IOException {
    List<Safetensors.Entry> entries = entries();
    Safetensors.write(file, metadata(format, version, entries), entries);
  }

  /** Writes the bytes of such a file to a stream, which stays open. */
  public void write(OutputStream out, String format, String version) throws IOException {
    List<Safetensors.Entry> entries = entries();
    Safetensors.write(out, metadata(format, version, entries), entries);
  }

  private List<Safetensors.Entry> entries() {
    List<Safetensors.Entry> entries = new ArrayList<>();
    tensors.forEach(
        (name, values) -> entries.add(new Safetensors.Entry(name, List.of(values.length), values)));
    return entries;
  }

  private Map<String, String> metadata(
      String format, String version, List<Safetensors.Entry> entries) throws IOException {
    Map<String, String> metadata = new TreeMap<>(strings);
    metadata.put(FORMAT, format);
    metadata.put(VERSION, version);
    return Checksum.added(metadata, entries);
  }

  /**
   * Reads a file.
   *
   * @throws ModelFormatException if it is no file of this format and version, or damaged
   */
  public static TensorFile read(Path path, String format, String version) throws IOException {
    try (Safetensors file = Safetensors.open(path)) {
      return read(path.toString(), file, format, version);
    }
  }

  /**
   * Reads the content of a file.
   *
   * @param name for messages
   * @throws ModelFormatException if it is no file of this format and version, or damaged
   */
  public static TensorFile read(String name, byte[] content, String format, String version)
      throws IOException {
    try (Safetensors file = Safetensors.open(name, content)) {
      return read(name, file, format, version);
    }
  }

  private static TensorFile read(String path, Safetensors file, String format, String version)
      throws IOException {
    Map<String, String> strings = new LinkedHashMap<>(file.metadata());
    require(path, strings, FORMAT, format);
    require(path, strings, VERSION, version);
    if (!strings.containsKey(Checksum.KEY)) {
      throw new ModelFormatException(
          path, "the file is damaged: metadata " + quote(Checksum.KEY) + " is missing");
    }
    Checksum.check(path, file, key -> true);
    strings.keySet().removeAll(List.of(Checksum.KEY, FORMAT, VERSION));
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (String name : file.shapes().keySet()) {
      tensors.put(name, file.read(name));
    }
    return new TensorFile(strings, tensors);
  }

  private static void require(String path, Map<String, String> strings, String key, String expected)
      throws ModelFormatException {
    String found = strings.get(key);
    if (!expected.equals(found)) {
      throw new ModelFormatException(
          path,
          "metadata "
              + quote(key)
              + ": expected "
              + quote(expected)
              + ", found "
              + (found == null ? "none" : quote(found)));
    }
  }
}
