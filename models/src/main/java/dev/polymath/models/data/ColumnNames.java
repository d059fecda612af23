package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.List;
import java.util.stream.Collectors;

/** Names of columns in messages. */
final class ColumnNames {

  private static final int MOST = 8;

  private ColumnNames() {}

  /** The names in quotes, no more than a few. */
  static String list(List<String> names) {
    return names.stream().limit(MOST).map(PlainText::quote).collect(Collectors.joining(", "))
        + (names.size() > MOST ? " and " + (names.size() - MOST) + " more" : "");
  }
}
