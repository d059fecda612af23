package dev.polymath.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One page, complete in itself: no script, no font and no picture from elsewhere. */
final class Html {

  /** Colours for series; more series begin again. */
  static final int COLOURS = 6;

  private Html() {}

  static String render(String title, String subtitle, List<Block> blocks) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n<main>\n<h1>")
        .append(escape(title))
        .append("</h1>\n")
        .append("<p class=\"subtitle\">")
        .append(text(subtitle))
        .append("</p>\n");
    boolean charts = false;
    for (Block block : blocks) {
      // Charts that follow each other stand side by side where there is room.
      if (charts != block instanceof Block.Chart) {
        page.append(charts ? "</div>\n" : "<div class=\"charts\">\n");
        charts = !charts;
      }
      render(block, page);
    }
    return page.append(charts ? "</div>\n" : "").append("</main>\n</body>\n</html>\n").toString();
  }

  private static void render(Block block, StringBuilder page) {
    if (block instanceof Block.Heading heading) {
      page.append("<h2>").append(text(heading.text())).append("</h2>\n");
    } else if (block instanceof Block.Paragraph paragraph) {
      page.append("<p>").append(text(paragraph.text())).append("</p>\n");
    } else if (block instanceof Block.Bullets bullets) {
      page.append("<ul>\n");
      bullets.items().forEach(i -> page.append("<li>").append(text(i)).append("</li>\n"));
      page.append("</ul>\n");
    } else if (block instanceof Block.Chart chart) {
      chart(chart, page);
    } else if (block instanceof Block.Table table) {
      table(table, page);
    }
  }

  private static void chart(Block.Chart chart, StringBuilder page) {
    page.append("<figure>\n<figcaption>").append(text(chart.caption())).append("</figcaption>\n");
    if (!chart.legend().isEmpty()) {
      page.append("<p class=\"legend\">");
      chart
          .legend()
          .forEach(
              (name, series) ->
                  page.append("<span><svg viewBox=\"0 0 12 12\" class=\"key\"><g class=\"s")
                      .append(series % COLOURS)
                      .append("\">")
                      .append(LogChart.marker(series, 6, 6))
                      .append("</g></svg>")
                      .append(escape(name))
                      .append("</span> "));
      page.append("</p>\n");
    }
    page.append(chart.svg()).append("\n</figure>\n");
  }

  private static void table(Block.Table table, StringBuilder page) {
    page.append(
        table.hidden()
            ? "<details>\n<summary>" + text(table.caption()) + "</summary>\n"
            : "<p class=\"caption\">" + text(table.caption()) + "</p>\n");
    page.append("<div class=\"scroll\">\n<table>\n<thead><tr>");
    table.headers().forEach(h -> page.append("<th>").append(text(h)).append("</th>"));
    page.append("</tr></thead>\n<tbody>\n");
    for (List<Block.Cell> row : table.rows()) {
      page.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        Block.Cell cell = row.get(i);
        String tag = i == 0 ? "th" : "td";
        page.append('<')
            .append(tag)
            .append(cell.best() ? " class=\"best\">" : ">")
            .append(text(cell.text()));
        if (!cell.detail().isEmpty()) {
          page.append("<small>").append(text(cell.detail())).append("</small>");
        }
        page.append("</").append(tag).append('>');
      }
      page.append("</tr>\n");
    }
    page.append("</tbody>\n</table>\n</div>\n").append(table.hidden() ? "</details>\n" : "");
  }

  private static String text(String text) {
    return escape(text)
        .replaceAll("\\*\\*([^*]+)\\*\\*", "<strong>$1</strong>")
        .replaceAll("`([^`]+)`", "<code>$1</code>");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String style() throws IOException {
    try (InputStream in = Html.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IOException("report.css is missing in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
