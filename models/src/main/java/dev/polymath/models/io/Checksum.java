package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import dev.polymath.models.internal.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What tells a damaged file from a whole one: {@code sha256:} and the SHA-256 of its strings and
 * its tensors, kept among the strings as {@link #KEY}. Whatever else reads the file ignores it.
 *
 * <p>Digested are, in the order of their keys, the strings that count, each as key, zero byte,
 * value, zero byte in UTF-8; then, in the order of their names, the tensors, each as name, zero
 * byte, dimensions with commas between them, zero byte, the values as they lie in the file. A tool
 * that writes the same content in another order leaves the checksum right.
 */
final class Checksum {

  static final String KEY = "checksum";

  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{64}");

  private Checksum() {}

  /** The strings of a file that is to be written, with the checksum of all of them. */
  static Map<String, String> added(Map<String, String> metadata, List<Safetensors.Entry> tensors)
      throws IOException {
    Map<String, String> more = new TreeMap<>(metadata);
    more.put(KEY, PREFIX + of(metadata, tensors));
    return more;
  }

  /** The digest of strings and tensors, in 64 hexadecimal digits. */
  static String of(Map<String, String> metadata, List<Safetensors.Entry> tensors)
      throws IOException {
    MessageDigest sha = Sha256.digest();
    strings(sha, metadata, key -> true);
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha)) {
      for (Safetensors.Entry tensor : sorted(tensors)) {
        header(sha, tensor.name(), tensor.shape());
        LittleEndian.write(out, tensor.values());
      }
    }
    return Sha256.hex(sha);
  }

  private static List<Safetensors.Entry> sorted(List<Safetensors.Entry> tensors) {
    return tensors.stream().sorted(Comparator.comparing(Safetensors.Entry::name)).toList();
  }

  /**
   * Checks an open file. One without a checksum passes: it is older than they are.
   *
   * @param counts which of the strings were digested
   * @throws ModelFormatException if the file does not have the content that it was written with
   */
  static void check(String path, Safetensors file, Predicate<String> counts) throws IOException {
    String expected = file.metadata().get(KEY);
    if (expected == null) {
      requireNoDamagedKey(path, file.metadata());
      return;
    }
    if (!FORM.matcher(expected).matches()) {
      throw new ModelFormatException(
          path,
          "metadata "
              + quote(KEY)
              + ": expected "
              + PREFIX
              + " and 64 hexadecimal digits, found "
              + quote(expected));
    }
    MessageDigest sha = Sha256.digest();
    strings(sha, file.metadata(), counts);
    Map<String, List<Integer>> shapes = new TreeMap<>(file.shapes());
    for (Map.Entry<String, List<Integer>> tensor : shapes.entrySet()) {
      header(sha, tensor.getKey(), tensor.getValue());
      file.digest(tensor.getKey(), sha);
    }
    String found = PREFIX + Sha256.hex(sha);
    if (!found.equals(expected)) {
      throw new ModelFormatException(
          path,
          "the file is damaged: its content does not have the checksum that it was written with:"
              + " expected "
              + expected
              + ", found "
              + found);
    }
  }

  /** A bit of the key itself may be the one that fell over. */
  private static void requireNoDamagedKey(String path, Map<String, String> metadata)
      throws ModelFormatException {
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      String key = entry.getKey();
      if (differences(key) == 1 && FORM.matcher(entry.getValue()).matches()) {
        throw new ModelFormatException(
            path,
            "the file is damaged: metadata: expected " + quote(KEY) + ", found " + quote(key));
      }
    }
  }

  /** In how many characters a key differs from {@link #KEY}; many if it has another length. */
  private static int differences(String key) {
    if (key.length() != KEY.length()) {
      return KEY.length();
    }
    int differences = 0;
    for (int i = 0; i < key.length(); i++) {
      differences += key.charAt(i) == KEY.charAt(i) ? 0 : 1;
    }
    return differences;
  }

  private static void strings(
      MessageDigest sha, Map<String, String> metadata, Predicate<String> counts) {
    for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
      if (!entry.getKey().equals(KEY) && counts.test(entry.getKey())) {
        text(sha, entry.getKey());
        text(sha, entry.getValue());
      }
    }
  }

  private static void header(MessageDigest sha, String name, List<Integer> shape) {
    text(sha, name);
    text(sha, shape.stream().map(String::valueOf).collect(Collectors.joining(",")));
  }

  private static void text(MessageDigest sha, @Nullable String text) {
    sha.update(String.valueOf(text).getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
  }
}
