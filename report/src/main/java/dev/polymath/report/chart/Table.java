package dev.polymath.report.chart;

import java.util.List;

/**
 * A table, in a frame of its own: where it is wider than the page it scrolls there, and a shadow at
 * its edge shows that there is more.
 */
public final class Table {

  private final Markup page;

  /**
   * Opens a table.
   *
   * @param style a class of the style sheet
   * @param name what a screen reader calls it
   */
  public Table(Markup page, String style, String name) {
    this.page = page;
    // A frame that scrolls must be reachable by the keyboard.
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name);
    page.open("table", "class", style).open("thead").open("tr");
  }

  /** The head of a column of text. */
  public Table column(String head) {
    page.element("th", head, "scope", "col");
    return this;
  }

  /** The heads of columns of numbers. */
  public Table numbers(List<String> heads) {
    for (String head : heads) {
      page.element("th", head, "scope", "col", "class", "number");
    }
    return this;
  }

  /** Ends the head. */
  public Table body() {
    page.close().close().open("tbody");
    return this;
  }

  /** Opens a row. */
  public Table row() {
    page.open("tr");
    return this;
  }

  /** Opens a row and writes what it is about; a pointer is shown the whole name. */
  public Table row(String name, int most) {
    page.open("tr");
    page.element("th", Format.shortened(name, most), "scope", "row", "title", name);
    return this;
  }

  /** A cell with a number. */
  public Table number(String text) {
    page.element("td", text, "class", "number");
    return this;
  }

  /** Closes the row. */
  public Table end() {
    page.close();
    return this;
  }

  /** Closes the table. */
  public void close() {
    page.close().close().close();
  }
}
