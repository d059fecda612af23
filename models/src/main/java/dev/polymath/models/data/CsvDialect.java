package dev.polymath.models.data;

import java.util.List;

/**
 * How a file writes its cells, told by its first lines.
 *
 * @param separator between cells; {@link CsvLines#BLANKS} for runs of blanks
 * @param comments whether lines that begin with {@code #} are comments
 * @param headerAt where in the text a {@code #} stands before the names of the columns; −1 if
 *     nowhere
 */
record CsvDialect(char separator, boolean comments, int headerAt) {

  private static final double HALF = 0.5;

  /** Of a column's name, such as "sepal length (cm)". */
  private static final int MOST_WORDS = 4;

  /**
   * The dialect of lines that are not blank.
   *
   * @param declared the separator, if the file says it, otherwise 0
   */
  static CsvDialect of(List<CsvLines.Line> lines, char declared) {
    List<String> rows =
        lines.stream().filter(line -> !line.isComment()).map(CsvLines.Line::text).toList();
    if (lines.isEmpty()) {
      return new CsvDialect(declared == 0 ? ',' : declared, false, -1);
    }
    if (rows.isEmpty()) {
      // A name or a value that begins so, or no data at all.
      rows = lines.stream().map(CsvLines.Line::text).toList();
      return new CsvDialect(declared == 0 ? separator(rows) : declared, false, -1);
    }
    char separator = declared == 0 ? separator(rows) : declared;
    List<String> first = CsvLines.cells(rows.get(0), separator);
    int headerAt = -1;
    boolean differs = false;
    for (CsvLines.Line line : lines) {
      if (!line.isComment()) {
        break;
      }
      List<String> cells = CsvLines.cells(line.text().substring(1), separator);
      boolean balanced = line.text().chars().filter(c -> c == '"').count() % 2 == 0;
      boolean names = balanced && cells.size() == first.size() && areNames(cells);
      headerAt =
          names && cells.size() > 1 && !first.stream().allMatch(CsvDialect::isName)
              ? line.start()
              : -1;
    }
    for (CsvLines.Line line : lines) {
      differs |=
          line.isComment()
              && line.start() != headerAt
              && CsvLines.cells(line.text(), separator).size() != first.size();
    }
    return new CsvDialect(separator, differs || beginWithNumbers(rows, separator), headerAt);
  }

  /**
   * Whether cells can be the names of columns, not a sentence with as many commas: all different,
   * of few words, and the last without a full stop.
   */
  private static boolean areNames(List<String> cells) {
    return cells.stream().allMatch(CsvDialect::isName)
        && cells.stream().map(String::strip).distinct().count() == cells.size()
        && cells.stream().allMatch(cell -> cell.strip().split("\\s+").length <= MOST_WORDS)
        && !cells.get(cells.size() - 1).strip().endsWith(".");
  }

  private static boolean isName(String cell) {
    return !CsvNumber.isMissing(cell) && !CsvNumber.isNumber(cell);
  }

  /** Whether the first column holds numbers, so that no row can begin with another character. */
  private static boolean beginWithNumbers(List<String> rows, char separator) {
    return data(rows).stream()
        .allMatch(row -> CsvNumber.isNumber(CsvLines.cells(row, separator).get(0)));
  }

  /** All rows but the first, which may be a header, unless there is no other. */
  private static List<String> data(List<String> rows) {
    return rows.size() == 1 ? rows : rows.subList(1, rows.size());
  }

  /**
   * The separator that cuts most lines as the first one, and leaves most cells that are numbers and
   * fewest in which another separator stands; of equal ones the one that there is most of. Blanks
   * separate only where they leave more numbers than anything else, half of all cells at least.
   */
  private static char separator(List<String> rows) {
    char best = ',';
    double bestScore = -1;
    int mostCells = 1;
    for (char candidate : CsvLines.SEPARATORS.toCharArray()) {
      Cut cut = Cut.of(rows, candidate);
      boolean better = cut.score() > bestScore || cut.score() == bestScore && cut.cells > mostCells;
      if (cut.cells > 1 && better) {
        best = candidate;
        bestScore = cut.score();
        mostCells = cut.cells;
      }
    }
    Cut blanks = Cut.of(rows, CsvLines.BLANKS);
    boolean byBlanks = blanks.cells > 1 && blanks.numbers >= HALF && blanks.score() > bestScore;
    return byBlanks ? CsvLines.BLANKS : best;
  }

  /**
   * What a separator makes of the rows.
   *
   * @param cells of the first row
   * @param alike share of the rows with as many
   * @param numbers share of the cells that are numbers, whatever their marks
   * @param uncut share of the cells that are no numbers and hold another separator
   */
  private record Cut(int cells, double alike, double numbers, double uncut) {

    static Cut of(List<String> rows, char separator) {
      int first = CsvLines.cells(rows.get(0), separator).size();
      int alike = 0;
      for (String row : rows) {
        alike += CsvLines.cells(row, separator).size() == first ? 1 : 0;
      }
      int cells = 0;
      int numbers = 0;
      int uncut = 0;
      for (String row : data(rows)) {
        for (String cell : CsvLines.cells(row, separator)) {
          boolean number = CsvNumber.isNumberInAnyForm(cell);
          cells++;
          numbers += number ? 1 : 0;
          uncut += !number && holdsSeparator(cell) ? 1 : 0;
        }
      }
      return new Cut(
          first, (double) alike / rows.size(), (double) numbers / cells, (double) uncut / cells);
    }

    private static boolean holdsSeparator(String cell) {
      return cell.chars().anyMatch(c -> CsvLines.SEPARATORS.indexOf(c) >= 0);
    }

    double score() {
      return alike * (1 + numbers - uncut);
    }
  }
}
