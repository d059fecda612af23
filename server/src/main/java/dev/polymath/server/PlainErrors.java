package dev.polymath.server;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is wrong with requests that never reach the router: broken or too long headers. */
final class PlainErrors extends ErrorHandler {

  private final Exchange.Ends ends;

  PlainErrors(Exchange.Ends ends) {
    this.ends = ends;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    byte[] body = body(response.getStatus());
    new Exchange(request, response, callback, ends).json(response.getStatus(), body, body.length);
    return true;
  }

  private static byte[] body(int status) {
    String sentence =
        switch (status) {
          case 431 -> "the header is too large, expected at most 8192 bytes";
          case 503 -> "the server is being stopped";
          default -> HttpStatus.getMessage(status);
        };
    return ("{\"error\":\"" + Json.escaped(sentence) + "\"}\n").getBytes(StandardCharsets.UTF_8);
  }
}
