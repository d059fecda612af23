package dev.polymath.benchmarks.report;

import dev.polymath.report.chart.Markup;
import dev.polymath.report.chart.Page;
import dev.polymath.report.chart.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks as one page: a section for each heading. */
final class Html {

  private static final Pattern MARKED = Pattern.compile("\\*\\*([^*]+)\\*\\*|`([^`]+)`");

  private final Markup page;

  private Html(Markup page) {
    this.page = page;
  }

  static String render(String title, String subtitle, List<Block> blocks) {
    Html html = new Html(Page.open(title, Page.styles(Html.class, "report.css")));
    html.page.element("h1", title).open("p", "class", "subtitle");
    html.text(subtitle).close();
    int from = 0;
    for (int i = 1; i <= blocks.size(); i++) {
      if (i == blocks.size() || blocks.get(i) instanceof Block.Heading) {
        html.section(blocks.subList(from, i));
        from = i;
      }
    }
    return Page.close(html.page);
  }

  /** Charts stand side by side; beside a chart that is alone stands what follows it. */
  private void section(List<Block> blocks) {
    page.open("section");
    List<Block.Chart> charts = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i) instanceof Block.Chart chart) {
        charts.add(chart);
        if (i + 1 < blocks.size() && blocks.get(i + 1) instanceof Block.Chart) {
          continue;
        }
        boolean alone = charts.size() == 1 && i + 1 < blocks.size();
        charts(alone ? "pair" : charts.size() % 3 == 1 ? "charts twos" : "charts", charts);
        if (alone) {
          page.open("div");
          blocks.subList(i + 1, blocks.size()).forEach(this::block);
          page.close().close();
          break;
        }
        page.close();
        charts.clear();
      } else {
        block(blocks.get(i));
      }
    }
    page.close();
  }

  private void charts(String style, List<Block.Chart> charts) {
    page.open("div", "class", style);
    for (Block.Chart chart : charts) {
      page.figure(chart.caption(), "");
      chart.drawing().accept(page);
      page.close();
    }
  }

  private void block(Block block) {
    if (block instanceof Block.Heading heading) {
      element("h2", heading.text());
    } else if (block instanceof Block.Paragraph paragraph) {
      element("p", paragraph.text());
    } else if (block instanceof Block.Bullets bullets) {
      page.open("ul");
      bullets.items().forEach(item -> element("li", item));
      page.close();
    } else if (block instanceof Block.Table table) {
      if (table.hidden()) {
        page.open("details");
        element("summary", table.caption());
        table(table);
        page.close();
      } else {
        page.open("p", "class", "caption");
        text(table.caption()).close();
        table(table);
      }
    }
  }

  private void table(Block.Table block) {
    Table table = new Table(page, "figures", plain(block.caption()));
    table.column(block.headers().get(0));
    table.numbers(block.headers().subList(1, block.headers().size())).body();
    for (List<Block.Cell> row : block.rows()) {
      table.row();
      for (int i = 0; i < row.size(); i++) {
        Block.Cell cell = row.get(i);
        if (i == 0) {
          page.open("th", "scope", "row");
        } else {
          page.open("td", "class", cell.best() ? "number best" : "number");
        }
        text(cell.text());
        if (!cell.detail().isEmpty()) {
          // In lines of whole items, where it needs more than one.
          String lines = cell.detail().replace(' ', '\u00a0').replace("\u00a0·\u00a0", "\u00a0· ");
          page.element("small", lines);
        }
        page.close();
      }
      table.end();
    }
    table.close();
  }

  private void element(String tag, String text) {
    page.open(tag);
    text(text).close();
  }

  private Markup text(String text) {
    Matcher marked = MARKED.matcher(text);
    int at = 0;
    while (marked.find()) {
      page.text(text.substring(at, marked.start()));
      boolean strong = marked.group(1) != null;
      page.element(strong ? "strong" : "code", strong ? marked.group(1) : marked.group(2));
      at = marked.end();
    }
    return page.text(text.substring(at));
  }

  private static String plain(String text) {
    return MARKED.matcher(text).replaceAll("$1$2");
  }
}
