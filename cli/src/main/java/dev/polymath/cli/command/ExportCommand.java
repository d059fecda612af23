package dev.polymath.cli.command;

import dev.polymath.cli.files.FileErrors;
import dev.polymath.cli.files.OutputFiles;
import dev.polymath.cli.terminal.Words;
import dev.polymath.models.io.ExportFormat;
import dev.polymath.models.io.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code polymath export}: a saved model in another program's format. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a saved model in a format that other programs read.")
public final class ExportCommand implements Callable<Integer> {

  private static final String STATE_DICT = ".pytorch.safetensors";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A file saved by 'polymath train'.")
  private Path file;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "NAME",
      converter = FormatName.class,
      completionCandidates = FormatName.class,
      description = {
        "onnx: a graph that ONNX Runtime and others run, the input scaling inside; of a model of a"
            + " table with an input for each column.",
        "npz: arrays for NumPy's load.",
        "safetensors: a state dict for PyTorch's load_state_dict; of a model of several members one"
            + " for each, with .member1, .member2 and so on before the ending."
      })
  private ExportFormat format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where it is written. Default: beside MODEL, with the format's ending: .onnx, .npz or"
              + " .pytorch.safetensors.")
  private @Nullable Path out;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  ExportCommand() {}

  @Override
  public Integer call() throws IOException {
    Path target = out == null ? beside(file, format) : out;
    new OutputFiles(spec.commandLine())
        .reads("MODEL", file.toString())
        .replaces("--out", target)
        .check();
    ModelFile model = SavedModel.read(file);
    int members = model.description().members();
    if (format != ExportFormat.SAFETENSORS || members == 1) {
      write(model, target);
      return 0;
    }
    // A module of PyTorch is one network: each member has a file of its own.
    for (int m = 0; m < members; m++) {
      new OutputFiles(spec.commandLine())
          .reads("MODEL", file.toString())
          .replaces("--out", ofMember(target, m))
          .check();
    }
    for (int m = 0; m < members; m++) {
      write(model.member(m), ofMember(target, m));
    }
    return 0;
  }

  private void write(ModelFile model, Path target) throws IOException {
    FileErrors.run(
        target.toString(),
        () -> {
          format.write(model, target);
        });
    spec.commandLine().getOut().println("saved as " + target);
  }

  /**
   * {@code digits.pytorch.safetensors} becomes {@code digits.member1.pytorch.safetensors}.
   *
   * @param member from 0
   */
  private static Path ofMember(Path target, int member) {
    String name = target.getFileName().toString();
    int end =
        name.endsWith(STATE_DICT) ? name.length() - STATE_DICT.length() : name.lastIndexOf('.');
    if (end < 0) {
      end = name.length();
    }
    String number = ".member" + (member + 1);
    return target.resolveSibling(name.substring(0, end) + number + name.substring(end));
  }

  /** {@code digits.safetensors} becomes {@code digits.onnx}. */
  private static Path beside(Path model, ExportFormat format) {
    // A state dict must not take the model's own place.
    return ImportCommand.beside(
        model, format == ExportFormat.SAFETENSORS ? STATE_DICT : "." + lowerCase(format));
  }

  private static String lowerCase(ExportFormat format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  /** The names of {@link ExportFormat}s. */
  static final class FormatName extends Words<ExportFormat> {
    FormatName() {
      super(
          Stream.of(ExportFormat.values()).map(ExportCommand::lowerCase).toList(),
          name -> ExportFormat.valueOf(name.toUpperCase(Locale.ROOT)));
    }
  }
}
