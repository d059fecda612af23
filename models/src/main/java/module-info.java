/** Networks, their training, data sets, metrics and model files. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // The modules that the unexported rooms are open to come later.
module dev.polymath.models {
  requires transitive dev.polymath;
  requires com.fasterxml.jackson.core;
  requires de.siegmar.fastcsv;
  requires java.management;

  exports dev.polymath.models;
  exports dev.polymath.models.check;
  exports dev.polymath.models.choice;
  exports dev.polymath.models.data;
  exports dev.polymath.models.internal to
      dev.polymath.cli,
      dev.polymath.report;
  exports dev.polymath.models.io;
  exports dev.polymath.models.metrics;
  exports dev.polymath.models.monitor;
  exports dev.polymath.models.network;
  exports dev.polymath.models.optim;
  exports dev.polymath.models.training;
}
