package dev.polymath.models.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Names for the features that the columns of a table become. */
final class FeatureNames {

  private static final String[] WEEKDAYS = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
  };

  private static final int MOST_SHOWN = 8;

  private FeatureNames() {}

  /**
   * A name for each feature.
   *
   * @param columns all but the target
   * @param target the target's place, counted too where columns have no names; or −1
   */
  static List<String> of(List<EncodedColumn> columns, int target) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      EncodedColumn column = columns.get(i);
      String name = name(column, i, target);
      if (column instanceof EncodedColumn.Numeric numeric) {
        addNumeric(names, name, numeric);
      } else if (column instanceof EncodedColumn.Category category) {
        category.values().forEach(value -> names.add(name + "=" + value));
        if (category.other()) {
          names.add(name + " other");
        }
        if (category.missing()) {
          names.add(name + " missing");
        }
      } else if (column instanceof EncodedColumn.Dates dates) {
        addNumeric(names, name, dates.days());
        EncodedColumn.Numeric hours = dates.hours();
        if (hours != null) {
          addNumeric(names, name + " hour", hours);
        }
        for (int day = 0; dates.weekdays() && day < WEEKDAYS.length; day++) {
          names.add(name + " " + WEEKDAYS[day]);
        }
      }
    }
    return List.copyOf(names);
  }

  /** A name for each column: its own, or its number from 1. */
  static List<String> columns(List<EncodedColumn> columns, int target) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> name(columns.get(i), i, target))
        .toList();
  }

  private static String name(EncodedColumn column, int i, int target) {
    int place = target >= 0 && i >= target ? i + 2 : i + 1;
    return column.name().isEmpty() ? "column " + place : column.name();
  }

  /** The columns that are left out, and why; no more than a few. */
  static List<String> leftOut(List<EncodedColumn> columns, int target) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size() && names.size() < MOST_SHOWN; i++) {
      if (columns.get(i) instanceof EncodedColumn.LeftOut out) {
        names.add(name(out, i, target) + " (" + out.why() + ")");
      }
    }
    return names;
  }

  private static void addNumeric(List<String> names, String name, EncodedColumn.Numeric column) {
    names.add(name);
    for (int i = 1; i < column.knots().size(); i++) {
      names.add(
          name
              + " from "
              + CellText.text(column.knots().get(i - 1))
              + " to "
              + CellText.text(column.knots().get(i)));
    }
    if (column.indicator()) {
      names.add(name + " missing");
    }
  }
}
