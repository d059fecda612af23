package dev.polymath.models;

import dev.polymath.Activation;
import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.ModelOutput;
import dev.polymath.models.internal.Randomness;
import dev.polymath.models.io.ModelDescription;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.LayerSpec;
import dev.polymath.models.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What builders collect of a network's layers, whatever the network is for. */
final class NetworkPlan {

  /** Rows of a table for which many members are affordable, and needed most. */
  private static final int SMALL_TABLE = 10_000;

  /** Rows of a table that say so much that one network learns it. */
  private static final int LARGE_TABLE = 1_000_000;

  private final Backend backend;
  private int inputs;
  private int @Nullable [] hidden;
  private List<Activation> activations = List.of(Activation.RELU);
  private Initialization initialization = Initialization.DEFAULT;
  private long seed = 1;
  private int members = 1;

  NetworkPlan(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  /** The networks of the recipe for tables. */
  void table(DataSet data) {
    inputs(data.features());
    hidden(128, 128);
    activation(Activation.RELU);
    members(data.size() <= SMALL_TABLE ? 8 : data.size() < LARGE_TABLE ? 4 : 1);
  }

  void inputs(int inputs) {
    atLeastOne("inputs", inputs);
    this.inputs = inputs;
  }

  void hidden(int... widths) {
    for (int width : widths) {
      atLeastOne("hidden", width);
    }
    this.hidden = widths.clone();
  }

  void activation(Activation... activations) {
    List<Activation> copy = List.of(activations);
    if (copy.isEmpty() || copy.contains(Activation.SOFTMAX)) {
      throw new IllegalArgumentException(
          "activation: expected at least one, and any but SOFTMAX, found " + copy);
    }
    this.activations = copy;
  }

  void initialization(Initialization initialization) {
    this.initialization = Objects.requireNonNull(initialization, "initialization");
  }

  void seed(long seed) {
    this.seed = seed;
  }

  void members(int members) {
    atLeastOne("members", members);
    this.members = members;
  }

  /** Requires what every network needs. */
  void requireSet() {
    if (inputs == 0) {
      throw new IllegalStateException("inputs: not set");
    }
    if (hidden == null) {
      throw new IllegalStateException("hidden: not set; hidden() makes a single dense layer");
    }
  }

  /**
   * The network with its weights drawn.
   *
   * @param kind what messages call the model
   * @param named whether the output's names are given
   */
  FittedNetwork build(String kind, ModelOutput output, boolean named) {
    requireSet();
    int[] widths = Objects.requireNonNull(hidden);
    List<LayerSpec> specs =
        switch (output.task()) {
          case CLASSIFICATION ->
              LayerSpec.classifier(inputs, widths, activations, output.names().size());
          case REGRESSION ->
              LayerSpec.regressor(inputs, widths, activations, output.names().size());
          case LABELS -> LayerSpec.multiLabel(inputs, widths, activations, output.names().size());
        };
    // What a model file does not hold is refused here, not after the training.
    ModelFile.requireStorable(
        new ModelDescription(
            specs,
            InputScaling.none(inputs),
            output,
            new ModelInput.Numbers(inputs),
            members,
            Provenance.UNKNOWN));
    List<Network> networks = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      Network network = Network.of(backend, specs);
      network.initialize(initialization, Randomness.memberSeed(seed, m));
      networks.add(network);
    }
    return new FittedNetwork(
        kind, networks, output, named, Provenance.UNKNOWN.withWeights(initialization.name(), seed));
  }

  static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, found " + value);
    }
  }
}
