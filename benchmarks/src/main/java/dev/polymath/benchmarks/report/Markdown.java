package dev.polymath.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** The same without the charts: sentences and tables. */
final class Markdown {

  private Markdown() {}

  static String render(String title, String subtitle, List<Block> blocks) {
    StringBuilder page = new StringBuilder();
    page.append("# ").append(title).append("\n\n").append(text(subtitle)).append("\n");
    for (Block block : blocks) {
      if (block instanceof Block.Heading heading) {
        page.append("\n## ").append(text(heading.text())).append("\n");
      } else if (block instanceof Block.Paragraph paragraph) {
        page.append("\n").append(text(paragraph.text())).append("\n");
      } else if (block instanceof Block.Bullets bullets) {
        page.append("\n");
        bullets.items().forEach(i -> page.append("- ").append(text(i)).append("\n"));
      } else if (block instanceof Block.Table table) {
        table(table, page);
      }
    }
    return page.toString();
  }

  private static void table(Block.Table table, StringBuilder page) {
    page.append("\n").append(text(table.caption())).append("\n\n");
    row(table.headers(), page);
    row(table.headers().stream().map(h -> "---").toList(), page);
    for (List<Block.Cell> cells : table.rows()) {
      List<String> row = new ArrayList<>();
      for (Block.Cell cell : cells) {
        String strong = cell.best() ? "**" : "";
        row.add(
            strong
                + cell.text()
                + strong
                + (cell.detail().isEmpty() ? "" : " (" + cell.detail() + ")"));
      }
      row(row, page);
    }
  }

  private static void row(List<String> cells, StringBuilder page) {
    page.append("|");
    cells.forEach(c -> page.append(" ").append(text(c).replace("|", "\\|")).append(" |"));
    page.append("\n");
  }

  /** No tag of HTML may come of a name. */
  private static String text(String text) {
    return text.replace("<", "&lt;");
  }
}
