package dev.polymath.report.chart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * One page of HTML that needs nothing but itself: no script, no font, no picture from elsewhere;
 * light or dark as the reader's system is.
 */
public final class Page {

  private Page() {}

  /**
   * Opens a page, with its title and its styles, up to its body's {@code main}.
   *
   * @param styles what the page needs beside the style sheet that all pages share
   */
  public static Markup open(String title, String styles) {
    Markup page = new Markup();
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    page.leaf("meta", "charset", "utf-8");
    page.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.leaf("meta", "name", "color-scheme", "content", "light dark");
    // The page can't be made to ask for anything, whatever a name in it says.
    page.leaf(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    page.leaf("link", "rel", "icon", "href", "data:,");
    page.element("title", title);
    page.open("style").raw(styles(Page.class, "page.css")).raw(styles).close().close();
    return page.open("body").open("main");
  }

  /** Closes a page and returns it. */
  public static String close(Markup page) {
    return page.close().close().close().toString() + "\n";
  }

  /** A style sheet that lies beside a class, in one line. */
  public static String styles(Class<?> beside, String name) {
    try (InputStream css = beside.getResourceAsStream(name)) {
      if (css == null) {
        throw new IllegalStateException(name + " is missing beside " + beside.getName());
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be read", e);
    }
  }
}
