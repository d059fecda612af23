package dev.polymath.report;

import dev.polymath.BackendInfo;
import dev.polymath.models.Model;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.internal.Processor;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.report.chart.Format;
import dev.polymath.report.chart.Markup;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run was made of, so that it can be repeated: recipe, network, data, backend, machine. */
final class Facts {

  private static final String UNKNOWN = "unknown";

  private final Markup page;
  private final String name;
  private final Model model;
  private final TrainingHistory history;
  private final Members members;
  private final TrainTest examples;
  private final @Nullable String command;

  Facts(
      Markup page,
      String name,
      Model model,
      TrainingHistory history,
      Members members,
      TrainTest examples,
      @Nullable String command) {
    this.page = page;
    this.name = name;
    this.model = model;
    this.history = history;
    this.members = members;
    this.examples = examples;
    this.command = command;
  }

  void write() {
    if (command != null) {
      page.element("h3", "To repeat it", "class", "repeat");
      page.open("pre").element("code", command).close();
    }
    page.open("div", "class", "facts");
    recipe();
    network();
    data();
    machine();
    page.close();
  }

  private void recipe() {
    Provenance provenance = model.provenance();
    group("Recipe");
    history.options().toMap().forEach(page::fact);
    String kept = members.kept();
    if (!kept.isEmpty()) {
      page.fact(members.all().size() == 1 ? "epoch kept" : "epochs kept, by member", kept);
    }
    page.fact("initialization", Objects.requireNonNullElse(provenance.initialization(), UNKNOWN));
    Long seed = provenance.seed();
    page.fact("seed of the weights", seed == null ? UNKNOWN : seed.toString());
    end();
  }

  private void network() {
    group("Network");
    page.fact(
        "layers",
        model.network().specs().stream()
            .map(LayerSpec::toString)
            .collect(Collectors.joining(", ")));
    int several = model.members().size();
    long each = model.network().parameterCount();
    page.fact(
        "parameters",
        several == 1
            ? Format.count(each)
            : Format.count(several * each)
                + " in "
                + several
                + " members of "
                + Format.count(each)
                + ", whose outputs are averaged");
    boolean encoded = model.input() instanceof ModelInput.Columns;
    boolean plain = model.scaling().equals(InputScaling.none(model.inputs()));
    page.fact(
        "inputs",
        encoded
            ? "as encoded from the columns of the table"
            : plain ? "as they are" : "shifted and scaled to mean 0, deviation 1");
    end();
  }

  private void data() {
    DataSet train = examples.train();
    group("Data");
    page.fact("name", name);
    page.fact("training", Format.count(train.size(), "example", "examples"));
    double held = history.options().validation();
    if (held > 0) {
      page.fact("of these held out", Format.count(Math.round(held * train.size())));
    }
    page.fact("test", Format.count(examples.test().size(), "example", "examples"));
    page.fact(
        "features",
        train
            .imageSize()
            .map(s -> s.height() + " × " + s.width() + " pixels")
            .orElse(Format.count(train.features())));
    switch (train.task()) {
      case CLASSIFICATION -> page.fact("classes", Format.count(train.classes()));
      case REGRESSION -> page.fact("targets", String.join(", ", train.targetNames()));
      case LABELS -> page.fact("labels", String.join(", ", train.targetNames()));
    }
    fingerprint("fingerprint, training", train);
    fingerprint("fingerprint, test", examples.test());
    end();
  }

  private void machine() {
    BackendInfo backend = model.network().backend().info();
    group("Backend and machine");
    page.fact("backend", backend.name() + " " + backend.version());
    page.fact("runs on", backend.runsOn());
    page.fact("threads", Format.count(backend.threads()));
    page.fact("processor", Processor.name().orElse(System.getProperty("os.arch")));
    page.fact("cores", Format.count(Runtime.getRuntime().availableProcessors()));
    page.fact("Java", Runtime.version() + " (" + System.getProperty("java.vm.name") + ")");
    page.fact(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " ("
            + System.getProperty("os.arch")
            + ")");
    page.fact("Polymath", Objects.requireNonNullElse(model.provenance().library(), UNKNOWN));
    end();
  }

  private void group(String title) {
    page.open("div", "class", "group").element("h3", title).open("dl");
  }

  private void end() {
    page.close().close();
  }

  private void fingerprint(String term, DataSet data) {
    page.open("div").element("dt", term);
    page.open("dd").element("code", data.fingerprint()).close().close();
  }
}
