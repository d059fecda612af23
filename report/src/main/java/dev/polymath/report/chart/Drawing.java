package dev.polymath.report.chart;

/**
 * A picture on a page, as SVG. Its units are pixels of a phone; elsewhere it is drawn larger. Every
 * shape has a style, the name of a class in the page's style sheet.
 */
public final class Drawing {

  /** The width of most pictures: about what a phone has. */
  public static final double WIDTH = 360;

  /** Where a text lies: it begins at its place, has its middle there, or ends there. */
  public enum Anchor {
    /** It begins there. */
    START,
    /** Its middle is there. */
    MIDDLE,
    /** It ends there. */
    END
  }

  private final Markup page;

  /**
   * Opens a picture.
   *
   * @param summary what a screen reader says instead of the picture
   */
  public Drawing(Markup page, double width, double height, String summary) {
    this.page = page;
    String box = "0 0 " + Markup.number(width) + " " + Markup.number(height);
    page.open("svg", "viewBox", box, "role", "img", "aria-label", summary);
  }

  /** A straight line. */
  public Drawing line(String style, double x1, double y1, double x2, double y2) {
    page.leaf("line", "class", style, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
    return this;
  }

  /** A line or an area, by the commands of SVG. */
  public Drawing path(String style, CharSequence commands) {
    page.leaf("path", "class", style, "d", commands);
    return this;
  }

  /** A rectangle. */
  public Drawing box(String style, double x, double y, double width, double height) {
    page.leaf("rect", "class", style, "x", x, "y", y, "width", width, "height", height);
    return this;
  }

  /** A rectangle that lets through what is behind it; 1 is opaque. */
  public Drawing shade(
      String style, double x, double y, double width, double height, double opacity) {
    page.leaf(
        "rect",
        "class",
        style,
        "x",
        x,
        "y",
        y,
        "width",
        width,
        "height",
        height,
        "fill-opacity",
        opacity);
    return this;
  }

  /** A disc. */
  public Drawing disc(String style, double x, double y, double radius) {
    page.leaf("circle", "class", style, "cx", x, "cy", y, "r", radius);
    return this;
  }

  /** A line of text; {@code y} is its base. */
  public Drawing text(String style, String text, double x, double y, Anchor anchor) {
    String place = anchor.name().toLowerCase(java.util.Locale.ROOT);
    page.element("text", text, "class", style, "x", x, "y", y, "text-anchor", place);
    return this;
  }

  /** Opens a group of shapes that show a text to a pointer that rests on them. */
  public Drawing group(String tooltip) {
    page.open("g").tooltip(tooltip);
    return this;
  }

  /** Closes the group that was opened last, or the picture. */
  public void close() {
    page.close();
  }

  /** The page, for what has no method here. */
  public Markup page() {
    return page;
  }
}
