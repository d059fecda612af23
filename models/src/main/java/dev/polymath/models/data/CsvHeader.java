package dev.polymath.models.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells whether the first line of a table names its columns. */
final class CsvHeader {

  private static final int FEWEST_COUNTED = 8;

  /** Fewer values say nothing of how many different ones a column has. */
  private static final int FEWEST_VALUES = 5;

  private CsvHeader() {}

  /**
   * Each column has a voice. The first line is a header where it is text above numbers, or text
   * that never comes again in a column whose values do. It is data where it is a number above
   * numbers, or a value that comes again. Where the columns are of two minds or have nothing to
   * say, it is a header if more of its cells are text than numbers, the label's left aside.
   *
   * @param rows the first lines, their cells without blanks around them
   * @param label the label's column, as far as it is known
   */
  static boolean detect(List<List<String>> rows, int label) {
    List<String> first = rows.get(0);
    if (counts(first, 0) || counts(first, 1)) {
      return true;
    }
    int votes = 0;
    for (int column = 0; column < first.size(); column++) {
      if (!CsvNumber.isMissing(first.get(column))) {
        votes += vote(rows, column);
      }
    }
    return votes == 0 ? isMostlyText(first, label) : votes > 0;
  }

  /** 1 for a header, −1 for data, 0 for neither. */
  private static int vote(List<List<String>> rows, int column) {
    String cell = rows.get(0).get(column);
    Map<String, Integer> values = new HashMap<>();
    int numbers = 0;
    int text = 0;
    for (List<String> row : rows.subList(1, rows.size())) {
      String value = column < row.size() ? row.get(column) : "";
      if (!CsvNumber.isMissing(value)) {
        boolean number = CsvNumber.isNumber(value);
        numbers += number ? 1 : 0;
        text += number ? 0 : 1;
        values.merge(value, 1, Integer::sum);
      }
    }
    if (CsvNumber.isNumber(cell)) {
      return numbers > 0 ? -1 : 0;
    }
    if (values.containsKey(cell)) {
      return -1;
    }
    if (numbers > 9 * text) {
      return 1;
    }
    // A value of a column in which most come again would come again too.
    long once = values.values().stream().filter(count -> count == 1).count();
    return numbers + text >= FEWEST_VALUES && 5 * once <= numbers + text ? 1 : 0;
  }

  /** Whether the cells, but for the last, are the numbers of their columns. */
  private static boolean counts(List<String> cells, int from) {
    if (cells.size() < FEWEST_COUNTED) {
      return false;
    }
    for (int i = 0; i < cells.size() - 1; i++) {
      if (!cells.get(i).equals(Integer.toString(from + i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMostlyText(List<String> cells, int label) {
    int text = 0;
    int numbers = 0;
    for (int i = 0; i < cells.size(); i++) {
      if (i != label && !CsvNumber.isMissing(cells.get(i))) {
        boolean number = CsvNumber.isNumber(cells.get(i));
        numbers += number ? 1 : 0;
        text += number ? 0 : 1;
      }
    }
    return text > numbers;
  }
}
