package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The checksum of a model file")
class ChecksumTest {

  private static byte[] sound() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Models.file().write(out);
    return out.toByteArray();
  }

  @Test
  @DisplayName("finds each single bit that fell over, wherever it is")
  void everyBit() throws IOException {
    byte[] bytes = sound();
    for (int i = 0; i < bytes.length * 8; i++) {
      bytes[i / 8] ^= (byte) (1 << i % 8);
      int bit = i;
      assertThrows(
          ModelFormatException.class,
          () -> ModelFile.read(bytes),
          () -> "bit " + bit % 8 + " of byte " + bit / 8);
      bytes[i / 8] ^= (byte) (1 << i % 8);
    }
    ModelFile.read(bytes);
  }

  @Test
  @DisplayName("names a damaged weight for what it is")
  void message() throws IOException {
    byte[] bytes = sound();
    bytes[bytes.length - 1] ^= 1;
    String message =
        String.valueOf(
            assertThrows(ModelFormatException.class, () -> ModelFile.read(bytes)).getMessage());
    assertTrue(
        message.startsWith(
            "model: the file is damaged: its content does not have the checksum that it was written"
                + " with: expected sha256:"),
        message);
  }

  @Test
  @DisplayName("is what the page says that it is")
  void asDocumented() throws IOException, NoSuchAlgorithmException {
    Safetensors file = Safetensors.open("model", sound());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (String key : List.of("format", "formatVersion", "model", "training")) {
      content.writeBytes(
          (key + "\0" + file.metadata().get(key) + "\0").getBytes(StandardCharsets.UTF_8));
    }
    for (Map.Entry<String, List<Integer>> tensor : new TreeMap<>(file.shapes()).entrySet()) {
      String shape = tensor.getValue().toString().replaceAll("[\\[\\] ]", "");
      content.writeBytes((tensor.getKey() + "\0" + shape + "\0").getBytes(StandardCharsets.UTF_8));
      for (float value : file.read(tensor.getKey())) {
        content.writeBytes(
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      }
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.toByteArray());
    assertEquals("sha256:" + HexFormat.of().formatHex(digest), file.metadata().get("checksum"));
  }

  @Test
  @DisplayName(
      "stays right where another tool writes the same content in another order, and adds a string")
  void anotherOrder() throws IOException {
    Safetensors file = Safetensors.open("model", sound());
    List<Safetensors.Entry> tensors = new ArrayList<>();
    for (Map.Entry<String, List<Integer>> tensor : file.shapes().entrySet()) {
      String name = tensor.getKey();
      tensors.add(new Safetensors.Entry(name, tensor.getValue(), file.read(name)));
    }
    Collections.reverse(tensors);
    Map<String, String> metadata = new TreeMap<>(file.metadata());
    metadata.put("author", "somebody");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, metadata, tensors);
    assertEquals(Models.description(), ModelFile.read(out.toByteArray()).description());
  }

  @Test
  @DisplayName("is missing in older files, which are read")
  void older() throws IOException {
    Safetensors file = Safetensors.open("model", sound());
    Map<String, String> metadata = new TreeMap<>(file.metadata());
    Objects.requireNonNull(metadata.remove("checksum"));
    List<Safetensors.Entry> tensors = new ArrayList<>();
    for (Map.Entry<String, List<Integer>> tensor : file.shapes().entrySet()) {
      String name = tensor.getKey();
      tensors.add(new Safetensors.Entry(name, tensor.getValue(), file.read(name)));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, metadata, tensors);
    assertEquals(Models.description(), ModelFile.read(out.toByteArray()).description());
  }

  @Test
  @DisplayName("must have its form")
  void form() throws IOException {
    Safetensors file = Safetensors.open("model", sound());
    Map<String, String> metadata = new TreeMap<>(file.metadata());
    metadata.put("checksum", "crc32:1234");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, metadata, List.of());
    try {
      ModelFile.read(out.toByteArray());
      fail("read");
    } catch (ModelFormatException e) {
      assertEquals(
          "model: metadata \"checksum\": expected sha256: and 64 hexadecimal digits, found"
              + " \"crc32:1234\"",
          e.getMessage());
    }
  }
}
