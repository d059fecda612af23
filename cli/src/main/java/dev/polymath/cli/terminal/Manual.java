package dev.polymath.cli.terminal;

import static java.util.Map.entry;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The form of each command's {@code --help}: what it does, its parameters, its options under
 * headings, examples, exit codes, environment and files, in 80 columns.
 */
public final class Manual {

  private static final int COLUMNS = 80;

  /** Of options that belong to one command alone, and of help and version. */
  private static final String OWN = "Options:";

  private static final String EXAMPLES = "examples";
  private static final String ENVIRONMENT = "environment";
  private static final String FILES = "files";

  private static final Map<String, String> EXIT_CODES =
      table(
          "0", "Done.",
          "1", "Something failed: a file, a download, a training that diverged.",
          "2", "The command was not understood.",
          "130", "Ctrl-C has ended it; 143: a signal TERM.");

  private static final Map<String, String> VARIABLES =
      table(
          "JAVA_HOME", "The JDK to run on, 17 or newer. Default: the java on the PATH.",
          "POLYMATH_ARCHIVE", "off: start without an archive of classes, and make none.",
          "POLYMATH_CLASSPATH", "Jars of more backends, separated as on any class path.",
          "POLYMATH_HOME", "The cache folder. Default: polymath in XDG_CACHE_HOME.",
          "POLYMATH_JAVA_OPTS", "More options for the JVM, such as -Xmx8g.",
          "XDG_CACHE_HOME", "The folder of caches. Default: ~/.cache.");

  private static final Map<String, String> FILE_NAMES =
      table(
          "polymath.safetensors", "The model that train saves where --out names no other.",
          "~/.cache/polymath", "What can be fetched or measured again; POLYMATH_HOME moves it.");

  /**
   * What the manual adds to a command's own description.
   *
   * @param summary a few words, for the list of commands
   */
  public record Page(String summary, List<String> examples) {

    public Page {
      examples = List.copyOf(examples);
    }

    private Page(String summary, String... examples) {
      this(summary, List.of(examples));
    }
  }

  private static final Map<String, Page> PAGES =
      Map.ofEntries(
          entry(
              "polymath",
              new Page(
                  "",
                  "polymath train",
                  "polymath train --data mnist --out mnist.safetensors",
                  "polymath evaluate mnist.safetensors --data mnist",
                  "polymath help train")),
          entry(
              "train",
              new Page(
                  "Train a classifier and save it.",
                  "polymath train --data mnist --epochs 3",
                  "polymath train digits.csv --hidden 256,128 --activation relu",
                  "polymath train --data iris.csv --target species --test 0.3",
                  "polymath train --data FOLDER               # FOLDER/CLASS/*.png",
                  "polymath train --report run.html --log run.jsonl",
                  "polymath train --article --loss cross-entropy",
                  "polymath train --data mnist --checkpoint run.checkpoint --every 30s",
                  "polymath train --data mnist --resume run.checkpoint",
                  "polymath train more.csv --from iris.safetensors --out next.safetensors",
                  "polymath train --backend ejml --seed 7 --out seven.safetensors")),
          entry(
              "evaluate",
              new Page(
                  "Evaluate a saved model on a data set.",
                  "polymath evaluate polymath.safetensors",
                  "polymath evaluate mnist.safetensors --data mnist --backend arrays",
                  "polymath evaluate iris.safetensors more.csv",
                  "gunzip < more.csv.gz | polymath evaluate iris.safetensors --data -")),
          entry(
              "explain",
              new Page(
                  "Show which columns a saved model's figures rest on.",
                  "polymath explain titanic.safetensors titanic.csv",
                  "polymath explain iris.safetensors --data iris.csv --repeats 20 --json")),
          entry(
              "replay",
              new Page(
                  "Train a saved model again, and compare bit by bit.",
                  "polymath replay polymath.safetensors",
                  "polymath replay adult.safetensors --data adult.csv --threads 1",
                  "polymath replay next.safetensors --from iris.safetensors --backend arrays")),
          entry(
              "export",
              new Page(
                  "Write a saved model for ONNX Runtime, NumPy or PyTorch.",
                  "polymath export mnist.safetensors --format onnx",
                  "polymath export mnist.safetensors --format npz --out weights.npz")),
          entry(
              "import",
              new Page(
                  "Make a model of a PyTorch state dict.",
                  "polymath import net.safetensors",
                  "polymath import net.safetensors --activations relu,relu \\",
                  "  --mean 0.1307 --std 0.3081 --image 28x28 --out mnist.safetensors")),
          entry(
              "backends",
              new Page(
                  "List the backends, measure them, fetch one.",
                  "polymath backends",
                  "polymath backends --measure --layers 64,128,50,10 --batch 32",
                  "polymath backends --install nd4j")),
          entry(
              "predict",
              new Page(
                  "Predict the classes of pictures or of a table's rows.",
                  "polymath predict mnist.safetensors seven.png",
                  "polymath predict mnist.safetensors *.png --json",
                  "polymath predict iris.safetensors flowers.csv",
                  "polymath predict iris.safetensors - < flowers.csv")),
          entry(
              "tune",
              new Page(
                  "Find a learning rate, or a whole recipe, by trying.",
                  "polymath tune --trials 20 --data flowers.csv --report trials.html",
                  "polymath tune --learning-rate --data flowers.csv --report rates.html",
                  "polymath tune --learning-rate --data mnist --optimizer sgd")),
          entry(
              "gradcheck",
              new Page(
                  "Check a backend's gradients against double precision.",
                  "polymath gradcheck --backend ejml",
                  "polymath gradcheck --layers 20,30,3 --activations tanh --batch 1",
                  "polymath gradcheck mnist.safetensors --data mnist")),
          entry(
              "completion",
              new Page(
                  "Print the script that completes the command in a shell.",
                  "source <(polymath completion bash)        # in ~/.bashrc",
                  "source <(polymath completion zsh)         # in ~/.zshrc",
                  "polymath completion fish | source         # in config.fish")),
          entry(
              "help",
              new Page("Show the help of a command.", "polymath help", "polymath help train")));

