package dev.polymath.benchmarks.report;

import dev.polymath.report.chart.Markup;
import java.util.List;
import java.util.function.Consumer;

/**
 * A part of a report, for any format. In its texts {@code **} encloses what is strong and a
 * backquote encloses code; everything else is plain.
 */
sealed interface Block {

  /** A heading of the second level. */
  record Heading(String text) implements Block {}

  record Paragraph(String text) implements Block {}

  record Bullets(List<String> items) implements Block {}

  /**
   * @param hidden whether a reader in a hurry may leave it folded
   */
  record Table(String caption, List<String> headers, List<List<Cell>> rows, boolean hidden)
      implements Block {}

  /**
   * @param drawing writes the picture into a page
   */
  record Chart(String caption, Consumer<Markup> drawing) implements Block {}

  /**
   * @param detail less important, below or behind the text
   */
  record Cell(String text, String detail, boolean best) {
    static Cell of(String text) {
      return new Cell(text, "", false);
    }
  }
}
