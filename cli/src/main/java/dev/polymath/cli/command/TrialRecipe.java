package dev.polymath.cli.command;

import dev.polymath.models.data.DataSet;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.training.TrainingOptions;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A recipe of a search, as options of {@code train}. They are read as {@code train} reads them, so
 * that what is tried is what the printed command trains.
 */
@Command(name = "train")
final class TrialRecipe {

  @Mixin private Recipe recipe;

  @Mixin private NetworkOptions network;

  @SuppressWarnings("NullAway.Init") // picocli injects the fields
  private TrialRecipe() {}

  /** What some options mean. */
  static TrialRecipe of(List<String> options) {
    TrialRecipe trial = new TrialRecipe();
    new CommandLine(trial).parseArgs(options.toArray(new String[0]));
    trial.network.single();
    return trial;
  }

  /** The recipe before any data are known. */
  TrainingOptions options() {
    return recipe.options();
  }

  /** The recipe that {@code train} has for some data, with what it holds out. */
  TrainingOptions options(DataSet data) {
    return recipe.options(data);
  }

  /** The network that {@code train} has for some data; one member. */
  NetworkOptions network() {
    return network;
  }

  /** How the weights are drawn. */
  Initialization initialization() {
    return recipe.initialization();
  }

  /** The seed, the same for all trials. */
  long seed() {
    return recipe.seed();
  }
}
