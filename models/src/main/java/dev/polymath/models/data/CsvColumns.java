package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a table are features and which is the label.
 *
 * @param features columns of the features, in the order in which they are wanted
 * @param label the label's column, or −1
 */
record CsvColumns(int[] features, int label) {

  private static final int NONE = -1;

  /** All columns but the label's. */
  static CsvColumns all(CsvTable table, Csv.Layout layout) throws IOException {
    table.requirePlainNames();
    int label = table.findLabel(layout);
    if (label < 0) {
      throw table.fail(
          "expected at least 2 columns, features and a label, with commas, semicolons, tabs, bars"
              + " or blanks between them, found 1");
    }
    return new CsvColumns(others(table, label), label);
  }

  private static int[] others(CsvTable table, int label) {
    return IntStream.range(table.firstFeature(), table.columns()).filter(i -> i != label).toArray();
  }

  /** What the features are. */
  ModelInput.Table input(CsvTable table) {
    List<String> names = table.names();
    return names.isEmpty()
        ? new ModelInput.Table(features.length, names, null, label - table.firstFeature())
        : new ModelInput.Table(
            features.length,
            IntStream.of(features).mapToObj(names::get).toList(),
            names.get(label),
            label - table.firstFeature());
  }

  /**
   * The columns that a model takes, in its order.
   *
   * @param labelled whether there has to be a label
   * @param notes is given a sentence on columns that are left out
   */
  static CsvColumns of(
      CsvTable table, Csv.Layout layout, ModelInput input, boolean labelled, Consumer<String> notes)
      throws IOException {
    return input instanceof ModelInput.Columns columns
        ? encoded(table, layout, columns.encoder(), labelled, notes)
        : of(table, layout, input.table(), Set.of(), labelled, notes);
  }

  /** By name all that become features; by place all, of which those that do are taken. */
  private static CsvColumns encoded(
      CsvTable table,
      Csv.Layout layout,
      TableEncoder encoder,
      boolean labelled,
      Consumer<String> notes)
      throws IOException {
    boolean byName = encoder.named() && !table.names().isEmpty();
    List<EncodedColumn> wantedColumns = byName ? encoder.matched() : encoder.columns();
    int found = table.columns() - table.firstFeature();
    if (!byName && !labelled && found == encoder.columns().size() + 1 - encoder.targets()) {
      // Rows to predict may come without any target.
      wantedColumns = wantedColumns.stream().filter(c -> !TableEncoder.isAnotherTarget(c)).toList();
    }
    List<String> names =
        byName ? wantedColumns.stream().map(EncodedColumn::name).toList() : List.of();
    Set<String> leftOut = new HashSet<>();
    encoder.columns().forEach(column -> leftOut.add(column.name()));
    ModelInput.Table wanted =
        new ModelInput.Table(wantedColumns.size(), names, encoder.target(), encoder.targetColumn());
    CsvColumns all = of(table, layout, wanted, leftOut, labelled, notes);
    List<EncodedColumn> taken = wantedColumns;
    int[] used =
        IntStream.range(0, taken.size())
            .filter(i -> !(taken.get(i) instanceof EncodedColumn.LeftOut))
            .map(i -> all.features()[i])
            .toArray();
    return new CsvColumns(used, all.label());
  }

  /**
   * The columns that a model takes: by their names where table and model have such, otherwise by
   * their places.
   *
   * @param known names of columns that the model knows and does not need
   */
  private static CsvColumns of(
      CsvTable table,
      Csv.Layout layout,
      ModelInput.Table wanted,
      Set<String> known,
      boolean labelled,
      Consumer<String> notes)
      throws IOException {
    return wanted.names().isEmpty() || table.names().isEmpty()
        ? byPlace(table, layout, wanted, labelled)
        : byName(table, layout, wanted, known, labelled, notes);
  }

  private static CsvColumns byName(
      CsvTable table,
      Csv.Layout layout,
      ModelInput.Table wanted,
      Set<String> known,
      boolean labelled,
      Consumer<String> notes)
      throws IOException {
    int label = layout.label() == null ? NONE : table.findLabel(layout);
    int[] places = others(table, label);
    List<String> found = IntStream.of(places).mapToObj(table.names()::get).toList();
    List<String> names = new ArrayList<>(wanted.names());
    int labelAt = NONE;
    if (label == NONE && hasMore(found, names, wanted.label())) {
      boolean placed = wanted.labelColumn() >= 0 && wanted.labelColumn() < names.size();
      labelAt = placed ? wanted.labelColumn() : names.size();
      names.add(labelAt, wanted.label());
    }
    if (labelled && label == NONE && labelAt == NONE) {
      throw table.fail(
          wanted.label() == null
              ? "which column is the label? The model does not know its name, so it has to be given"
              : "there is no label column "
                  + PlainText.quote(wanted.label())
                  + "; found "
                  + ColumnNames.list(found));
    }
    ColumnMatch match;
    try {
      match = ColumnMatch.of(names, found);
    } catch (IllegalArgumentException e) {
      throw table.fail(String.valueOf(e.getMessage()));
    }
    List<Integer> features = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (i == labelAt) {
        label = places[match.columns()[i]];
      } else {
        features.add(places[match.columns()[i]]);
      }
    }
    List<String> unused = match.unused().stream().filter(name -> !known.contains(name)).toList();
    if (!unused.isEmpty()) {
      notes.accept(ignored(table.name(), unused));
    }
    return new CsvColumns(features.stream().mapToInt(i -> i).toArray(), label);
  }

  /** Says that columns are not used. */
  static String ignored(String table, List<String> unused) {
    return table
        + ": ignored "
        + (unused.size() == 1 ? "a column" : "columns")
        + " that the model does not know: "
        + ColumnNames.list(unused);
  }

  /** Whether a table has a column of the label's name besides the features of that name. */
  private static boolean hasMore(
      List<String> found, List<String> features, @Nullable String label) {
    return label != null
        && Collections.frequency(found, label) > Collections.frequency(features, label);
  }

  private static CsvColumns byPlace(
      CsvTable table, Csv.Layout layout, ModelInput.Table wanted, boolean labelled)
      throws IOException {
    int features = wanted.features();
    int found = table.columns() - table.firstFeature();
    if (found == features && !labelled) {
      return new CsvColumns(others(table, NONE), NONE);
    }
    if (found != features + 1) {
      throw table.fail(
          "expected "
              + (labelled
                  ? (features + 1) + " columns (" + features + " features and the label)"
                  : features + " columns, or " + (features + 1) + " with the label")
              + ", found "
              + found
              + (table.names().isEmpty() && !wanted.names().isEmpty()
                  ? "; the table has no header, so that nothing tells which is which"
                  : ""));
    }
    boolean known = layout.label() == null && wanted.labelColumn() >= 0;
    int label = known ? table.firstFeature() + wanted.labelColumn() : table.findLabel(layout);
    if (label >= table.columns()) {
      label = table.findLabel(layout);
    }
    return new CsvColumns(others(table, label), label);
  }
}
