package dev.polymath.models;

import dev.polymath.Backend;
import dev.polymath.models.data.DataSet;
import dev.polymath.models.data.ModelInput;
import dev.polymath.models.data.Task;
import dev.polymath.models.io.ModelFile;
import dev.polymath.models.io.Provenance;
import dev.polymath.models.network.InputScaling;
import dev.polymath.models.network.Network;
import dev.polymath.models.training.TrainingHistory;
import dev.polymath.models.training.TrainingOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** A model of any kind, for what is done with all alike. */
public sealed interface Model permits Classifier, MultiLabelClassifier, Regressor {

  /** Whether it names a class, computes numbers or tells which labels apply. */
  Task task();

  /** The layers and their parameters; of several members the first. */
  Network network();

  /** The networks whose outputs are averaged; most models have one. */
  List<Network> members();

  /** How many features an example has. */
  int inputs();

  /** The names of the classes, targets or labels, one for each output of the network. */
  List<String> outputNames();

  /** What the features mean, and how they are taken from a table's row or a picture. */
  ModelInput input();

  /** What is done to the features before the first layer. */
  InputScaling scaling();

  /** How the parameters came about: what a model file keeps of it. */
  Provenance provenance();

  /** Replaces the provenance, to add what only the caller knows. */
  void provenance(Provenance provenance);

  /**
   * Trains on a data set: see {@link Classifier#fit}, {@link Regressor#fit} and {@link
   * MultiLabelClassifier#fit}.
   */
  TrainingHistory fit(DataSet data, TrainingOptions options);

  /**
   * Starts a training on data that arrive one by one:
   *
   * <pre>{@code
   * try (Model.PartialFit training = model.partialFit(first, options)) {
   *   training.fit(first);
   *   training.fit(second);
   * }
   * }</pre>
   *
   * <p>The optimizer remembers from one to the next. The rate stays at {@link
   * TrainingOptions#learningRate()}: a schedule needs an end. Epochs and listeners are not used,
   * and validation is refused. Between two calls the model may predict and be saved. No other
   * training of it may run until this one is closed.
   *
   * @param schema what the data will be like, such as the first of them: it gives a new model its
   *     input, the scaling of it and the names of its outputs, and is not trained on
   * @throws IllegalArgumentException if the schema does not fit
   * @throws IllegalStateException if another training is running
   */
  PartialFit partialFit(DataSet schema, TrainingOptions options);

  /** A training on data that arrive one by one: see {@link Model#partialFit}. */
  interface PartialFit extends AutoCloseable {

    /**
     * Trains on each example once, in batches and a new order.
     *
     * @param data of any size; matched by name like those of any further training
     * @return the mean loss, each batch before its update
     * @throws IllegalArgumentException if the data don't fit; nothing has changed then
     * @throws dev.polymath.models.training.TrainingDivergedException if the loss or a parameter is
     *     not finite; the model is as before these data, and this training is over
     */
    double fit(DataSet data);

    /** How many updates were made. */
    long steps();

    /** Ends the training, and gives its buffers back. Closing again does nothing. */
    @Override
    void close();
  }

  /** The model as it is now, on the host. */
  ModelFile snapshot();

  /** Writes the model to a file, whole or not at all. */
  void save(Path file) throws IOException;

  /** Writes what {@link #save(Path)} writes to a stream, which stays open. */
  void save(OutputStream out) throws IOException;

  /** The model of its kind that a model file describes. */
  static Model of(ModelFile model, Backend backend) {
    return switch (model.description().task()) {
      case CLASSIFICATION -> Classifier.of(model, backend);
      case REGRESSION -> Regressor.of(model, backend);
      case LABELS -> MultiLabelClassifier.of(model, backend);
    };
  }

  /** Reads a model of any kind, whatever backend it was trained on. */
  static Model load(Path file, Backend backend) throws IOException {
    return of(ModelFile.read(file), backend);
  }
}
