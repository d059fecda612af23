package dev.polymath.spark;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** What the columns' metadata and the rows say of classes and features. */
final class Labels {

  private Labels() {}

  /**
   * The names of the classes: those that StringIndexer left in the metadata, or their numbers.
   *
   * @throws IllegalArgumentException if there are not two classes to tell apart
   */
  static List<String> names(StructType schema, String column, DealtRows rows) {
    TreeMap<Double, Long> trained = rows.trained().labels;
    if (trained == null) {
      throw new IllegalArgumentException(
          "column " + column + ": expected classes, found more than " + RowReader.MOST_CLASSES);
    }
    if (trained.size() < 2) {
      throw new IllegalArgumentException(
          "column "
              + column
              + ": expected at least two classes, found one: all rows to train on have "
              + trained.firstKey());
    }
    int most = (int) Math.max(trained.lastKey(), rows.heldOut().mostLabel);
    List<String> known = known(Attribute.fromStructField(schema.apply(column)));
    if (known.isEmpty()) {
      List<String> numbers = new ArrayList<>();
      for (int i = 0; i <= most; i++) {
        numbers.add(Integer.toString(i));
      }
      return numbers;
    }
    if (most >= known.size()) {
      throw new IllegalArgumentException(
          "column "
              + column
              + ": its metadata names "
              + known.size()
              + " classes, expected labels below that, found "
              + most);
    }
    return known;
  }

  /** The values that an attribute names; empty if it names none. */
  private static List<String> known(Attribute attribute) {
    Option<String[]> values =
        attribute instanceof NominalAttribute nominal
            ? nominal.values()
            : attribute instanceof BinaryAttribute binary ? binary.values() : Option.empty();
    if (values.isEmpty()) {
      return List.of();
    }
    List<String> names = List.of(values.get());
    return new HashSet<>(names).size() == names.size() && names.size() > 1 ? names : List.of();
  }

  /** The names that VectorAssembler left for the features; empty where not all have one. */
  static List<String> featureNames(StructType schema, String column, int features) {
    Option<Attribute[]> attributes =
        AttributeGroup.fromStructField(schema.apply(column)).attributes();
    if (attributes.isEmpty() || attributes.get().length != features) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (Attribute attribute : attributes.get()) {
      Option<String> name = attribute.name();
      if (name.isEmpty()) {
        return List.of();
      }
      names.add(name.get());
    }
    return new HashSet<>(names).size() == features ? names : List.of();
  }
}
