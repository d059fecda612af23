package dev.polymath.cli;

import static dev.polymath.cli.Command.done;
import static dev.polymath.cli.Command.fails;
import static dev.polymath.cli.Command.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.Mnist;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("polymath predict")
class PredictCommandTest {

  private static final int DIGITS = 200;

  @TempDir static Path shared;
  private static String model;
  private static DataSet digits;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    model = shared.resolve("digits.safetensors").toString();
    done("train", "--epochs", "6", "--out", model);
    digits = Digits.generate(1).test();
  }

  @Test
  @DisplayName("names the mistake where the model does not come first")
  void swapped() throws IOException {
    String table = Files.writeString(folder.resolve("rows.csv"), "1,2,3\n").toString();
    fails(
        1,
        table + ": is no model, but " + model + " is one: the model comes first",
        "predict",
        table,
        model);
    fails(1, "no-such-model: there is no such file", "predict", "no-such-model", model);
  }

  private static BufferedImage picture(DataSet digits, int example) {
    float[] pixels = new float[784];
    digits.copyFeatures(example, pixels, 0);
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 784; i++) {
      image.getRaster().setSample(i % 28, i / 28, 0, Math.round(255 * pixels[i]));
    }
    return image;
  }

  /** On a canvas of this size, so much larger, at this place. */
  private static BufferedImage placed(
      BufferedImage digit, int width, int height, int scale, int x0, int y0, boolean inverted) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = Math.floorDiv(x - x0, scale);
        int row = Math.floorDiv(y - y0, scale);
        boolean inside = column >= 0 && column < 28 && row >= 0 && row < 28;
        int value = inside ? digit.getRaster().getSample(column, row, 0) : 0;
        image.getRaster().setSample(x, y, 0, inverted ? 255 - value : value);
      }
    }
    return image;
  }

  private Path write(String name, BufferedImage image) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    assertTrue(ImageIO.write(image, "png", file.toFile()));
    return file;
  }

  private Path idx(DataSet digits) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16 + DIGITS * 784);
    bytes.putInt(0x803).putInt(DIGITS).putInt(28).putInt(28);
    float[] pixels = new float[784];
    for (int i = 0; i < DIGITS; i++) {
      digits.copyFeatures(i, pixels, 0);
      for (float pixel : pixels) {
        bytes.put((byte) Math.round(255 * pixel));
      }
    }
    return Files.write(folder.resolve("images.idx"), bytes.array());
  }

  /** The predicted classes in order. */
  private static List<String> classes(String model, List<Path> files) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("predict", model, "--json"));
    files.forEach(file -> arguments.add(file.toString()));
    List<String> classes = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(done(arguments.toArray(String[]::new)))) {
      int depth = 0;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 2 && token == JsonToken.FIELD_NAME && json.currentName().equals("class")) {
          classes.add(json.nextTextValue());
        }
      }
    }
    return classes;
  }

  /** Of the digits that the model sees right, the part that it sees so in pictures, too. */
  private void assertSurvive(String model, DataSet digits, double part) throws IOException {
    List<String> originals = classes(model, List.of(idx(digits)));
    assertEquals(DIGITS, originals.size());
    SplittableRandom random = new SplittableRandom(11);
    List<List<Path>> forms = new ArrayList<>();
    IntStream.range(0, 4).forEach(form -> forms.add(new ArrayList<>()));
    for (int i = 0; i < DIGITS; i++) {
      BufferedImage digit = picture(digits, i);
      int scale = 3 + random.nextInt(7);
      int x = random.nextInt(400 - 28 * scale + 1);
      int y = random.nextInt(300 - 28 * scale + 1);
      String name = "/" + i + ".png";
      forms.get(0).add(write("plain" + name, digit));
      forms.get(1).add(write("large" + name, placed(digit, 280, 280, 10, 0, 0, true)));
      forms.get(2).add(write("light" + name, placed(digit, 400, 300, scale, x, y, false)));
      forms.get(3).add(write("dark" + name, placed(digit, 400, 300, scale, x, y, true)));
    }
    for (List<Path> form : forms) {
      List<String> seen = classes(model, form);
      int right = 0;
      int kept = 0;
      for (int i = 0; i < DIGITS; i++) {
        if (originals.get(i).equals(digits.classNames().get(digits.label(i)))) {
          right++;
          kept += seen.get(i).equals(originals.get(i)) ? 1 : 0;
        }
      }
      assertTrue(right > 0.9 * DIGITS, "right: " + right);
      assertTrue(kept >= part * right, form.get(0).getParent() + ": " + kept + " of " + right);
    }
  }

  @Test
  @DisplayName("sees drawn digits in pictures as it sees the originals")
  void drawn() throws IOException {
    // Less than MNIST's: they are drawn in any place and size, not in MNIST's form.
    assertSurvive(model, digits, 0.95);
  }

  @Test
  @DisplayName("sees MNIST's digits in pictures as it sees the originals")
  void mnist() throws IOException {
    String mnist = System.getenv("POLYMATH_MNIST");
    assumeTrue(mnist != null, "skipped: POLYMATH_MNIST does not name MNIST's folder");
    String trained = folder.resolve("mnist.safetensors").toString();
    done("train", "--data", mnist, "--epochs", "2", "--out", trained);
    assertSurvive(trained, Mnist.load(Path.of(mnist)).test(), 0.98);
  }

  /** A thick 1 and a ring, painted with antialiasing. */
  private static BufferedImage painted(int type, Color ground, Color ink, boolean zero) {
    BufferedImage image = new BufferedImage(300, 200, type);
    Graphics2D g = image.createGraphics();
    g.setColor(ground);
    g.setBackground(ground);
    g.clearRect(0, 0, 300, 200);
    g.setColor(ink);
    g.setStroke(new java.awt.BasicStroke(14));
    if (zero) {
      g.drawOval(180, 40, 70, 110);
    } else {
      g.drawLine(230, 40, 220, 150);
    }
    g.dispose();
    return image;
  }

  @Test
  @DisplayName("takes colour, grey, 16 bits, palettes, and strokes before nothing")
  void kinds() throws IOException {
    Color clear = new Color(255, 255, 255, 0);
    List<BufferedImage> kinds =
        List.of(
            painted(BufferedImage.TYPE_INT_RGB, Color.WHITE, Color.BLUE, true),
            painted(BufferedImage.TYPE_3BYTE_BGR, new Color(20, 60, 20), Color.YELLOW, true),
            painted(BufferedImage.TYPE_USHORT_GRAY, Color.WHITE, Color.BLACK, true),
            painted(BufferedImage.TYPE_BYTE_BINARY, Color.WHITE, Color.BLACK, true),
            painted(BufferedImage.TYPE_BYTE_INDEXED, Color.BLACK, Color.CYAN, true),
            painted(BufferedImage.TYPE_4BYTE_ABGR, clear, Color.BLACK, true),
            painted(BufferedImage.TYPE_INT_ARGB, clear, Color.WHITE, true));
    List<Path> files = new ArrayList<>();
    for (BufferedImage kind : kinds) {
      files.add(write("kind " + files.size() + ".png", kind));
    }
    files.add(write("one.PNG", painted(BufferedImage.TYPE_INT_RGB, Color.GRAY, Color.RED, false)));
    List<String> expected = new ArrayList<>(java.util.Collections.nCopies(kinds.size(), "0"));
    expected.add("1");
    assertEquals(expected, classes(model, files));
  }

  @Test
  @DisplayName("shows every file that it can, says what is wrong with the others, and fails then")
  void mixed() throws IOException {
    Path good = write("a digit.png", picture(digits, 0));
    Path blank = write("blank.png", new BufferedImage(50, 40, BufferedImage.TYPE_BYTE_GRAY));
    Path text = Files.writeString(folder.resolve("text.png"), "no picture");
    Path cut = folder.resolve("cut.png");
    byte[] whole =
        Files.readAllBytes(
            write("whole.png", placed(picture(digits, 1), 280, 280, 10, 0, 0, true)));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    Path huge = Files.write(folder.resolve("huge.png"), hugeHeader());
    Path gone = folder.resolve("gone.png");
    Command run =
        run(
            "predict",
            model,
            blank.toString(),
            text.toString(),
            cut.toString(),
            huge.toString(),
            gone.toString(),
            folder.toString(),
            good.toString());
    assertEquals(1, run.code());
    List<String> errors = run.err().lines().toList();
    assertEquals(6, errors.size(), run.err());
    List<String> reasons =
        List.of(
            "blank.png: picture: is blank, expected a digit",
            "text.png: is no picture, expected PNG, JPEG, GIF or BMP",
            "cut.png: broken picture: ",
            "huge.png: has 3,600,000,000 pixels, expected at most 100,000,000",
            "gone.png: there is no such file",
            folder + ": is a folder, expected a file");
    for (int i = 0; i < reasons.size(); i++) {
      assertTrue(errors.get(i).startsWith("polymath: "), errors.get(i));
      assertTrue(errors.get(i).contains(reasons.get(i)), errors.get(i));
    }
    assertEquals(1, run.out().lines().count(), run.out());
    assertTrue(run.out().startsWith(good.toString()), run.out());
    assertEquals(3, run.out().chars().filter(c -> c == '%').count(), run.out());

    Command json = run("predict", "--json", model, blank.toString(), good.toString());
    assertEquals(1, json.code());
    assertTrue(json.out().startsWith("[\n  {\"file\":\"" + blank + "\",\"error\":\""), json.out());
    assertTrue(json.out().contains("{\"file\":\"" + good + "\",\"class\":\""), json.out());
    assertTrue(json.out().endsWith("]}\n]\n"), json.out());
  }

  /** The head of a PNG of 60,000 × 60,000 pixels, and no more. */
  private static byte[] hugeHeader() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer head = ByteBuffer.allocate(17);
    head.put(new byte[] {'I', 'H', 'D', 'R'}).putInt(60_000).putInt(60_000);
    head.put(new byte[] {8, 0, 0, 0, 0});
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(head.array());
    png.write(ByteBuffer.allocate(4).putInt(13).array());
    png.write(head.array());
    png.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    png.write(new byte[] {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, (byte) 0xaf, 0x06, 0x1e});
    return png.toByteArray();
  }

  @Test
  @DisplayName("learns folders of pictures as they are, and takes pictures of their form alone")
  void folders() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (String part : List.of("train", "test")) {
      for (int i = 0; i < 60; i++) {
        // Stripes along or across, dark or light: not a digit.
        BufferedImage image = new BufferedImage(12, 8, BufferedImage.TYPE_BYTE_GRAY);
        boolean along = i % 2 == 0;
        int phase = random.nextInt(4);
        for (int p = 0; p < 96; p++) {
          int at = along ? p / 12 : p % 12;
          image.getRaster().setSample(p % 12, p / 12, 0, (at + phase) % 4 < 2 ? 220 : 30);
        }
        write(part + "/" + (along ? "along" : "across") + "/" + i + ".png", image);
      }
    }
    Files.writeString(folder.resolve("train").resolve("along").resolve("notes.txt"), "no picture");
    Files.createDirectories(folder.resolve("train").resolve(".hidden"));
    String stripes = folder.resolve("stripes").toString();
    String out = done("train", "--data", folder.toString(), "--out", stripes);
    assertTrue(out.contains("60 examples of 8 x 12 pixels, 2 classes [across, along]"), out);
    assertTrue(out.contains("test: accuracy 100.00 %"), out);
    String evaluate = done("evaluate", stripes, "--data", folder.resolve("test").toString());
    assertTrue(evaluate.contains("all 60 examples") && evaluate.contains("100.00 %"), evaluate);
    Path one = folder.resolve("test").resolve("along").resolve("0.png");
    assertEquals(List.of("along"), classes(stripes, List.of(one)));
    Path square = write("square.png", new BufferedImage(9, 9, BufferedImage.TYPE_BYTE_GRAY));
    fails(
        1,
        "has 9 x 9 pixels (width x height), expected the model's 12 x 8",
        "predict",
        stripes,
        square.toString());
    fails(
        2,
        "the model takes no images of 28 x 28",
        "predict",
        stripes,
        one.toString(),
        "--pictures",
        "mnist");
    write("train/along/large.png", new BufferedImage(9, 9, BufferedImage.TYPE_BYTE_GRAY));
    fails(
        1,
        "large.png: has 9 x 9 pixels (width x height), but ",
        "train",
        "--data",
        folder.toString());
    Files.createDirectories(folder.resolve("train").resolve("empty"));
    fails(1, "empty: holds no picture", "train", "--data", folder.toString());
    fails(
        1,
        "holds neither a folder of pictures",
        "train",
        "--data",
        folder.resolve("test/along").toString());
  }

  @Test
  @DisplayName("brings folders of digits into MNIST's form, whatever their size and ground")
  void folderOfDigits() throws IOException {
    for (int i = 0; i < 40; i++) {
      int scale = 2 + i % 3;
      boolean dark = i % 2 == 0;
      write(
          digits.label(i) + "/" + i + ".png",
          placed(picture(digits, i), 28 * scale, 30 * scale, scale, 0, 0, dark));
    }
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    for (int c = 0; c < 10; c++) {
      Path of = folder.resolve(Integer.toString(c));
      if (Files.exists(of)) {
        Files.move(of, pictures.resolve(Integer.toString(c)));
      }
    }
    String out = done("evaluate", model, "--data", pictures.toString());
    assertTrue(out.contains("all 40 examples"), out);
    double accuracy = Double.parseDouble(out.replaceAll("(?s).*accuracy ([0-9.]+) %.*", "$1"));
    assertTrue(accuracy > 90, out);
    String trained = folder.resolve("m").toString();
    String train = done("train", "--data", pictures.toString(), "--epochs", "1", "--out", trained);
    assertTrue(train.contains("examples of 28 x 28 pixels"), train);
  }

  @Test
  @DisplayName("says that a model of a table takes no pictures")
  void plainFeatures() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "1,2,a\n2,1,b\n3,4,a\n4,3,b\n");
    String trained = folder.resolve("m").toString();
    done("train", "--data", table.toString(), "--epochs", "1", "--out", trained);
    Path picture = write("p.png", picture(digits, 0));
    fails(
        1,
        "p.png: is no table, but the model takes rows of one",
        "predict",
        trained,
        picture.toString());
    fails(1, "images.idx: is no table", "predict", trained, idx(digits).toString());
    fails(2, "Missing required parameter: 'FILE", "predict", trained);
  }
}
