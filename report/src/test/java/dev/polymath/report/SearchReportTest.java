package dev.polymath.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page of a search")
class SearchReportTest {

  private static SearchReport report(int winner, List<Integer> epochs, SearchReport.Trial... all) {
    return new SearchReport(
        "a<b.csv", "log loss", epochs, List.of(all), winner, List.of("It won."), "train", "tune");
  }

  private static SearchReport.Trial trial(String options, Double... losses) {
    return new SearchReport.Trial(options, List.of(losses));
  }

  @Test
  @DisplayName("has each trial with its losses, and names the best and the default in the chart")
  void page() {
    String html =
        report(
                1,
                List.of(1, 3),
                trial("the default recipe", 0.5, 0.4),
                trial("--dropout 0.2", 0.45, 0.35),
                trial("--dropout 0.3", Double.NaN),
                trial("--batch 8", 9.0))
            .html();
    assertTrue(html.contains("<h1>a&lt;b.csv</h1>"), html);
    assertTrue(html.contains("<td class=\"number\">0.3500</td>"), html);
    assertTrue(html.contains("<td class=\"number\">diverged</td>"), html);
    assertTrue(html.contains("<code>--dropout 0.2</code> best</td>"), html);
    assertTrue(html.contains(">default<") && html.contains(">best<"), html);
    assertTrue(html.contains("drawn at its edge"), html);
    assertTrue(html.contains("trial 4, 1 epoch: 9.0000"), html);
    assertTrue(html.contains("It won."), html);
  }

  @Test
  @DisplayName("of one trial, one round or none that ended is a page as well")
  void little() {
    String one = report(0, List.of(5), trial("the default recipe", 0.5)).html();
    assertTrue(one.contains("default, best"), one);
    assertFalse(one.contains("drawn at its edge"), one);
    String none = report(0, List.of(5), trial("the default recipe", Double.NaN)).html();
    assertFalse(none.contains("<svg"), none);
  }

  @Test
  @DisplayName("refuses what is no search")
  void refused() {
    assertThrows(IllegalArgumentException.class, () -> report(0, List.of(), trial("a")));
    assertThrows(IllegalArgumentException.class, () -> report(0, List.of(1), trial("a", 1.0, 2.0)));
    assertThrows(IndexOutOfBoundsException.class, () -> report(1, List.of(1), trial("a", 1.0)));
    assertEquals(1, report(0, List.of(1), trial("a", 1.0)).trials().size());
  }
}
