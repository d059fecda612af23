package dev.polymath.spark;

import dev.polymath.Backend;
import dev.polymath.models.network.Initialization;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.LocalSteps;

/** What a training begins with. */
final class FirstState {

  private FirstState() {}

  /** The parameters that the seed draws, and an optimizer that remembers nothing yet. */
  static TrainingState of(TrainingPlan plan) {
    try (Backend backend = plan.demand().open(1)) {
      Network network = Network.of(backend, plan.layers());
      network.initialize(Initialization.DEFAULT, plan.recipe().seed());
      try (LocalSteps steps =
          new LocalSteps(
              network, plan.recipe().options(), plan.scaling(), plan.output(), plan.weighed(), 1)) {
        return TrainingState.of(steps.state());
      }
    }
  }
}
