package dev.polymath.cli.command;

import dev.polymath.Activation;
import dev.polymath.cli.data.ImageSizeName;
import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.OutputFiles;
import dev.polymath.models.data.ImageSize;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.ModelFormatException;
import dev.polymath.models.io.StateDictImport;
import dev.polymath.models.network.LayerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath import}: a PyTorch state dict as a model. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a model of a PyTorch state dict of Linear layers, saved as safetensors. Weights are"
            + " [outputs, inputs], as PyTorch has them; the widths are those of the shapes. Batch norms"
            + " are folded into the layers beside them.")
public final class ImportCommand implements Callable<Integer> {

  private static final String ENDING = ".safetensors";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What save_file(net.state_dict(), ...) wrote.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "MODEL",
      description =
          "Where the model is saved. Default: beside FILE, ending in .polymath.safetensors.")
  private @Nullable Path out;

  @Option(
      names = "--activations",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      converter = ActivationName.class,
      completionCandidates = ActivationName.class,
      description =
          "Of the hidden layers: sigmoid, tanh, relu, leaky-relu, elu, selu or identity; the last for all that"
              + " follow. Default: sigmoid,relu, or what an exported file says.")
  private @Nullable List<Activation> activations;

  @Option(
      names = "--mean",
      paramLabel = "M",
      description = "What was taken from each feature before the first layer. Default: 0.")
  private float mean;

  @Option(
      names = "--std",
      paramLabel = "S",
      description = "What each feature was divided by after that. Default: 1.")
  private float deviation = 1;

  @Option(
      names = "--class-names",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      description = "One for each output. Default: 0,1,2 and so on.")
  private @Nullable List<String> classNames;

  @Option(
      names = "--image",
      paramLabel = "HxW",
      converter = ImageSizeName.class,
      description = "The images that the features are, row by row. Default: none.")
  private @Nullable ImageSize image;

  @Option(
      names = "--layers",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      description =
          "The order of the layers, where neither numbers nor shapes tell it; with the batch norms"
              + " among them, where nothing tells theirs.")
  private @Nullable List<String> layers;

  @Option(
      names = "--batch-norm",
      paramLabel = "PLACE",
      converter = BatchNormPlace.class,
      completionCandidates = BatchNormPlace.class,
      description =
          "Whether a batch norm stands before or after the activation, where the numbers of the"
              + " modules do not tell: before or after.")
  private @Nullable String batchNorm;

  @Option(
      names = "--batch-norm-eps",
      paramLabel = "E",
      description = "What a batch norm adds to the variance. Default: 1e-5.")
  private double epsilon = 1e-5;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  ImportCommand() {}

  @Override
  public Integer call() throws IOException {
    StateDictImport how = how();
    Path target = out == null ? beside(file, ".polymath" + ENDING) : out;
    new OutputFiles(spec.commandLine())
        .reads("FILE", file.toString())
        .replaces("--out", target)
        .check();
    ModelFile model = read(how);
    long dense =
        model.description().layers().stream().filter(l -> l instanceof LayerSpec.Dense).count();
    NetworkOptions.requireActivationsFor("--activations", activations, (int) dense - 1, spec);
    FileErrors.run(
        target.toString(),
        () -> {
          model.write(target);
        });
    spec.commandLine().getOut().println(describe(model.description()));
    spec.commandLine().getOut().println("saved as " + target);
    return 0;
  }

  private ModelFile read(StateDictImport how) throws IOException {
    try {
      return FileErrors.named(file.toString(), () -> how.read(file));
    } catch (ModelFormatException e) {
      String hint = SavedModel.pytorchHint(file);
      throw hint.isEmpty() ? e : new IOException(hint, e);
    }
  }

  private StateDictImport how() {
    try {
      StateDictImport how = StateDictImport.defaults().normalization(mean, deviation);
      if (activations != null) {
        how = how.activations(activations.toArray(Activation[]::new));
      }
      if (classNames != null) {
        how = how.classNames(classNames);
      }
      if (image != null) {
        how = how.image(image);
      }
      how = how.batchNormEpsilon(epsilon);
      if (batchNorm != null) {
        how = how.batchNormAfterActivation(batchNorm.equals(BatchNormPlace.AFTER));
      }
      return layers == null ? how : how.layers(layers);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static String describe(ModelDescription model) {
    String chain =
        model.layers().stream()
            .filter(layer -> layer instanceof LayerSpec.Dense)
            .map(
                layer ->
                    layer.outputs()
                        + (layer.activation() == Activation.IDENTITY
                            ? ""
                            : " " + ActivationName.of(layer.activation())))
            .collect(Collectors.joining(" -> "));
    return "read " + model.inputs() + " -> " + chain + " softmax";
  }

  /** {@code net.safetensors} with another ending, in the same folder. */
  static Path beside(Path file, String ending) {
    String name = file.getFileName().toString();
    String stem =
        name.endsWith(ENDING) && name.length() > ENDING.length()
            ? name.substring(0, name.length() - ENDING.length())
            : name;
    return file.resolveSibling(stem + ending);
  }
}
