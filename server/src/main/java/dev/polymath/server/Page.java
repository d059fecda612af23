package dev.polymath.server;

import dev.polymath.models.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** The page to draw on: one document with its style and script, which loads nothing else. */
final class Page {

  static final String HTML = Descriptions.resource("page.html");

  /** Nothing runs but what the page itself has, and nobody is asked but this server. */
  static final String POLICY =
      "default-src 'none'; script-src '"
          + hash("script")
          + "'; style-src '"
          + hash("style")
          + "'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private Page() {}

  private static String hash(String element) {
    int from = HTML.indexOf("<" + element + ">") + element.length() + 2;
    int to = HTML.indexOf("</" + element + ">");
    MessageDigest digest = Sha256.digest();
    digest.update(HTML.substring(from, to).getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(digest.digest());
  }
}
