package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Says which cells of a table had no feature, for training had none like them. */
final class StrangeCells {

  private static final int MOST = 5;

  private StrangeCells() {}

  /**
   * One sentence for all columns, if there is any such cell.
   *
   * @param source what the table is called
   * @param columns what each writer's column is called
   */
  static void report(
      String source, List<ColumnWriter> writers, List<String> columns, Consumer<String> notes) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < writers.size(); i++) {
      ColumnWriter writer = writers.get(i);
      if (writer.strange() > 0) {
        String example = writer.example();
        found.add(
            columns.get(i)
                + ": "
                + (writer.strange() == 1 ? "1 row" : writer.strange() + " rows")
                + (example == null ? ", missing" : ", such as " + PlainText.quote(example)));
      }
    }
    if (!found.isEmpty()) {
      notes.accept(
          source
              + ": has values that training had rarely or never, taken as other or missing: "
              + String.join("; ", found.subList(0, Math.min(MOST, found.size())))
              + (found.size() > MOST ? "; and " + (found.size() - MOST) + " more columns" : ""));
    }
  }
}
