package dev.polymath.models.data;

/** Whether the numbers of a table have a decimal point or a decimal comma: the first one tells. */
final class DecimalMark {

  private static final char UNKNOWN = 0;

  private char mark = UNKNOWN;
  private long line;

  /** Takes note of a cell that is not read yet. */
  void see(String cell, long line) {
    if (mark == UNKNOWN && !isUnclear(cell)) {
      settle(cell, line);
    }
  }

  private void settle(String cell, long line) {
    boolean point = cell.indexOf('.') >= 0 && !Double.isNaN(CsvNumber.parse(cell));
    if (point || !Double.isNaN(CsvNumber.parseWithComma(cell))) {
      mark = point ? '.' : ',';
      this.line = line;
    }
  }

  /** Whether a comma may part decimals or thousands, and no other number has told which. */
  boolean isUnclear(String cell) {
    return mark == UNKNOWN && CsvNumber.mayBeThousands(cell);
  }

  /** A cell as a number; NaN if it is none, or has the other mark. */
  double number(String cell, long line) {
    if (mark == UNKNOWN) {
      settle(cell, line);
    }
    double value = mark == ',' && cell.indexOf('.') >= 0 ? Double.NaN : CsvNumber.parse(cell);
    return mark == ',' && Double.isNaN(value) ? CsvNumber.parseWithComma(cell) : value;
  }

  /** What else to say of a cell that is no number; empty if its mark is not the reason. */
  String hint(String cell) {
    return mark == UNKNOWN || !CsvNumber.isNumberInAnyForm(cell)
        ? ""
        : "; numbers have a decimal "
            + (mark == '.' ? "point" : "comma")
            + " here, as in line "
            + line
            + ", and nothing between thousands";
  }
}
