package dev.polymath.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MarkupTest {

  @Test
  void escapesTextAndAttributes() {
    Markup page = new Markup();
    page.open("p", "title", "\"a\" & 'b'").text("<script>alert(1)</script>").close();
    assertEquals(
        "<p title=\"&quot;a&quot; &amp; &#39;b&#39;\">"
            + "&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        page.toString());
  }

  @Test
  void replacesWhatNoPageCanHold() {
    String text = "a\u0000b\u0007c\ud800d\uffffe\u0085f";
    assertEquals("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf", new Markup().text(text).toString());
    assertEquals("x\n\ty 😀", new Markup().text("x\n\ty 😀").toString());
  }

  @Test
  void cutsNumbersToHundredths() {
    assertEquals(
        "<a x=\"1.23\" y=\"2\" z=\"7\"/>",
        new Markup().leaf("a", "x", 1.2345, "y", 2.0, "z", 7).toString());
    assertThrows(IllegalArgumentException.class, () -> new Markup().leaf("a", "x", Double.NaN));
  }

  @Test
  void knowsWhatIsStillOpen() {
    Markup page = new Markup().open("main").open("p");
    assertEquals(
        "report: not closed: [p, main]",
        assertThrows(IllegalStateException.class, page::toString).getMessage());
  }
}
