package dev.polymath.models.io;

import dev.polymath.models.internal.AtomicFile;
import dev.polymath.models.network.InputScaling;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A model as NumPy's {@code savez} writes arrays: a zip file of {@code .npy} files, version 1.0,
 * stored and not deflated, since weights do not shrink.
 */
final class NpzArchive {

  /**
   * One tick after the earliest that zip knows. The earliest itself stands for all that is earlier,
   * and Java adds the exact time, which depends on the time zone.
   */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0, 2);

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;
  private static final Charset UTF_32 = Charset.forName("UTF-32LE");

  private final ZipOutputStream zip;

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private NpzArchive(ZipOutputStream zip) {
    this.zip = zip;
  }

  /** Writes the file whole or not at all; the same model gives the same bytes. */
  static void write(Path file, ModelFile model) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          // Not closed: that would close the channel, which is to be forced to disk.
          ZipOutputStream zip =
              new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
          new NpzArchive(zip).add(FoldedTargets.of("NPZ", model));
          zip.finish();
          zip.flush();
        });
  }

  private void add(ModelFile model) throws IOException {
    ModelDescription description = model.description();
    InputScaling scaling = description.scaling();
    List<Integer> features = List.of(scaling.features());
    add(ModelFile.SHIFT, features, scaling.shift());
    add(ModelFile.SCALE, features, scaling.scale());
    for (Map.Entry<String, List<Integer>> shape : description.parameterShapes().entrySet()) {
      add(shape.getKey(), shape.getValue(), model.parameter(shape.getKey()));
    }
    add("model", DescriptionJson.model(description));
    add("training", DescriptionJson.training(description.provenance()));
  }

  private void add(String name, List<Integer> shape, float[] values) throws IOException {
    add(
        name,
        header("<f4", shape),
        (long) values.length * Float.BYTES,
        out -> LittleEndian.write(out, values));
  }

  /** One string, as an array without dimensions. */
  private void add(String name, String text) throws IOException {
    byte[] content = text.getBytes(UTF_32);
    add(
        name,
        header("<U" + content.length / 4, List.of()),
        content.length,
        out -> out.write(content));
  }

  private void add(String name, byte[] header, long contentLength, Content content)
      throws IOException {
    CRC32 checksum = new CRC32();
    OutputStream nowhere = new CheckedOutputStream(OutputStream.nullOutputStream(), checksum);
    nowhere.write(header);
    content.writeTo(nowhere);

    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(header.length + contentLength);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(header);
    content.writeTo(zip);
    zip.closeEntry();
  }

  /** Magic, version, length, and a Python literal padded so that the values begin aligned. */
  private static byte[] header(String type, List<Integer> shape) {
    String dimensions =
        shape.stream().map(dimension -> dimension + ",").collect(Collectors.joining(" "));
    String literal =
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + dimensions + "), }";
    int unpadded = MAGIC.length + Short.BYTES + literal.length() + 1;
    int length = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteArrayOutputStream header = new ByteArrayOutputStream(length);
    header.writeBytes(MAGIC);
    header.writeBytes(
        ByteBuffer.allocate(Short.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) (length - MAGIC.length - Short.BYTES))
            .array());
    header.writeBytes(literal.getBytes(StandardCharsets.US_ASCII));
    header.writeBytes((" ".repeat(length - unpadded) + "\n").getBytes(StandardCharsets.US_ASCII));
    return header.toByteArray();
  }
}
