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
  },

  /**
   * Arrays for NumPy's {@code load}: the tensors of the model file by the same names, float32 in C
   * order, and its strings {@code model} and {@code training}.
   */
  NPZ {
    @Override
    public void write(ModelFile model, Path file) throws IOException {
      NpzArchive.write(file, model);
    }
  },

  /**
   * A state dict for PyTorch in safetensors: what {@code nn.Sequential(Linear, Sigmoid, Linear,
   * ReLU, Linear)} takes with {@code load_state_dict}. The input scaling is worked into the first
   * layer, so that the network there takes the same features as the model here. A model of several
   * members is refused: {@link ModelFile#member} makes a model of each.
   */
  SAFETENSORS {
    @Override
    public void write(ModelFile model, Path file) throws IOException {
      StateDict.write(file, model);
    }
  };

  /**
   * Writes the file whole or not at all. The same model gives the same bytes.
   *
   * @throws IllegalArgumentException if the format can't hold the model: a graph above 2 GiB, a
   *     scaling that no first layer can take in; nothing is written
   */
  public abstract void write(ModelFile model, Path file) throws IOException;
}
