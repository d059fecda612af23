package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzArchiveTest {

  @TempDir Path folder;

  /** One {@code .npy} file taken apart. */
  private record Array(String header, ByteBuffer content) {}

  private Path export() throws IOException {
    Path file = folder.resolve("model.npz");
    ExportFormat.NPZ.write(Models.file(), file);
    return file;
  }

  private static Map<String, Array> read(Path file) throws IOException {
    Map<String, Array> arrays = new LinkedHashMap<>();
    // Checks lengths and checksums on the way.
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        ByteBuffer bytes = ByteBuffer.wrap(zip.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        bytes.get(magic);
        assertArrayEquals(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}, magic);
        byte[] header = new byte[bytes.getShort()];
        bytes.get(header);
        assertEquals(0, bytes.position() % 64, entry.getName() + ": where the values begin");
        String text = new String(header, StandardCharsets.US_ASCII);
        assertTrue(text.endsWith("\n"), text);
        arrays.put(
            entry.getName(), new Array(text.strip(), bytes.slice().order(ByteOrder.LITTLE_ENDIAN)));
      }
    }
    return arrays;
  }

  @Test
  void everyTensorIsAnArrayBitForBit() throws IOException {
    Map<String, Array> arrays = read(export());
    assertEquals(
        List.of(
            "input.shift.npy",
            "input.scale.npy",
            "layers.0.weight.npy",
            "layers.0.bias.npy",
            "layers.1.weight.npy",
            "layers.1.bias.npy",
            "model.npy",
            "training.npy"),
        List.copyOf(arrays.keySet()));
    assertEquals(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }",
        arrays.get("layers.0.weight.npy").header());
    assertEquals(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
        arrays.get("layers.0.bias.npy").header());
    Map<String, float[]> expected = new LinkedHashMap<>(Models.parameters());
    expected.put("input.shift", Models.SCALING.shift());
    expected.put("input.scale", Models.SCALING.scale());
    expected.forEach(
        (name, values) ->
            assertEquals(
                ByteBuffer.wrap(Hostile.floats(values)),
                arrays.get(name + ".npy").content(),
                name));
  }

  @Test
  void membersAreToldByTheirNames() throws IOException {
    Map<String, float[]> parameters = new LinkedHashMap<>();
    for (String prefix : List.of("members.0.", "members.1.")) {
      Models.parameters().forEach((name, values) -> parameters.put(prefix + name, values));
    }
    Path file = folder.resolve("members.npz");
    ExportFormat.NPZ.write(new ModelFile(Models.description().withMembers(2), parameters), file);
    Map<String, Array> arrays = read(file);
    assertEquals(
        List.of(
            "input.shift.npy",
            "input.scale.npy",
            "members.0.layers.0.weight.npy",
            "members.0.layers.0.bias.npy",
            "members.0.layers.1.weight.npy",
            "members.0.layers.1.bias.npy",
            "members.1.layers.0.weight.npy",
            "members.1.layers.0.bias.npy",
            "members.1.layers.1.weight.npy",
            "members.1.layers.1.bias.npy",
            "model.npy",
            "training.npy"),
        List.copyOf(arrays.keySet()));
    assertEquals(
        arrays.get("members.0.layers.0.bias.npy").content(),
        arrays.get("members.1.layers.0.bias.npy").content());
  }

  @Test
  void theDescriptionIsAString() throws IOException {
    Array model = read(export()).get("model.npy");
    String json = DescriptionJson.model(Models.description());
    assertEquals(
        "{'descr': '<U" + json.length() + "', 'fortran_order': False, 'shape': (), }",
        model.header());
    byte[] content = new byte[model.content().remaining()];
    model.content().get(content);
    assertEquals(json, new String(content, Charset.forName("UTF-32LE")));
  }

  @Test
  void theSameModelGivesTheSameBytesInEveryTimeZone() throws IOException {
    TimeZone zone = TimeZone.getDefault();
    List<byte[]> files = new ArrayList<>();
    try {
      for (String name : List.of("UTC", "America/Los_Angeles", "Asia/Tokyo")) {
        TimeZone.setDefault(TimeZone.getTimeZone(name));
        files.add(Files.readAllBytes(export()));
      }
    } finally {
      TimeZone.setDefault(zone);
    }
    assertArrayEquals(files.get(0), files.get(1));
    assertArrayEquals(files.get(0), files.get(2));
  }

  @Test
  void numPyReadsIt() throws IOException, InterruptedException {
    Python python = Python.with("numpy");
    export();
    python.run(
        folder,
        """
        import json
        import numpy as np

        file = np.load("model.npz", allow_pickle=False)
        assert file["layers.0.weight"].dtype == np.dtype("<f4")
        assert file["layers.0.weight"].shape == (2, 3)
        assert file["layers.0.weight"].tolist()[0] == [1, -2, 3.5], file["layers.0.weight"]
        assert file["layers.0.weight"].flags.c_contiguous
        assert file["input.scale"].tolist() == [3, float(np.float32(1) / np.float32(7))]
        assert json.loads(str(file["model"]))["classNames"] == ["no", "\\u00fcber \\u2603"]
        assert json.loads(str(file["training"]))["dataSet"] == "mnist"
        """);
  }
}
