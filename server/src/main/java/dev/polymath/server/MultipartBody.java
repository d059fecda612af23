package dev.polymath.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of a form with files (RFC 7578), found within the bytes of its body. */
final class MultipartBody {

  private static final int MOST_PARTS = 1000;

  private static final Pattern BOUNDARY =
      Pattern.compile(";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");

  private static final Pattern FILE = Pattern.compile("filename=\"([^\"\\r\\n]{0,200})\"");

  private MultipartBody() {}

  /**
   * One file of the form.
   *
   * @param name of the file, for messages
   * @param from where its content begins in the body
   */
  record Part(String name, int from, int length) {}

  /** The boundary that a content type names; null if it is no form with files. */
  static @Nullable String boundary(@Nullable String contentType) {
    if (contentType == null
        || !contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      return null;
    }
    Matcher matcher = BOUNDARY.matcher(contentType);
    return !matcher.find() ? "" : matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  /** The parts, at least one. */
  static List<Part> parts(byte[] body, int length, String boundary) throws IOException {
    byte[] mark = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    byte[] next = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    byte[] blank = {'\r', '\n', '\r', '\n'};
    List<Part> parts = new ArrayList<>();
    int at = boundary.isEmpty() ? -1 : indexOf(body, 0, length, mark);
    if (at < 0) {
      throw broken("expected the boundary that the content type names");
    }
    at += mark.length;
    while (!(at + 2 <= length && body[at] == '-' && body[at + 1] == '-')) {
      int content = indexOf(body, at, length, blank);
      int end = content < 0 ? -1 : indexOf(body, content + 2, length, next);
      if (end < 0) {
        throw broken("a part has no end");
      }
      if (parts.size() == MOST_PARTS) {
        throw broken("has more than " + MOST_PARTS + " parts");
      }
      String head = new String(body, at, content - at, StandardCharsets.UTF_8);
      int from = Math.min(content + blank.length, end);
      Matcher file = FILE.matcher(head);
      String name = file.find() && !file.group(1).isEmpty() ? file.group(1) : "";
      parts.add(new Part(name.isEmpty() ? "part " + (parts.size() + 1) : name, from, end - from));
      at = end + next.length;
    }
    if (parts.isEmpty()) {
      throw broken("has no part");
    }
    return parts;
  }

  private static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      int j = 0;
      while (j < wanted.length && bytes[i + j] == wanted[j]) {
        j++;
      }
      if (j == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  private static IOException broken(String what) {
    return new IOException(RowReader.BODY + ": broken form: " + what);
  }
}
