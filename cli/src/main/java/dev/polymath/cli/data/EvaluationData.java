package dev.polymath.cli.data;

import dev.polymath.models.data.DataSet;
import java.util.List;

/**
 * What a model is evaluated on.
 *
 * @param examples with the model's features and classes
 * @param description the data as a person names them, and which of their examples these are
 * @param notes what a person should know of how they were matched to the model, a sentence each
 */
public record EvaluationData(DataSet examples, String description, List<String> notes) {

  public EvaluationData {
    notes = List.copyOf(notes);
  }
}
