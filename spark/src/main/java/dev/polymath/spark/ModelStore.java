package dev.polymath.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/**
 * Stored transformers: a folder with Spark's metadata and the model file {@value #FILE}, which
 * everything else that reads model files reads. On any file system that Hadoop knows.
 */
final class ModelStore {

  /** The name of the model file in the folder of a stored model. */
  static final String FILE = "model.safetensors";

  private ModelStore() {}

  /**
   * Reads a file.
   *
   * @param path with or without a scheme, as Hadoop has them
   * @throws UncheckedIOException if it can't be read
   */
  static byte[] read(SparkSession session, String path) {
    Path file = new Path(path);
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    try {
      FileSystem system = file.getFileSystem(hadoop);
      if (system.getFileStatus(file).isDirectory()) {
        throw new IOException(path + ": is a folder, expected a model file");
      }
      try (InputStream in = system.open(file)) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file, over that which there is. */
  static void write(SparkSession session, String path, byte[] content) {
    Path file = new Path(path);
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    try (OutputStream out = file.getFileSystem(hadoop).create(file, true)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String file(String folder) {
    return new Path(folder, FILE).toString();
  }

  /** Writes a transformer's parameters and its model file. */
  static final class Writer extends MLWriter {

    private final Params params;
    private final byte[] content;

    Writer(Params params, byte[] content) {
      this.params = params;
      this.content = content;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter$.MODULE$.saveMetadata(params, path, sparkSession());
      write(sparkSession(), file(path), content);
    }
  }

  /** Reads what {@link Writer} wrote. */
  static final class Reader<T extends Params> extends MLReader<T> {

    private final Class<T> type;
    private final BiFunction<String, byte[], T> make;

    /**
     * @param make a transformer of its uid and a model file's content
     */
    Reader(Class<T> type, BiFunction<String, byte[], T> make) {
      this.type = type;
      this.make = make;
    }

    @Override
    public T load(String path) {
      var metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(path, sparkSession(), type.getName());
      T loaded = make.apply(metadata.uid(), read(sparkSession(), file(path)));
      metadata.getAndSetParams(loaded, metadata.getAndSetParams$default$2());
      return loaded;
    }
  }
}
