package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The page")
class PageTest {

  /**
   * Each digit's strokes as a hand draws them, in percent of the pad: x y x y ..., strokes parted
   * by bars.
   */
  private static final String[] STROKES = {
    "52 18 38 22 31 38 30 55 34 72 46 82 58 79 68 65 70 48 67 30 58 20 50 18",
    "52 15 51 40 50 62 49 85",
    "32 34 36 22 48 17 60 20 66 31 62 45 50 60 36 74 29 82 44 81 58 81 72 80",
    "34 24 46 17 60 20 65 31 58 43 46 48 58 50 67 60 66 73 56 82 42 82 32 76",
    "38 18 34 36 31 52 46 54 60 54 72 52|62 22 60 45 58 66 57 86",
    "66 19 52 19 40 20 38 34 36 46 48 43 60 46 67 58 64 72 53 82 40 82 31 76",
    "60 16 48 26 38 42 33 60 36 75 48 83 61 78 66 66 60 56 48 54 38 60 34 68",
    "30 22 45 21 58 20 70 19 62 36 54 54 48 70 44 86",
    "58 22 46 18 37 25 38 36 48 44 60 52 66 64 62 77 50 83 38 78 34 66 40 54 52 45 62 35 62 26 56 20",
    "64 32 56 20 44 20 35 30 36 43 46 49 58 45 64 34 64 50 61 68 57 86",
  };

