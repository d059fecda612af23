package dev.polymath.models.data;

import dev.polymath.models.internal.PlainText;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Names of columns in messages. */
final class ColumnNames {

  private static final int MOST = 8;

  private ColumnNames() {}

  /** The names in quotes, no more than a few. */
  static String list(List<String> names) {
    return names.stream().limit(MOST).map(PlainText::quote).collect(Collectors.joining(", "))
        + (names.size() > MOST ? " and " + (names.size() - MOST) + " more" : "");
  }

  /**
   * The place of a column, from 0, by its name, in any case of letters if that tells, or by its
   * number in the file.
   *
   * @param names of all columns; empty where they have none
   * @param first the number in the file that the first column has, from 0
   * @param source what messages call the table
   */
  static int find(String wanted, List<String> names, int first, int columns, String source) {
    int[] named = places(names, name -> name.equals(wanted));
    if (named.length == 0) {
      String lower = wanted.toLowerCase(Locale.ROOT);
      named = places(names, name -> name.toLowerCase(Locale.ROOT).equals(lower));
    }
    String numbers = "expected a number from " + (first + 1) + " to " + (first + columns);
    if (named.length > 1) {
      throw new IllegalArgumentException(
          source
              + ": there are "
              + named.length
              + " columns "
              + PlainText.quote(wanted)
              + ", "
              + numbers);
    }
    int column = named.length == 1 ? named[0] : number(wanted) - 1 - first;
    if (column < 0 || column >= columns) {
      throw new IllegalArgumentException(
          source
              + ": there is no column "
              + PlainText.quote(wanted)
              + ", "
              + numbers
              + (names.isEmpty() ? "" : " or a name of " + list(names)));
    }
    return column;
  }

  private static int[] places(List<String> names, Predicate<String> wanted) {
    return IntStream.range(0, names.size()).filter(i -> wanted.test(names.get(i))).toArray();
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
