package dev.polymath.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("/openapi.json")
class OpenApiTest {

  @Test
  @DisplayName("describes paths that are there, by references that lead somewhere")
  void paths() throws IOException, InterruptedException {
    try (TestServer server = new TestServer()) {
      String text = server.get("/openapi.json").text();
      assertEquals("3.1.0", JsonTree.at(text, "openapi"));
      Map<?, ?> paths = (Map<?, ?>) JsonTree.at(text, "paths");
      for (Map.Entry<?, ?> path : paths.entrySet()) {
        String real = path.getKey().toString().replace("{model}", "sum");
        boolean get = ((Map<?, ?>) path.getValue()).containsKey("get");
        int status = get ? server.get(real).status() : server.post(real, "{").status();
        assertEquals(get ? 200 : 400, status, real);
        // The other way round it is not there.
        int other = get ? server.post(real, "").status() : server.get(real).status();
        assertNotEquals(200, other, real);
      }
      List<String> references =
          Pattern.compile("\"\\$ref\": \"#/([^\"]*)\"")
              .matcher(text)
              .results()
              .map((MatchResult match) -> match.group(1))
              .toList();
      assertTrue(references.size() > 10);
      for (String reference : references) {
        assertTrue(JsonTree.at(text, (Object[]) reference.split("/")) instanceof Map, reference);
      }
    }
  }
}