  @TempDir static Path folder;
  private static TestServer server;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "no chromium");
    server = new TestServer(PredictionServer.builder().model("labels", LabelsTest.trained()), "");
    browser = new Browser(program.get(), folder.resolve("profile"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private void open(String model) throws Exception {
    browser.open(URI.create("about:blank"));
    browser.open(URI.create(server.server.uri() + "#" + model));
    browser.await("document.getElementById('title')?.textContent === '" + model + "'");
  }

  /** Where the pad lies in the window: x, y and width. */
  private double[] pad() throws Exception {
    List<?> box =
        (List<?>)
            browser.evaluate(
                "(() => { const b = document.getElementById('pad').getBoundingClientRect();"
                    + " return [b.x, b.y, b.width]; })()");
    return box.stream().mapToDouble(v -> (Double) v).toArray();
  }

  private void draw(int digit, String kind) throws Exception {
    double[] pad = pad();
    for (String stroke : STROKES[digit].split("\\|")) {
      String[] numbers = stroke.split(" ");
      for (int i = 0; i < numbers.length; i += 2) {
        double x = pad[0] + pad[2] * Double.parseDouble(numbers[i]) / 100;
        double y = pad[1] + pad[2] * Double.parseDouble(numbers[i + 1]) / 100;
        browser.pointer(i == 0 ? "mousePressed" : "mouseMoved", kind, x, y);
        if (i == numbers.length - 2) {
          browser.pointer("mouseReleased", kind, x, y);
        }
      }
    }
    browser.await("!inFlight && !waiting && document.querySelectorAll('#maps canvas').length > 1");
  }

  private String answer() throws Exception {
    return (String) browser.evaluate("document.getElementById('answer').textContent");
  }

  @Test
  @DisplayName("reads ten digits that are drawn with the mouse or a pen, nine of them right")
  void digits() throws Exception {
    browser.window(1280, 900, false);
    open("digits");
    List<String> wrong = new ArrayList<>();
    for (int digit = 0; digit < 10; digit++) {
      browser.evaluate("document.getElementById('clear').click()");
      assertEquals("Draw something", answer());
      draw(digit, digit % 2 == 0 ? "mouse" : "pen");
      if (!answer().startsWith(digit + " ")) {
        wrong.add(digit + " as " + answer());
      }
    }
    assertTrue(wrong.size() <= 1, wrong::toString);
    assertEquals(10.0, browser.evaluate("document.querySelectorAll('#bars li').length"));
    String first =
        (String) browser.evaluate("document.querySelector('#maps figcaption').textContent");
    assertEquals("What the network sees: 28 × 28", first);
  }

  @Test
  @DisplayName("can be drawn on by keyboard, and says what is wrong")
  void keyboard() throws Exception {
    browser.window(1280, 900, false);
    open("digits");
    browser.evaluate("document.getElementById('pad').focus()");
    for (int i = 0; i < 8; i++) {
      browser.key("ArrowUp");
    }
    browser.key(" ");
    for (int i = 0; i < 16; i++) {
      browser.key("ArrowDown");
    }
    browser.await("!inFlight && document.querySelectorAll('#maps canvas').length > 1");
    assertTrue(answer().startsWith("1 "), answer());
    browser.key("Escape");
    assertEquals("Draw something", answer());
    browser.evaluate("picture(new File(['no picture'], 'a.png', {type: 'image/png'}))");
    browser.await("document.getElementById('fault').textContent !== ''");
    assertFalse(answer().contains("%"), answer());
  }

  @Test
  @DisplayName("has a form for a table, with starting values, and says what each change does")
  void form() throws Exception {
    browser.window(1280, 900, false);
    open("colours");
    browser.await("document.getElementById('answer').textContent.includes('%')");
    browser.evaluate(
        "(() => { const i = document.querySelector('#fields input'); i.value = '15';"
            + " i.dispatchEvent(new Event('input')); })()");
    browser.await("document.getElementById('answer').textContent.startsWith('red')");
    browser.evaluate(
        "(() => { const i = document.querySelector('#fields input'); i.value = '1';"
            + " i.dispatchEvent(new Event('input')); })()");
    browser.await("document.getElementById('answer').textContent.startsWith('blue')");
    browser.await("/[+−].* points for blue/.test(document.querySelector('.effect').textContent)");
    browser.evaluate("document.getElementById('reset').click()");
    browser.await("document.querySelector('.effect').textContent.trim() === ''");
    open("sum");
    browser.await("document.getElementById('answer').textContent.startsWith('sum: ')");
  }

  @Test
  @DisplayName("fits a phone and a desk, light and dark, with text that stands out")
  void looks() throws Exception {
    Path shots = Files.createDirectories(Path.of("target", "page"));
    for (int width : new int[] {390, 1280}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.window(width, 900, dark);
        for (String model : List.of("digits", "colours", "sum", "labels", "fault")) {
          show(model);
          browser.screenshot(shots.resolve(model + "-" + width + (dark ? "-dark" : "") + ".png"));
          assertEquals(
              true,
              browser.evaluate("document.documentElement.scrollWidth <= innerWidth"),
              model + " at " + width);
          double least = ((Number) browser.evaluate(CONTRAST)).doubleValue();
          assertTrue(least >= 4.5, model + " at " + width + ": contrast " + least);
        }
      }
    }
  }

  private void show(String what) throws Exception {
    open(what.equals("fault") ? "digits" : what);
    switch (what) {
      case "digits" -> draw(3, "mouse");
      case "fault" -> {
        browser.evaluate("picture(new File(['no picture'], 'a.png', {type: 'image/png'}))");
        browser.await("document.getElementById('fault').textContent !== ''");
      }
      default -> browser.await("!inFlight && document.getElementById('answer').textContent !== ''");
    }
    String card = (String) browser.evaluate("document.getElementById('card').textContent");
    assertFalse(card.contains("->") || card.contains("DEFAULT"), card);
  }

  /** The least contrast of any text that is seen with what is behind it, as WCAG measures it. */
  private static final String CONTRAST =
      """
      (() => {
        const parse = c => c.match(/[\\d.]+/g).map(Number);
        const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
          return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const behind = e => { for (; e; e = e.parentElement) {
          const c = parse(getComputedStyle(e).backgroundColor);
          if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
        let least = 21;
        for (const e of document.querySelectorAll('body *')) {
          const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
          if (!own || !e.getClientRects().length || e.closest('script')) continue;
          const a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
          least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
        }
        return least;
      })()
      """;

  @Test
  @DisplayName("loads nothing from elsewhere, and runs nothing but its own")
  void alone() throws IOException, InterruptedException {
    TestServer.Answer page = server.get("/");
    assertEquals(200, page.status());
    String policy = page.header("Content-Security-Policy");
    assertTrue(policy.startsWith("default-src 'none'; script-src 'sha256-"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertFalse(page.text().contains("http://") || page.text().contains("https://"));
    assertTrue(page.text().contains("prefers-reduced-motion"));
  }
}
