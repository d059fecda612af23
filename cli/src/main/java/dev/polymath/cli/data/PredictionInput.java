package dev.polymath.cli.data;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.InputFile;
import dev.polymath.models.Model;
import dev.polymath.models.data.Csv;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.Idx;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.PictureForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads examples to predict: a picture, the images of an IDX file, or the rows of a table.
 *
 * @param input what the model takes
 * @param names the model's classes or targets
 * @param form in which the model takes pictures
 * @param layout of tables
 * @param notes gets what a person should know of how a table was matched, a sentence each
 */
public record PredictionInput(
    ModelInput input,
    List<String> names,
    PictureForm form,
    Csv.Layout layout,
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
  public static PictureForm form(Model model) {
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
    FileErrors.run(
        file.name(),
        () -> {
          byte[] start = file.start(START);
          if (Picture.isPicture(start) || Picture.isNamed(Path.of(file.name()))) {
            examples.accept(Place.picture(file.name()), picture(file));
          } else if (isIdx(start)) {
            images(file, examples);
          } else {
            rows(file, examples);
          }
        });
  }

  private void rows(InputFile file, Examples examples) throws IOException {
    Csv.readFeatures(
        Csv.Source.of(file.name(), file.bytes()),
        layout,
        input,
        notes,
        (line, row) -> examples.accept(new Place(file.name(), "line", line), row));
  }

  private static boolean isIdx(byte[] start) {
    return start.length >= 4 && start[0] == 0 && start[1] == 0 && start[2] != 0;
  }

  private ImageSize size(String name) throws IOException {
    if (input instanceof ModelInput.Pictures pictures) {
      return pictures.size();
    }
    throw new IOException(
        name + ": is no table, but the model takes rows of one, such as of a CSV file");
  }

  private float[] picture(InputFile file) throws IOException {
    return picture(file.name(), file.bytes(), Picture.MOST_PIXELS);
  }

  /**
   * The features that a picture becomes.
   *
   * @param name in messages
   * @param bytes of the picture's file; stay open
   * @param mostPixels that the picture may have
   * @throws IOException if it is no picture, or none that the model takes
   */
  public float[] picture(String name, InputStream bytes, long mostPixels) throws IOException {
    ImageSize size = size(name);
    GreyImage picture = Picture.read(name, bytes, form, mostPixels);
    ImageSize found = picture.size();
    if ((long) found.height() * size.width() != (long) found.width() * size.height()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: has %d x %d pixels (width x height), expected the model's %d x %d, or their"
                  + " proportions",
              name,
              found.width(),
              found.height(),
              size.width(),
              size.height()));
    }
    GreyImage fitting = found.equals(size) ? picture : picture.scaledTo(size);
    float[] features = new float[input.features()];
    DataSet.ofImages(size, fitting.toBytes(), new int[1], names).copyFeatures(0, features, 0);
    return features;
  }

  private void images(InputFile file, Examples examples) throws IOException {
    ImageSize size = size(file.name());
    Idx.Images images = idx(file);
    if (!images.size().equals(size)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: images of %d x %d pixels (width x height), expected the model's %d x %d",
              file.name(),
              images.size().width(),
              images.size().height(),
              size.width(),
              size.height()));
    }
    DataSet set = DataSet.ofImages(size, images.pixels(), new int[images.count()], names);
    float[] features = new float[input.features()];
    for (int i = 0; i < set.size(); i++) {
      set.copyFeatures(i, features, 0);
      examples.accept(new Place(file.name(), "image", i), features);
    }
  }

  /** An IDX file is read whole, and its reader wants a file: a pipe is copied into one. */
  private static Idx.Images idx(InputFile file) throws IOException {
    Path copy = Files.createTempFile("polymath-", ".idx");
    try {
      Files.copy(file.bytes(), copy, StandardCopyOption.REPLACE_EXISTING);
      return Idx.readImages(copy);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new IOException(message.replace(copy.toString(), file.name()), e);
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
