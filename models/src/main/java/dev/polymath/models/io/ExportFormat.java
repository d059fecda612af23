package dev.polymath.models.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The formats in which other programs take a model. What each holds is written down in {@code
 * docs/model-format.md}.
 */
public enum ExportFormat {
  /**
   * A graph from {@code features} [batch, inputs] to {@code probabilities} [batch, classes] for any
   * batch, the input scaling included: operator set 13 and IR version 7, of ONNX 1.8. Class names,
   * description and provenance are in {@code metadata_props}.
   */
  ONNX {
    @Override
    public void write(ModelFile model, Path file) throws IOException {
      OnnxModel.write(file, model);
    }
  };

  /**
   * Writes the file whole or not at all. The same model gives the same bytes.
   *
   * @throws IllegalArgumentException if the format can't hold the model, which is then too large;
   *     nothing is written
   */
  public abstract void write(ModelFile model, Path file) throws IOException;
}
