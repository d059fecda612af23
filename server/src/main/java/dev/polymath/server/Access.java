package dev.polymath.server;

import dev.polymath.models.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. The name in the {@code Host} header has to be one of the server's own: a page of
 * another site, whose name was made to lead here, is refused. An address needs no such check, for
 * nobody can make it lead elsewhere. With a token, everything but the health checks needs it.
 */
final class Access {

  private static final String REALM = "Basic realm=\"polymath: any user, the token as password\"";

  private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private final Set<String> names;
  private final byte @Nullable [] token;

  /**
   * @param names that the server goes by
   * @param token null if everybody may ask
   */
  Access(Stream<String> names, @Nullable String token) {
    this.names =
        Stream.concat(Stream.of("localhost"), names)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.token = token == null ? null : digest(token);
  }

  // Of digests, which have one length: how long the token is, is not told either.
  private static byte[] digest(String text) {
    MessageDigest digest = Sha256.digest();
    return digest.digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Requires a name of the server's own in the header. */
  void requireHost(Exchange exchange) throws Refusal {
    String host = exchange.request.getHttpURI().getHost();
    if (host == null) {
      host = org.eclipse.jetty.server.Request.getServerName(exchange.request);
    }
    if (host == null || !isOwn(host.toLowerCase(Locale.ROOT))) {
      throw Refusal.of(
          421, "this server does not go by the name in the Host header; --name allows one");
    }
  }

  private boolean isOwn(String host) {
    return names.contains(host)
        || host.startsWith("[")
        || host.indexOf(':') >= 0
        || ADDRESS.matcher(host).matches();
  }

  /** Requires the token, where there is one. */
  void requireToken(Exchange exchange) throws Refusal {
    byte[] wanted = token;
    if (wanted == null) {
      return;
    }
    String given = given(exchange.header(HttpHeader.AUTHORIZATION));
    if (given == null || !MessageDigest.isEqual(wanted, digest(given))) {
      exchange.response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, REALM);
      throw Refusal.of(
          401, "expected the token: in the header \"Authorization: Bearer TOKEN\", or as password");
    }
  }

  private static @Nullable String given(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String[] words = header.strip().split(" +", 2);
    if (words.length == 2 && words[0].equalsIgnoreCase("Bearer")) {
      return words[1];
    }
    if (words.length == 2 && words[0].equalsIgnoreCase("Basic")) {
      try {
        String pair = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return colon < 0 ? null : pair.substring(colon + 1);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return null;
  }
}
