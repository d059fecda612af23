package dev.polymath.models.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The order in which a set of class names becomes class numbers. */
public final class ClassNames {
  private static final int LONGEST_NUMBER = 40;

  private ClassNames() {}

  /**
   * The different names in order: numbers first, by value; then all others, where runs of digits
   * count as numbers ({@code row 9} before {@code row 10}). It depends on the names alone, so that
   * the same classes get the same numbers whatever the order of the examples.
   */
  public static List<String> ordered(Collection<String> names) {
    return new HashSet<>(names).stream().sorted(ClassNames::compare).toList();
  }

  private static int compare(String a, String b) {
    BigDecimal x = number(a);
    BigDecimal y = number(b);
    int order;
    if (x != null && y != null) {
      order = x.compareTo(y);
    } else if (x != null || y != null) {
      order = x != null ? -1 : 1;
    } else {
      order = compareRuns(a, b);
    }
    return order != 0 ? order : a.compareTo(b);
  }

  private static @Nullable BigDecimal number(String name) {
    if (name.length() > LONGEST_NUMBER) {
      return null;
    }
    try {
      return new BigDecimal(name);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static int compareRuns(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int endA = endOfDigits(a, i);
      int endB = endOfDigits(b, j);
      int order;
      if (endA > i && endB > j) {
        order =
            new BigInteger(a.substring(i, endA)).compareTo(new BigInteger(b.substring(j, endB)));
        i = endA;
        j = endB;
      } else {
        order = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.length() - i, b.length() - j);
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }
}
