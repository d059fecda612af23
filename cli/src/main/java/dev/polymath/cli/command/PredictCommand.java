package dev.polymath.cli.command;

import dev.polymath.Backend;
import dev.polymath.cli.backend.SessionOptions;
import dev.polymath.cli.command.PredictionOutput.Place;
import dev.polymath.cli.data.CsvOptions;
import dev.polymath.cli.data.Picture;
import dev.polymath.cli.data.PictureForm;
import dev.polymath.cli.terminal.ErrorText;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.Idx;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.MnistForm;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath predict}: what a saved model sees in pictures, IDX files and rows of tables. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows the three most probable classes of each picture, image of an IDX file or row of a"
            + " CSV file. A file that can't be read does not keep the others from being shown; the"
            + " exit code is 1 then.")
public final class PredictCommand implements Callable<Integer> {

  private static final int SHOWN = 3;
  private static final int START = 16;
  private static final int WIDEST_NAME = 24;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "PNG, JPEG, GIF or BMP: one example.",
        "IDX images, plain or gzipped: an example each.",
        "Anything else is read as CSV: an example a row, with or without a label."
      })
  private List<Path> inputs;

  @Option(names = "--json", description = "One JSON array of objects; docs/data.md has the fields.")
  private boolean json;

  @Option(
      names = "--pictures",
      paramLabel = "FORM",
      converter = PictureForm.Name.class,
      completionCandidates = PictureForm.Name.class,
      description =
          PictureForm.DESCRIPTION
              + " Default: as the model was trained, mnist for any other of 28 x 28 pixels.")
  private @Nullable PictureForm pictures;

  @Mixin private CsvOptions csv;

  @Mixin private SessionOptions backend;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  PredictCommand() {}

  @Override
  public Integer call() throws IOException {
    int failures = 0;
    try (Backend session = backend.open()) {
      Classifier model = load(session);
      PictureForm form = pictures == null ? PictureForm.of(model) : pictures;
      if (form == PictureForm.MNIST && !model.imageSize().equals(Optional.of(MnistForm.SIZE))) {
        throw new ParameterException(
            spec.commandLine(), "--pictures mnist: the model takes no images of 28 x 28 pixels");
      }
      try (PredictionOutput out = output(model)) {
        for (Path input : inputs) {
          try {
            predict(model, form, input, out);
          } catch (IOException | IllegalArgumentException e) {
            failures++;
            String why = ErrorText.sentence(e);
            out.failed(input.toString(), why);
            spec.commandLine().getErr().println("polymath: " + why);
          }
        }
      }
    }
    return failures == 0 ? 0 : 1;
  }

  private Classifier load(Backend session) throws IOException {
    try {
      return Classifier.load(file, session);
    } catch (ModelFormatException e) {
      for (Path input : inputs) {
        if (isModel(input)) {
          throw new IOException(
              file + ": is no model, but " + input + " is one: the model comes first", e);
        }
      }
      throw e;
    }
  }

  private static boolean isModel(Path file) {
    try {
      ModelFile.read(file);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private PredictionOutput output(Classifier model) {
    PrintWriter print = spec.commandLine().getOut();
    if (json) {
      return new PredictionOutput.Json(print);
    }
    int places = inputs.stream().mapToInt(path -> path.toString().length()).max().orElse(0);
    int names = model.classNames().stream().mapToInt(String::length).max().orElse(0);
    return new PredictionOutput.Lines(print, places, Math.min(WIDEST_NAME, names));
  }

  private void predict(Classifier model, PictureForm form, Path input, PredictionOutput out)
      throws IOException {
    int shown = Math.min(SHOWN, model.classes());
    byte[] start = start(input);
    if (Picture.isPicture(start) || Picture.isNamed(input)) {
      float[] features = features(model, form, input);
      out.predicted(Place.picture(input.toString()), model.topK(features, shown));
    } else if (isIdx(start)) {
      DataSet images = images(model, input);
      float[] features = new float[model.inputs()];
      for (int i = 0; i < images.size(); i++) {
        images.copyFeatures(i, features, 0);
        out.predicted(new Place(input.toString(), "image", i), model.topK(features, shown));
      }
    } else {
      boolean pixels = model.imageSize().isPresent();
      Csv.readFeatures(
          input,
          csv.layout(),
          model.inputs(),
          (line, row) -> {
            if (pixels) {
              toFractions(input, line, row);
            }
            out.predicted(new Place(input.toString(), "line", line), model.topK(row, shown));
          });
    }
  }

  /** The first bytes of a file, unpacked. */
  private static byte[] start(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is a folder, expected a file");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      raw.mark(START);
      byte[] start = raw.readNBytes(START);
      raw.reset();
      boolean gzip = start.length > 1 && start[0] == 0x1f && start[1] == (byte) 0x8b;
      return gzip ? new GZIPInputStream(raw).readNBytes(START) : start;
    } catch (EOFException | ZipException e) {
      throw new IOException(file + ": broken gzip data: " + e.getMessage(), e);
    }
  }

  private static boolean isIdx(byte[] start) {
    return start.length >= 4 && start[0] == 0 && start[1] == 0 && start[2] != 0;
  }

  private static ImageSize size(Classifier model, Path input) throws IOException {
    return model
        .imageSize()
        .orElseThrow(
            () ->
                new IOException(
                    "%s: is no table, but the model takes %d plain features, such as a CSV row"
                        .formatted(input, model.inputs())));
  }

  private static float[] features(Classifier model, PictureForm form, Path input)
      throws IOException {
    ImageSize size = size(model, input);
    GreyImage picture = form.of(input, Picture.read(input));
    ImageSize found = picture.size();
    if ((long) found.height() * size.width() != (long) found.width() * size.height()) {
      throw new IOException(
          "%s: has %d x %d pixels (width x height), expected the model's %d x %d, or their proportions"
              .formatted(input, found.width(), found.height(), size.width(), size.height()));
    }
    GreyImage fitting = found.equals(size) ? picture : picture.scaledTo(size);
    float[] features = new float[model.inputs()];
    DataSet.ofImages(size, fitting.toBytes(), new int[1], model.classNames())
        .copyFeatures(0, features, 0);
    return features;
  }

  private static DataSet images(Classifier model, Path input) throws IOException {
    ImageSize size = size(model, input);
    Idx.Images images = Idx.readImages(input);
    if (!images.size().equals(size)) {
      throw new IOException(
          "%s: images of %d x %d pixels (width x height), expected the model's %d x %d"
              .formatted(
                  input,
                  images.size().width(),
                  images.size().height(),
                  size.width(),
                  size.height()));
    }
    return DataSet.ofImages(size, images.pixels(), new int[images.count()], model.classNames());
  }

  /** A model of images takes pixels from 0 to 1; tables have them up to 255, too. */
  private static void toFractions(Path input, long line, float[] row) throws IOException {
    float most = 0;
    for (float value : row) {
      most = Math.max(most, value);
      if (value < 0 || value > 255) {
        throw new IOException(
            input + ": line " + line + ": expected pixels from 0 to 255, found " + value);
      }
    }
    for (int i = 0; most > 1 && i < row.length; i++) {
      row[i] /= 255;
    }
  }
}
