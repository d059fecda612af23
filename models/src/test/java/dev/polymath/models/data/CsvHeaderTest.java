package dev.polymath.models.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A table's first line")
class CsvHeaderTest {

  private static boolean isHeader(String content) throws IOException {
    Csv.Source source =
        Csv.Source.of(
            "a.csv", new java.io.ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    try (CsvTable table = new CsvTable(source, Csv.Layout.DETECTED, List.of())) {
      return !table.names().isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,y,kind\n1,2,a\n3,4,b\n",
        // All columns are text, and none of the names comes again.
        "cap,odor,kind\nflat,almond,e\nbell,almond,p\nflat,none,e\nbell,none,p\nflat,none,e\n",
        "sex,name,survived\nmale,Ann,yes\n,Bob,no\nfemale,Eve,no\nmale,Jo,no\nfemale,Al,no\nmale,U,no\n",
        "name,age\nAnn,3\nBob,4\n",
        "a,1,c,d,e\n1,2,3,4,x\n5,6,7,8,y\n",
        "x;y;kind\n1,5;2;a\n3;4,5;b\n",
        "id,x,kind\nA1,?,a\nA2,1,b\n",
        "x,y,kind\n"
      })
  @DisplayName("is a header where it differs from the others")
  void header(String content) throws IOException {
    assertEquals(true, isHeader(content));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1,2,a\n3,4,b\n",
        "A14,12,A34,A40,1\nA12,13,A34,A43,2\nA14,12,A31,A40,1\n",
        // Text and numbers are at odds, and the text comes again.
        "flat,almond,e\nbell,almond,p\nflat,none,e\nbell,none,p\nflat,none,e\n",
        "M,S,C,1\nF,S,C,0\nM,Q,D,1\n",
        "x,y,kind\n1,2,a\nx,y,kind\nx,y,kind\n",
        "1,2,3,4,x\n1,2,3,4,x\n5,6,7,8,y\n",
        "1,x,3,4,a\n1,2,3,4,b\n",
        "1,5;2;a\n3;4,5;b\n",
        "?,2,a\n1,?,b\n"
      })
  @DisplayName("is data where it looks like the others")
  void data(String content) throws IOException {
    assertEquals(false, isHeader(content));
  }

  @ParameterizedTest
  @CsvSource({
    "abalone, true", "adult, true", "california, true", "german, false", "mammography, false",
    "mpg, true", "penguins, true", "phoneme, false", "titanic, true", "wine-quality, true"
  })
  @EnabledIfEnvironmentVariable(named = "POLYMATH_TABLES", matches = ".+")
  @DisplayName("of public tables is told right, with their header and without")
  void publicTables(String name, boolean headed) throws IOException {
    for (String half : List.of(".train.csv", ".test.csv")) {
      Path file = Path.of(System.getenv("POLYMATH_TABLES"), name + half);
      String content = Files.readString(file);
      assertEquals(headed, isHeader(content), file::toString);
      int rest = content.indexOf('\n') + 1;
      // Any row may come first.
      for (int i = 0; i < 200 && rest < content.length(); i++) {
        content = content.substring(rest);
        rest = content.indexOf('\n') + 1;
        assertEquals(false, isHeader(content), file + " without " + (i + 1) + " lines");
      }
    }
  }
}
