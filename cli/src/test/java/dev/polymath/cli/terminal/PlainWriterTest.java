package dev.polymath.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.StringWriter;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What is printed")
class PlainWriterTest {

  private final StringWriter text = new StringWriter();
  private final PlainWriter out = new PlainWriter(text);

  @ParameterizedTest
  @CsvSource({
    "a\u001b[31m, a\\u001b[31m",
    "a\u0007b, a\\u0007b",
    "a\u0008b, a\\u0008b",
    "a\u009bb, a\\u009bb",
    "a\u202eb, a\\u202eb",
    "a\u2066b, a\\u2066b",
    "a\ufeffb, a\\ufeffb",
    "a\u2028b, a\\u2028b",
    "a\u00adb, a\\u00adb",
    "a\ud800b, a\\ud800b",
    "a\udc00b, a\\udc00b",
    "a\udb40\udc01b, a\\udb40\\udc01b",
    "Zürich \ud83d\ude00 日本, Zürich \ud83d\ude00 日本",
  })
  @DisplayName("is plain, letter by letter and as a whole")
  void escaped(String from, String to) {
    out.print(from);
    out.flush();
    assertEquals(to, text.toString());
    assertEquals(to, PlainWriter.escaped(from));
    text.getBuffer().setLength(0);
    from.chars().forEach(out::write);
    out.flush();
    assertEquals(to, text.toString());
  }

  @Test
  @DisplayName("keeps lines and tabs; a lone return would overwrite the line")
  void lines() {
    out.print("a\tb\nc\r\nd\re");
    out.println();
    out.printf(Locale.ROOT, "%d%n", 7);
    out.print("x\r");
    out.flush();
    String end = System.lineSeparator();
    assertEquals("a\tb\nc\r\nd\\u000de" + end + "7" + end + "x\\u000d", text.toString());
  }

  @Test
  @DisplayName("has the terminal's codes that are ours")
  void control() {
    out.print("a");
    PlainWriter.control(out, "\r\u001b[K");
    out.print("b\u001b[K");
    out.flush();
    assertEquals("a\r\u001b[Kb\\u001b[K", text.toString());
  }
}
