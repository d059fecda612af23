package dev.polymath.cli.command;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the file that a MODEL argument names, and says what it is if it is none. */
public final class SavedModel {

  private static final String PYTORCH =
      "a file of torch.save; safetensors.torch.save_file(net.state_dict(), \"net.safetensors\")"
          + " writes what 'polymath import' reads";

  private SavedModel() {}

  /**
   * The model in a file.
   *
   * @throws IOException with a sentence that says what is there instead
   */
  public static ModelFile read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": is no model, but a folder");
    }
    try {
      return FileErrors.named(file.toString(), () -> ModelFile.read(file));
    } catch (ModelFormatException e) {
      throw new NoModelException(file, what(file, e), e);
    }
  }

  /** A file that is no model. */
  static final class NoModelException extends IOException {
    private static final long serialVersionUID = 1;

    NoModelException(Path file, String what, IOException cause) {
      super(file + ": is no model, " + what, cause);
    }
  }

  private static String what(Path file, ModelFormatException e) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".pt") || name.endsWith(".pth") || isZip(file)) {
      return name.endsWith(".npz") ? "but arrays for NumPy" : "but " + PYTORCH;
    }
    String message = String.valueOf(e.getMessage());
    String fault =
        message.startsWith(file + ": ") ? message.substring((file + ": ").length()) : message;
    if (fault.startsWith("is no safetensors file")) {
      return "expected a file saved by 'polymath train'";
    }
    return fault.startsWith("metadata \"format\"")
        ? "but another safetensors file; 'polymath import' reads a state dict of PyTorch"
        : "or a broken one: " + fault;
  }

  private static boolean isZip(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 'P' && in.read() == 'K' && in.read() == 3 && in.read() == 4;
    } catch (IOException e) {
      return false;
    }
  }

  /** The hint for a file of PyTorch's own that is to be imported; empty for any other. */
  static String pytorchHint(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".pt") || name.endsWith(".pth") || isZip(file)
        ? file + ": is no safetensors file, but " + PYTORCH
        : "";
  }

  /** All widths of a network: inputs, then the outputs of each dense layer. */
  static List<Integer> widths(List<LayerSpec> layers) {
    List<Integer> widths = new ArrayList<>();
    widths.add(layers.get(0).inputs());
    for (LayerSpec layer : layers) {
      if (layer instanceof LayerSpec.Dense) {
        widths.add(layer.outputs());
      }
    }
    return widths;
  }

  /** All widths of the model's network. */
  public static List<Integer> widths(ModelDescription model) {
    return widths(model.layers());
  }
}
