package dev.polymath.cli.data;

import dev.polymath.cli.files.InputFile;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.CsvLayout;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.Idx;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads examples to predict: a picture, the images of an IDX file, or the rows of a table.
 *
 * @param input what the model takes
 * @param classNames the model's classes
 * @param form in which the model takes pictures
 * @param layout of tables
 * @param notes gets what a person should know of how a table was matched, a sentence each
 */
public record PredictionInput(
    ModelInput input,
    List<String> classNames,
    PictureForm form,
    CsvLayout layout,
    Consumer<String> notes) {

  private static final int START = 16;

  /** Takes the examples as they are read. */
  @FunctionalInterface
  public interface Examples {
    /**
     * One example.
     *
     * @param features the model's; the same array may be filled again for the next
     */
    void accept(Place place, float[] features) throws IOException;
  }

  /** For a model, pictures in the form that it takes. */
  public static PictureForm form(Classifier model) {
    return model.input() instanceof ModelInput.Pictures pictures
        ? pictures.form()
        : PictureForm.AS_IS;
  }

  /**
   * Reads a file to its end.
   *
   * @throws IOException if it can't be read, or holds something that the model does not take
   */
  public void read(InputFile file, Examples examples) throws IOException {
    if (Files.isDirectory(file.path())) {
      throw new IOException(file.name() + ": is a folder, expected a file");
    }
    try {
      byte[] start = start(file.path());
      if (Picture.isPicture(start) || Picture.isNamed(file.path())) {
        examples.accept(Place.picture(file.name()), picture(file.path()));
      } else if (isIdx(start)) {
        images(file, examples);
      } else {
        rows(file, examples);
      }
    } catch (IOException e) {
      throw file.named(e);
    }
  }

  private void images(InputFile file, Examples examples) throws IOException {
    DataSet images = images(file.path());
    float[] features = new float[input.features()];
    for (int i = 0; i < images.size(); i++) {
      images.copyFeatures(i, features, 0);
      examples.accept(new Place(file.name(), "image", i), features);
    }
  }

  private void rows(InputFile file, Examples examples) throws IOException {
    Csv.readFeatures(
        file.path(),
        layout,
        input.features(),
        (line, row) -> {
          if (input instanceof ModelInput.Pictures pictures) {
            toFractions(pictures, file.path(), line, row);
          }
          examples.accept(new Place(file.name(), "line", line), row);
        });
  }

  /** The first bytes of a file, unpacked. */
  private static byte[] start(Path file) throws IOException {
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

  private ImageSize size(Path file) throws IOException {
    if (input instanceof ModelInput.Pictures pictures) {
      return pictures.size();
    }
    throw new IOException(
        "%s: is no table, but the model takes %d plain features, such as a CSV row"
            .formatted(file, input.features()));
  }

  private float[] picture(Path file) throws IOException {
    ImageSize size = size(file);
    GreyImage picture = Picture.read(file, form);
    ImageSize found = picture.size();
    if ((long) found.height() * size.width() != (long) found.width() * size.height()) {
      throw new IOException(
          "%s: has %d x %d pixels (width x height), expected the model's %d x %d, or their proportions"
              .formatted(file, found.width(), found.height(), size.width(), size.height()));
    }
    GreyImage fitting = found.equals(size) ? picture : picture.scaledTo(size);
    float[] features = new float[input.features()];
    DataSet.ofImages(size, fitting.toBytes(), new int[1], classNames).copyFeatures(0, features, 0);
    return features;
  }

  private DataSet images(Path file) throws IOException {
    ImageSize size = size(file);
    Idx.Images images = Idx.readImages(file);
    if (!images.size().equals(size)) {
      throw new IOException(
          "%s: images of %d x %d pixels (width x height), expected the model's %d x %d"
              .formatted(
                  file,
                  images.size().width(),
                  images.size().height(),
                  size.width(),
                  size.height()));
    }
    return DataSet.ofImages(size, images.pixels(), new int[images.count()], classNames);
  }

  /** A row of pixels as the fractions of white that a model of pictures takes. */
  private static void toFractions(ModelInput.Pictures pictures, Path file, long line, float[] row)
      throws IOException {
    for (int i = 0; i < row.length; i++) {
      try {
        row[i] = pictures.pixel(row[i]) / 255f;
      } catch (IllegalArgumentException e) {
        throw new IOException(
            file + ": line " + line + ": pixel " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
  }
}
