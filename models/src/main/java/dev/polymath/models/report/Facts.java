package dev.polymath.models.report;

import dev.polymath.BackendInfo;
import dev.polymath.models.Classifier;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.TrainTest;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.training.TrainingHistory;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run was made of, so that it can be repeated: recipe, network, data, engine, machine. */
final class Facts {

  private static final String UNKNOWN = "unknown";

  private final Markup page;
  private final String name;
  private final Classifier model;
  private final TrainingHistory history;
  private final TrainTest examples;
  private final @Nullable String command;

  Facts(
      Markup page,
      String name,
      Classifier model,
      TrainingHistory history,
      TrainTest examples,
      @Nullable String command) {
    this.page = page;
    this.name = name;
    this.model = model;
    this.history = history;
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
    history.options().toMap().forEach(this::fact);
    fact("initialization", Objects.requireNonNullElse(provenance.initialization(), UNKNOWN));
    Long seed = provenance.seed();
    fact("seed of the weights", seed == null ? UNKNOWN : seed.toString());
    end();
  }

  private void network() {
    group("Network");
    fact(
        "layers",
        model.network().specs().stream()
            .map(LayerSpec::toString)
            .collect(Collectors.joining(", ")));
    fact("parameters", Format.count(model.network().parameterCount()));
    boolean plain = model.scaling().equals(InputScaling.none(model.inputs()));
    fact("inputs", plain ? "as they are" : "shifted and scaled to mean 0, deviation 1");
    end();
  }

  private void data() {
    DataSet train = examples.train();
    group("Data");
    fact("name", name);
    fact("training", Format.count(train.size(), "example", "examples"));
    double held = history.options().validation();
    if (held > 0) {
      fact("of these held out", Format.count(Math.round(held * train.size())));
    }
    fact("test", Format.count(examples.test().size(), "example", "examples"));
    fact(
        "features",
        train
            .imageSize()
            .map(s -> s.height() + " × " + s.width() + " pixels")
            .orElse(Format.count(train.features())));
    fact("classes", Format.count(train.classes()));
    fingerprint("fingerprint, training", train);
    fingerprint("fingerprint, test", examples.test());
    end();
  }

  private void machine() {
    BackendInfo engine = model.network().backend().info();
    Machine machine = Machine.current();
    group("Engine and machine");
    fact("backend", engine.name() + " " + engine.version());
    fact("engine", engine.runsOn());
    fact("threads", Format.count(engine.threads()));
    fact("processor", machine.processor());
    fact("cores", Format.count(machine.cores()));
    fact("Java", machine.java());
    fact("system", machine.system());
    fact("Polymath", Objects.requireNonNullElse(model.provenance().library(), UNKNOWN));
    end();
  }

  private void group(String title) {
    page.open("div", "class", "group").element("h3", title).open("dl");
  }

  private void end() {
    page.close().close();
  }

  private void fact(String term, String value) {
    page.open("div").element("dt", term).element("dd", value).close();
  }

  private void fingerprint(String term, DataSet data) {
    page.open("div").element("dt", term);
    page.open("dd").element("code", data.fingerprint()).close().close();
  }
}