  private Manual() {}

  /**
   * Gives a command and its sub-commands this form.
   *
   * @param more pages of commands that are not known here, by the names of the commands
   */
  public static void arrange(CommandLine command, Map<String, Page> more) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    String name = command.getCommandName();
    Page page = more.getOrDefault(name, PAGES.getOrDefault(name, new Page("")));
    // Above the help of the command itself there is no place for it.
    usage.header(page.summary());
    usage.synopsisHeading("Usage: ");
    if (command.getCommand() instanceof CommandLine.HelpCommand) {
      usage.description("Shows the help of a command, or of polymath itself.");
    }
    usage.description(withoutBlankEnd(usage.description()));
    usage.width(COLUMNS);
    usage.autoWidth(false);
    usage.descriptionHeading("%n");
    usage.parameterListHeading("%nParameters:%n");
    usage.commandListHeading("%nCommands:%n");
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(EXIT_CODES);
    Map<String, IHelpSectionRenderer> sections = usage.sectionMap();
    sections.put(SECTION_KEY_OPTION_LIST, Manual::options);
    sections.put(EXAMPLES, help -> examples(page.examples()));
    sections.put(
        ENVIRONMENT,
        help -> String.format(Locale.ROOT, "%nEnvironment:%n") + rows(help, VARIABLES));
    sections.put(FILES, help -> String.format(Locale.ROOT, "%nFiles:%n") + rows(help, FILE_NAMES));
    usage.sectionMap(sections);
    usage.sectionKeys(
        List.of(
            SECTION_KEY_SYNOPSIS_HEADING,
            SECTION_KEY_SYNOPSIS,
            SECTION_KEY_DESCRIPTION_HEADING,
            SECTION_KEY_DESCRIPTION,
            SECTION_KEY_PARAMETER_LIST_HEADING,
            SECTION_KEY_PARAMETER_LIST,
            SECTION_KEY_OPTION_LIST,
            SECTION_KEY_COMMAND_LIST_HEADING,
            SECTION_KEY_COMMAND_LIST,
            EXAMPLES,
            SECTION_KEY_EXIT_CODE_LIST_HEADING,
            SECTION_KEY_EXIT_CODE_LIST,
            ENVIRONMENT,
            FILES));
    command.getCommandSpec().versionProvider(new Version());
    command.getSubcommands().values().forEach(sub -> arrange(sub, more));
  }

  private static String[] withoutBlankEnd(String[] lines) {
    int end = lines.length;
    while (end > 0 && lines[end - 1].isBlank()) {
      end--;
    }
    return Arrays.copyOf(lines, end);
  }

  /** The options class by class, those of the command itself last. */
  private static String options(Help help) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    for (OptionSpec option : help.commandSpec().options()) {
      if (!option.hidden()) {
        groups.computeIfAbsent(heading(option), heading -> new ArrayList<>()).add(option);
      }
    }
    List<OptionSpec> own = groups.remove(OWN);
    if (own != null) {
      groups.put(OWN, own);
    }
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (heading, options) -> {
          Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
          layout.addOptions(options, help.createDefaultParamLabelRenderer());
          text.append(String.format(Locale.ROOT, "%n%s%n", heading)).append(layout);
        });
    return text.toString();
  }

  private static String heading(OptionSpec option) {
    Heading heading =
        option.userObject() instanceof Member member
            ? member.getDeclaringClass().getAnnotation(Heading.class)
            : null;
    return heading == null ? OWN : heading.value();
  }

  private static String examples(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(text.isEmpty() ? String.format(Locale.ROOT, "%nExamples:%n") : "")
          .append("  ")
          .append(line);
      text.append(String.format(Locale.ROOT, "%n"));
    }
    return text.toString();
  }

  private static String rows(Help help, Map<String, String> rows) {
    return help.createTextTable(rows).toString();
  }

  private static Map<String, String> table(String... cells) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i += 2) {
      rows.put(cells[i], cells[i + 1]);
    }
    return rows;
  }
}
