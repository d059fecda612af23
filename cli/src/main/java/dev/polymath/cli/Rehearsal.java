package dev.polymath.cli;

import dev.polymath.cli.spi.CommandProvider;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.Digits;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.TrainTest;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import picocli.CommandLine;

/**
 * What people do most, on a small scale and without output: the launcher lets the JVM record which
 * classes that takes, and what their code is like, so that later commands start sooner. Reads
 * nothing but what it writes, into a temporary folder that it deletes.
 */
final class Rehearsal {

  private static final int PICTURES = 1000;
  private static final int EPOCHS = 25;
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;

  private final Path folder;

  private Rehearsal(Path folder) {
    this.folder = folder;
  }

  /** Runs the commands; the exit code is that of the first that fails. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("polymath-rehearsal");
    int code;
    try {
      code = new Rehearsal(folder).run();
    } finally {
      delete(folder);
    }
    System.exit(code);
  }

  private int run() throws IOException {
    TrainTest digits = Digits.generate(1);
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    images(pictures.resolve("train"), digits.train(), PICTURES);
    images(pictures.resolve("t10k"), digits.test(), PICTURES / 5);
    Path png = folder.resolve("7.png");
    png(png, digits.test());
    Path csv = table();
    String digitsModel = file("digits.safetensors");
    String tableModel = file("table.safetensors");
    List<String[]> commands =
        List.of(
            arguments("train", pictures.toString(), "--epochs", "" + EPOCHS, "--out", digitsModel),
            arguments("evaluate", digitsModel, pictures.toString()),
            arguments("predict", digitsModel, png.toString()),
            arguments(
                "train",
                csv.toString(),
                "--epochs",
                "3",
                "--out",
                tableModel,
                "--report",
                file("report.html")),
            arguments("evaluate", tableModel, csv.toString()),
            arguments("predict", tableModel, csv.toString()),
            arguments("train", "--help"),
            arguments("--version"),
            arguments("--help"));
    for (String[] command : commands) {
      int code = Main.run(silent(), silent(), command);
      if (code != 0) {
        return code;
      }
    }
    return isThere("serve") ? serve() : 0;
  }

  /** Whether a module beside this one brings a command. */
  private static boolean isThere(String name) {
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      if (new CommandLine(provider.command()).getCommandName().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Serves the models until the server is ready. */
  private int serve() {
    CountDownLatch ready = new CountDownLatch(1);
    int[] code = {0};
    Thread server =
        new Thread(
            () ->
                code[0] =
                    Main.run(
                        silent(),
                        new PrintWriter(new Awaited(" serves ", ready)),
                        "serve",
                        folder.toString(),
                        "--port",
                        "0"));
    server.start();
    try {
      while (server.isAlive() && !ready.await(50, TimeUnit.MILLISECONDS)) {
        // It is still reading, or was refused.
      }
      server.interrupt();
      server.join();
    } catch (InterruptedException e) {
      return 1;
    }
    return code[0];
  }

  /** Waits for a text in what is written. */
  private static final class Awaited extends Writer {
    private final StringBuilder written = new StringBuilder();
    private final String text;
    private final CountDownLatch found;

    Awaited(String text, CountDownLatch found) {
      this.text = text;
      this.found = found;
    }

    @Override
    public void write(char[] characters, int from, int length) {
      written.append(characters, from, length);
      if (written.indexOf(text) >= 0) {
        found.countDown();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String[] arguments(String... arguments) {
    return arguments;
  }

  private static PrintWriter silent() {
    return new PrintWriter(Writer.nullWriter());
  }

  /** Writes examples as MNIST's files are. */
  private static void images(Path start, DataSet data, int most) throws IOException {
    int count = Math.min(most, data.size());
    ImageSize size = data.imageSize().orElseThrow();
    float[] pixels = new float[data.features()];
    Path images = start.resolveSibling(start.getFileName() + "-images-idx3-ubyte.gz");
    Path labels = start.resolveSibling(start.getFileName() + "-labels-idx1-ubyte.gz");
    try (DataOutputStream image = gzip(images);
        DataOutputStream label = gzip(labels)) {
      for (int word : new int[] {IMAGES_MAGIC, count, size.height(), size.width()}) {
        image.writeInt(word);
      }
      label.writeInt(LABELS_MAGIC);
      label.writeInt(count);
      for (int i = 0; i < count; i++) {
        data.copyFeatures(i, pixels, 0);
        for (float pixel : pixels) {
          image.write(Math.round(255 * pixel));
        }
        label.write(data.label(i));
      }
    }
  }

  private static DataOutputStream gzip(Path file) throws IOException {
    return new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
  }

  private static void png(Path file, DataSet data) throws IOException {
    ImageSize size = data.imageSize().orElseThrow();
    float[] pixels = new float[data.features()];
    data.copyFeatures(0, pixels, 0);
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int grey = Math.round(255 * pixels[y * size.width() + x]);
        image.getRaster().setSample(x, y, 0, grey);
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private Path table() throws IOException {
    StringBuilder text = new StringBuilder("size,colour,age,kind\n");
    for (int i = 0; i < 200; i++) {
      text.append(i * 0.37 % 5).append(',').append(i % 3 == 0 ? "red" : "blue").append(',');
      text.append(i % 7 == 0 ? "" : i % 11).append(',').append(i % 2 == 0 ? "a" : "b").append('\n');
    }
    return Files.writeString(folder.resolve("table.csv"), text);
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException error)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
