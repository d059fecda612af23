package dev.polymath.models.io;

import static dev.polymath.models.internal.PlainText.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.polymath.models.internal.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A safetensors file, open for reading, and the writer of such files. Tensors are written as
 * float32; a file's F64, F16 and BF16 are read as float32 too.
 *
 * <p>The file: the length n of the header in 8 bytes, little-endian; n bytes of JSON, padded with
 * spaces; the tensors, row-major and little-endian. The header gives each tensor's {@code dtype},
 * {@code shape} and {@code data_offsets}, and a map of strings under {@code __metadata__}.
 *
 * <p>The reader trusts nothing: {@link #open} checks the whole header against the size of the file
 * before anything is allocated from what it says. A file that fails is a {@link
 * ModelFormatException} that names the file, the tensor, what was expected and what was found.
 */
final class Safetensors implements Closeable {

  /** The longest header that is read or written, in bytes: what the format allows. */
  static final int MAX_HEADER = 100_000_000;

  /** What fits a Java array on every JVM. */
  static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  private static final int LENGTH_BYTES = 8;
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final JsonFactory JSON = new JsonFactory();

  private final String file;
  private final Bytes bytes;
  private final long dataStart;
  private final SafetensorsHeader header;
  private final Map<String, List<Integer>> shapes;

  private Safetensors(String file, Bytes bytes, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.bytes = bytes;
    this.dataStart = dataStart;
    this.header = header;
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    header.slots().forEach((name, slot) -> shapes.put(name, slot.shape()));
    this.shapes = Collections.unmodifiableMap(shapes);
  }

  /**
   * A tensor to write.
   *
   * @param name unique in its file, and not {@code __metadata__}
   * @param shape dimensions of 0 or more, outermost first; empty for a single number
   * @param values row-major, as many as the shape has elements; not copied
   */
  public record Entry(String name, List<Integer> shape, float[] values) {

    public Entry {
      shape = List.copyOf(shape);
      if (name.equals(SafetensorsHeader.METADATA)) {
        throw new IllegalArgumentException("tensor: the name " + quote(name) + " is reserved");
      }
      if (shape.stream().anyMatch(dimension -> dimension < 0)
          || SafetensorsHeader.elements(shape) != values.length) {
        throw new IllegalArgumentException(
            "tensor "
                + quote(name)
                + ": shape "
                + shape
                + " does not fit "
                + values.length
                + " values");
      }
    }
  }

  /**
   * Opens a file, reads and checks its header.
   *
   * @throws ModelFormatException if the file is no safetensors file, is damaged, or holds a tensor
   *     of another dtype than F32, F64, F16 and BF16
   */
  public static Safetensors open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected a regular file");
    }
    return open(
        file.toString(), new FileBytes(file, FileChannel.open(file, StandardOpenOption.READ)));
  }

  /**
   * Reads what a file holds from memory.
   *
   * @param name for messages, in place of a file's
   * @param content the whole file; not copied
   * @throws ModelFormatException as {@link #open(Path)}
   */
  public static Safetensors open(String name, byte[] content) throws IOException {
    return open(name, new ArrayBytes(content));
  }

  private static Safetensors open(String file, Bytes bytes) throws IOException {
    try {
      long size = bytes.size();
      if (size < LENGTH_BYTES) {
        throw new ModelFormatException(
            file, "expected a header length in the first 8 bytes, found a file of " + size);
      }
      long length = readFully(file, bytes, ByteBuffer.allocate(LENGTH_BYTES), 0).getLong();
      if (length < 0 || length > MAX_HEADER) {
        throw new ModelFormatException(
            file,
            "is no safetensors file: header length: expected at most "
                + MAX_HEADER
                + ", found "
                + Long.toUnsignedString(length));
      }
      if (length > size - LENGTH_BYTES) {
        throw new ModelFormatException(
            file,
            "header length: expected at most the "
                + (size - LENGTH_BYTES)
                + " bytes that follow, found "
                + length
                + "; the file may be cut short, or be no safetensors file");
      }
      ByteBuffer json = readFully(file, bytes, ByteBuffer.allocate((int) length), LENGTH_BYTES);
      long dataStart = LENGTH_BYTES + length;
      SafetensorsHeader header =
          SafetensorsHeader.parse(file, decode(file, json), size - dataStart);
      return new Safetensors(file, bytes, dataStart, header);
    } catch (Throwable e) {
      try {
        bytes.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** Where a file's bytes are read from. */
  private sealed interface Bytes extends Closeable {
    long size() throws IOException;

    /** Fills the buffer as far as it goes from a position on; -1 at the end. */
    int read(ByteBuffer buffer, long position) throws IOException;
  }

  private record FileBytes(Path file, FileChannel channel) implements Bytes {
    @Override
    public long size() throws IOException {
      try {
        return channel.size();
      } catch (IOException e) {
        throw named(e);
      }
    }

    private IOException named(IOException e) {
      return new IOException(file + ": " + e.getMessage(), e);
    }

    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
      try {
        return channel.read(buffer, position);
      } catch (IOException e) {
        throw named(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } catch (IOException e) {
        throw named(e);
      }
    }
  }

  private record ArrayBytes(byte[] content) implements Bytes {
    @Override
    public long size() {
      return content.length;
    }

    @Override
    public int read(ByteBuffer buffer, long position) {
      int count = (int) Math.min(buffer.remaining(), content.length - position);
      if (count <= 0) {
        return -1;
      }
      buffer.put(content, (int) position, count);
      return count;
    }

    @Override
    public void close() {}
  }

  private static String decode(String file, ByteBuffer bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          file, "header: expected UTF-8, found other bytes at " + bytes.position(), e);
    }
  }

  /** The strings of {@code __metadata__}, in the order of the file; empty if there are none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The shape of each tensor by its name, in the order of their data. */
  public Map<String, List<Integer>> shapes() {
    return shapes;
  }

  /** The number format of a tensor of the file. */
  Dtype dtype(String name) {
    return slot(name).dtype();
  }

  /**
   * Reads one tensor, row-major. Numbers of F64 are rounded; those beyond float32 become infinite.
   *
   * @throws IllegalArgumentException if the file has no tensor of that name
   */
  public float[] read(String name) throws IOException {
    SafetensorsHeader.Slot slot = slot(name);
    Dtype dtype = slot.dtype();
    float[] values = new float[(int) ((slot.end() - slot.begin()) / dtype.bytes())];
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (int done = 0; done < values.length; ) {
      int count = Math.min(values.length - done, CHUNK_BYTES / dtype.bytes());
      chunk.clear().limit(count * dtype.bytes());
      long position = dataStart + slot.begin() + (long) done * dtype.bytes();
      readFully(file, bytes, chunk, position);
      for (int i = 0; i < count; i++) {
        values[done + i] = dtype.next(chunk);
      }
      done += count;
    }
    return values;
  }

  /** Digests the bytes of one tensor as they lie in the file. */
  void digest(String name, MessageDigest digest) throws IOException {
    SafetensorsHeader.Slot slot = slot(name);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (long at = slot.begin(); at < slot.end(); at += CHUNK_BYTES) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, slot.end() - at));
      digest.update(readFully(file, bytes, chunk, dataStart + at));
    }
  }

  private SafetensorsHeader.Slot slot(String name) {
    SafetensorsHeader.Slot slot = header.slots().get(name);
    if (slot == null) {
      throw new IllegalArgumentException(file + ": there is no tensor " + quote(name));
    }
    return slot;
  }

  /** Fills the buffer from a position of the file and flips it, little-endian. */
  private static ByteBuffer readFully(String file, Bytes bytes, ByteBuffer buffer, long position)
      throws IOException {
    for (long at = position; buffer.hasRemaining(); ) {
      int count = bytes.read(buffer, at);
      if (count < 0) {
        throw new ModelFormatException(
            file, "the file was cut at byte " + at + " while it was read");
      }
      at += count;
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    bytes.close();
  }

  /**
   * Writes a file whole or not at all: a reader sees the old file or the new one, and a failure
   * leaves the old one as it was. A symbolic link stays one and the file it leads to is replaced;
   * the permissions of an existing file are kept.
   *
   * <p>The same arguments give the same bytes: metadata is written in the order of its keys,
   * tensors in the order given.
   *
   * @throws IllegalArgumentException if two tensors share a name, a string is not valid Unicode, or
   *     the header is longer than the format allows, 100 MB; nothing is written then
   */
  public static void write(Path file, Map<String, String> metadata, List<Entry> tensors)
      throws IOException {
    List<Entry> entries = List.copyOf(tensors);
    ByteBuffer head = head(new TreeMap<>(metadata), entries);
    AtomicFile.write(file, channel -> write(Channels.newOutputStream(channel), head, entries));
  }

  /**
   * Writes the bytes of such a file to a stream, which stays open.
   *
   * @throws IllegalArgumentException as {@link #write(Path, Map, List)}
   */
  public static void write(OutputStream out, Map<String, String> metadata, List<Entry> tensors)
      throws IOException {
    List<Entry> entries = List.copyOf(tensors);
    write(out, head(new TreeMap<>(metadata), entries), entries);
  }

  private static void write(OutputStream out, ByteBuffer head, List<Entry> entries)
      throws IOException {
    out.write(head.array(), 0, head.limit());
    for (Entry entry : entries) {
      LittleEndian.write(out, entry.values());
    }
  }

  /** The length and the padded JSON. */
  private static ByteBuffer head(Map<String, String> metadata, List<Entry> entries)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(
              entry.getKey(), Objects.requireNonNull(entry.getValue(), entry.getKey()));
        }
        json.writeEndObject();
      }
      Set<String> names = new HashSet<>();
      long begin = 0;
      for (Entry entry : entries) {
        if (!names.add(entry.name())) {
          throw new IllegalArgumentException("two tensors are named " + quote(entry.name()));
        }
        long end = begin + (long) entry.values().length * Float.BYTES;
        json.writeObjectFieldStart(entry.name());
        json.writeStringField("dtype", "F32");
        json.writeArrayFieldStart("shape");
        for (int dimension : entry.shape()) {
          json.writeNumber(dimension);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(begin);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    ByteBuffer utf8;
    try {
      utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text.getBuffer()));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("safetensors: a name or a string is not valid Unicode", e);
    }
    int length = (utf8.remaining() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > MAX_HEADER) {
      throw new IllegalArgumentException(
          "safetensors: header of " + length + " bytes: expected at most " + MAX_HEADER);
    }
    ByteBuffer head = ByteBuffer.allocate(LENGTH_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(length).put(utf8);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    return head.flip();
  }
}
