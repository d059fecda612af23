package dev.polymath.models.data;

/** Whether the numbers of a table have a decimal point or a decimal comma: the first one tells. */
final class DecimalMark {

  private static final char UNKNOWN = 0;

  private char mark = UNKNOWN;
  private long line;

  /** Takes note of a cell, which may be none of a number. */
  void see(String cell, long line) {
    if (mark != UNKNOWN || CsvNumber.mayBeThousands(cell)) {
      return;
    }
    boolean point = cell.indexOf('.') >= 0 && !Double.isNaN(CsvNumber.parse(cell));
    if (point || !Double.isNaN(CsvNumber.parseWithComma(cell))) {
      mark = point ? '.' : ',';
      this.line = line;
    }
  }

  /** A cell as a number; NaN if it is none, or has the other mark. */
  double number(String cell, long line) {
    double value = CsvNumber.parse(cell);
    if (mark == '.') {
      return value;
    }
    boolean point = cell.indexOf('.') >= 0;
    if (!point && !Double.isNaN(value)) {
      return value;
    }
    see(cell, line);
    if (mark == ',') {
      return point ? Double.NaN : CsvNumber.parseWithComma(cell);
    }
    return value;
  }

  /** A cell as a number with signs before, behind or within it; NaN if it is none. */
  double decorated(String cell) {
    return CellText.decorated(cell, mark == ',' ? ',' : '.');
  }

  /** What else to say of a cell that is no number; empty if its mark is not the reason. */
  String hint(String cell) {
    if (mark == UNKNOWN && CsvNumber.mayBeThousands(cell)) {
      return ": its comma may part decimals or thousands; write it with a point, or without the comma";
    }
    return mark == UNKNOWN || !CsvNumber.isNumberInAnyForm(cell)
        ? ""
        : "; numbers have a decimal "
            + (mark == '.' ? "point" : "comma")
            + " here, as in line "
            + line
            + ", and nothing between thousands";
  }
}
