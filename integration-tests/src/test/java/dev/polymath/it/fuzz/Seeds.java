package dev.polymath.it.fuzz;

import dev.polymath.Backend;
import dev.polymath.BackendOptions;
import dev.polymath.Backends;
import dev.polymath.models.Classifier;
import dev.polymath.models.Regressor;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Table;
import dev.polymath.models.data.TableEncoder;
import dev.polymath.models.io.ExportFormat;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Sound files of each kind, small, made here: what a fuzzer starts from. */
final class Seeds {

  private static final String CSV =
      """
      age;job;since;rate;quit
      31;clerk;2020-01-31;1.234,5;yes
      42;cook;2021-12-01;;no
      ?;"cook, ""head""\";2019-05-06;17;yes
      27;clerk;NA;$3;no
      """;

  private static final String JSON =
      """
      {"age":31,"job":"clerk","ok":true,"quit":"yes"}
      {"age":null,"job":"cook\\u00e9","ok":false,"quit":"no"}
      {"quit":"no","age":1.5e3,"job":null,"ok":null}
      """;

  private static final String NUMBERS = "1,2.5,a\n-3e2,4,b\n.5,6,a\n7,NaN,b\n";

  private Seeds() {}

  static List<byte[]> tables() throws IOException {
    return List.of(
        text(CSV),
        text(JSON),
        text("[[1,2,\"a\"],[3,4,\"b\"]]"),
        text(NUMBERS),
        text("\ufeffx\ty\tz\n1\t2\tk\n3\t4\tl\n"),
        packed(text(CSV)));
  }

  static List<byte[]> models() throws IOException {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults().threads(1))) {
      List<byte[]> files = new ArrayList<>();
      Classifier plain = Classifier.builder(backend).inputs(2).classes(2).hidden(2).build();
      files.add(saved(plain));
      files.add(unchecked(saved(plain)));
      Table table =
          Table.read(
              Csv.Source.of("x", new ByteArrayInputStream(text(CSV))),
              Csv.Layout.DETECTED,
              note -> {});
      Table.Target target = Table.Target.of(table, table.target(), null, note -> {});
      DataSet data =
          TableEncoder.fit(table, target, TableEncoder.Options.DEFAULT)
              .encode(table, target, note -> {});
      Classifier ofTable = Classifier.builder(backend).table(data).hidden(2).members(2).build();
      files.add(unchecked(saved(ofTable)));
      Regressor numbers = Regressor.builder(backend).inputs(2).outputs(1).hidden(2).build();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      numbers.save(out);
      files.add(unchecked(out.toByteArray()));
      return files;
    }
  }

  static List<byte[]> stateDicts() throws IOException {
    try (Backend backend = Backends.open("arrays", BackendOptions.defaults().threads(1))) {
      Classifier model = Classifier.builder(backend).inputs(2).classes(2).hidden(2).build();
      Path file = Files.createTempFile("seed", ".safetensors");
      try {
        ExportFormat.SAFETENSORS.write(model.snapshot(), file);
        return List.of(Files.readAllBytes(file));
      } finally {
        Files.delete(file);
      }
    }
  }

  static List<byte[]> idx() throws IOException {
    byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4};
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};
    return List.of(images, labels, packed(images));
  }

  static List<byte[]> pictures() throws IOException {
    BufferedImage image = new BufferedImage(12, 16, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 12, 16);
    graphics.setColor(Color.BLACK);
    graphics.drawLine(6, 3, 6, 13);
    graphics.dispose();
    List<byte[]> files = new ArrayList<>();
    for (String format : List.of("png", "jpg", "gif", "bmp")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, format, out);
      files.add(out.toByteArray());
    }
    return files;
  }

  private static byte[] saved(Classifier model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.save(out);
    return out.toByteArray();
  }

  /** The checksum under a key that nobody knows: a fuzzer would never get past it. */
  private static byte[] unchecked(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1)
        .replace("\"checksum\":", "\"whatever\":")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] packed(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }
}
