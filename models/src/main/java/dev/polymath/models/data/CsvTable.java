package dev.polymath.models.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.polymath.models.internal.Unpacked;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** One CSV file while it is read. Columns count from 0 here, from 1 in messages. */
final class CsvTable implements Closeable {
  private static final int MOST_COLUMNS = 1 << 24;
  private static final int LOOK_AHEAD = 1 << 20;
  private static final int LONGEST_QUOTE = 40;
  private static final int FEWEST_COUNTED = 8;
  private static final Set<String> LABELS = Set.of("label", "class", "target");

  private final Path file;
  private final Reader text;
  private final Iterator<CsvRecord> records;
  private final boolean header;
  private final List<String> names;
  private final int columns;

  /** The column of row names, which is no feature, or none. */
  private final int firstFeature;

  private final int labelColumn;
  private final long firstLine;
  private @Nullable CsvRecord peeked;
  private CsvRecord row;

  /** Opens a file and decides on its layout by its first line. */
  CsvTable(Path file, CsvLayout layout) throws IOException {
    this.file = file;
    if (Files.isDirectory(file)) {
      throw fail("is a folder, expected a CSV file");
    }
    text = open();
    try {
      records =
          CsvReader.builder()
              .fieldSeparator(separator())
              .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
              .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
              .trimWhitespacesAroundQuotes(true)
              .allowUnclosedQuote(false)
              .build(CsvRecordHandler.builder().maxFields(MOST_COLUMNS).build(), text)
              .iterator();
      CsvRecord begin = read();
      if (begin == null) {
        throw fail("the file is empty");
      }
      row = begin;
      firstLine = row.getStartingLineNumber();
      columns = row.getFieldCount();
      List<String> first = row.getFields().stream().map(String::strip).toList();
      header = isHeader(first, layout);
      names = header ? first : List.of();
      firstFeature = header && columns > 2 && first.get(0).isEmpty() ? 1 : 0;
      labelColumn = findLabel(layout.label());
      peeked = header ? null : row;
    } catch (Throwable e) {
      text.close();
      throw e;
    }
  }

  private Reader open() throws IOException {
    InputStream bytes = Unpacked.open(file);
    PushbackInputStream in = new PushbackInputStream(bytes, 3);
    try {
      byte[] mark = in.readNBytes(3);
      Charset charset = StandardCharsets.UTF_8;
      int length = 0;
      if (mark.length > 1 && mark[0] == (byte) 0xfe && mark[1] == (byte) 0xff) {
        charset = StandardCharsets.UTF_16BE;
        length = 2;
      } else if (mark.length > 1 && mark[0] == (byte) 0xff && mark[1] == (byte) 0xfe) {
        charset = StandardCharsets.UTF_16LE;
        length = 2;
      } else if (mark.length > 2
          && mark[0] == (byte) 0xef
          && mark[1] == (byte) 0xbb
          && mark[2] == (byte) 0xbf) {
        length = 3;
      }
      in.unread(mark, length, mark.length - length);
      // A decoder, not a charset: that would put question marks where the bytes are no text.
      return new BufferedReader(
          new InputStreamReader(
              in,
              charset
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT)),
          1 << 16);
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  /** Of tab, semicolon and comma what the first line has most of, outside quotes. */
  private char separator() throws IOException {
    String candidates = "\t;,";
    int[] counts = new int[candidates.length()];
    text.mark(LOOK_AHEAD);
    boolean begun = false;
    boolean quoted = false;
    try {
      for (int i = 0; i < LOOK_AHEAD; i++) {
        int c = text.read();
        boolean end = c == '\n' || c == '\r';
        if (c < 0 || begun && !quoted && end) {
          break;
        }
        begun |= !end;
        quoted ^= c == '"';
        int candidate = candidates.indexOf(c);
        if (!quoted && candidate >= 0) {
          counts[candidate]++;
        }
      }
      text.reset();
    } catch (IOException e) {
      throw unreadable(e);
    }
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      best = counts[i] > counts[best] ? i : best;
    }
    return counts[best] == 0 ? ',' : candidates.charAt(best);
  }

  private static boolean isHeader(List<String> cells, CsvLayout layout) {
    String label = layout.label();
    if (layout.header() != null) {
      return layout.header();
    }
    if (label != null && columnNumber(label) < 0) {
      return true;
    }
    int own = label == null ? cells.size() - 1 : columnNumber(label);
    int text = 0;
    int numbers = 0;
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      if (i == own || isMissing(cell)) {
        continue;
      }
      if (Float.isNaN(number(cell))) {
        text++;
      } else {
        numbers++;
      }
    }
    return text > numbers || counts(cells, 0) || counts(cells, 1);
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

  /** From 0, or −1 if it is no number of a column. */
  private static int columnNumber(String label) {
    try {
      return Math.max(-1, Integer.parseInt(label.strip()) - 1);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private int findLabel(@Nullable String told) throws IOException {
    if (told == null) {
      int[] named = named(LABELS);
      if (named.length == 1) {
        return named[0];
      }
      return columns - firstFeature > 1 ? columns - 1 : -1;
    }
    int[] named = named(Set.of(told.strip().toLowerCase(Locale.ROOT)));
    if (named.length > 1) {
      throw fail("label " + quote(told) + ": there are " + named.length + " such columns");
    }
    int column = named.length == 1 ? named[0] : columnNumber(told);
    if (column < 0 || column >= columns) {
      throw fail(
          "label "
              + quote(told)
              + ": no such column, expected 1 to "
              + columns
              + (names.isEmpty() ? "" : " or a name of " + quote(String.join(", ", names))));
    }
    return columns - firstFeature > 1 ? column : -1;
  }

  private int[] named(Set<String> wanted) {
    return IntStream.range(0, names.size())
        .filter(i -> wanted.contains(names.get(i).toLowerCase(Locale.ROOT)))
        .toArray();
  }

  /** The label's column, or −1 where there is but one column. */
  int labelColumn() {
    return labelColumn;
  }

  /**
   * How many features a row has.
   *
   * @param label the column that is none, or −1
   */
  int features(int label) {
    return columns - firstFeature - (label < firstFeature ? 0 : 1);
  }

  /**
   * The header's names of the features, empty without a header.
   *
   * @param label the column that is none
   */
  List<String> featureNames(int label) {
    return names.isEmpty()
        ? names
        : IntStream.range(firstFeature, columns)
            .filter(i -> i != label)
            .mapToObj(names::get)
            .toList();
  }

  /** What the features are, where {@code label} is the label's column. */
  ModelInput.Table input(int label) {
    return new ModelInput.Table(
        features(label), featureNames(label), names.isEmpty() ? null : names.get(label), label);
  }

  /** Goes to the next row; false at the end. */
  boolean next() throws IOException {
    CsvRecord next = peeked == null ? read() : peeked;
    peeked = null;
    if (next == null) {
      return false;
    }
    row = next;
    if (row.getFieldCount() != columns) {
      throw fail(
          "line "
              + line()
              + ": expected "
              + columns
              + " cells as in line "
              + firstLine
              + ", found "
              + row.getFieldCount());
    }
    return true;
  }

  /** The next record; null at the end. */
  private @Nullable CsvRecord read() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (UncheckedIOException e) {
      throw unreadable(Objects.requireNonNullElse(e.getCause(), e));
    } catch (CsvParseException e) {
      throw unreadable(e);
    }
  }

  private IOException unreadable(Throwable e) {
    Throwable cause = e.getCause() != null ? e.getCause() : e;
    if (e instanceof CharacterCodingException || cause instanceof CharacterCodingException) {
      return new IOException(file + ": is no text in UTF-8, expected a CSV file", e);
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return new IOException(file + ": broken gzip data: " + e.getMessage(), e);
    }
    return new IOException(file + ": " + e.getMessage(), e);
  }

  /** The line in which the row begins, from 1. */
  long line() {
    return row.getStartingLineNumber();
  }

  /** Writes the row's features, without the label's column, to {@code target[offset ..]}. */
  void copyFeatures(int label, float[] target, int offset) throws IOException {
    int to = offset;
    for (int i = firstFeature; i < columns; i++) {
      if (i == label) {
        continue;
      }
      float value = number(row.getField(i));
      if (!Float.isFinite(value)) {
        throw notANumber(i, value);
      }
      target[to++] = value;
    }
  }

  private IOException notANumber(int column, float value) {
    String cell = row.getField(column).strip();
    String what;
    if (cell.isEmpty()) {
      what = "expected a number, found nothing";
    } else if (Float.isInfinite(value)) {
      what = "expected a number up to 3.4e38, found " + quote(cell);
    } else if (isMissing(cell)) {
      what = "expected a finite number, found " + quote(cell);
    } else {
      what = "expected a number, found " + quote(cell);
    }
    boolean asData = line() == firstLine && !isMissing(cell);
    return fail(
        "line "
            + line()
            + ", "
            + column(column)
            + ": "
            + what
            + (asData ? " (the line is taken as data, not as a header)" : "")
            + (labelColumn < 0 ? "" : "; the label is " + column(labelColumn)));
  }

  /** The row's label. */
  String label(int column) throws IOException {
    String cell = row.getField(column).strip();
    if (cell.isEmpty() || cell.equalsIgnoreCase("nan")) {
      throw fail(
          "line "
              + line()
              + ", "
              + column(column)
              + ": expected a label, found "
              + (cell.isEmpty() ? "nothing" : quote(cell)));
    }
    if (cell.chars().anyMatch(Character::isISOControl)) {
      throw fail(
          "line "
              + line()
              + ", "
              + column(column)
              + ": expected a label without line breaks and control characters, found "
              + quote(cell));
    }
    boolean dressed = cell.chars().anyMatch(c -> "+.eE".indexOf(c) >= 0);
    if (dressed && Float.isFinite(number(cell))) {
      double value = Double.parseDouble(cell);
      if (value == Math.rint(value) && Math.abs(value) < 1e15) {
        return Long.toString((long) value);
      }
    }
    return cell;
  }

  static boolean isFraction(String label) {
    return label.indexOf('.') >= 0 && !Float.isNaN(number(label));
  }

  /** Such as {@code column 5 (petal width)}. */
  String column(int column) {
    String name = names.isEmpty() ? "" : names.get(column);
    return "column " + (column + 1) + (name.isEmpty() ? "" : " (" + plain(name) + ")");
  }

  /** Decimal digits with sign, point and exponent; NaN for anything else, infinite if too large. */
  static float number(String cell) {
    String text = cell.strip();
    int length = text.length();
    int whole = 0;
    int digits = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
        whole = whole * 10 + c - '0';
      } else if (c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return Float.NaN;
      }
    }
    if (digits == length && length > 0 && length < 10) {
      return whole;
    }
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  /** What stands for a number that is not known, or is not finite. */
  private static boolean isMissing(String cell) {
    return switch (cell.toLowerCase(Locale.ROOT)) {
      case "", "?", "-", "na", "n/a", "nan", "null", "none", "inf", "+inf", "-inf" -> true;
      case "infinity", "+infinity", "-infinity" -> true;
      default -> false;
    };
  }

  private static String quote(String text) {
    return '"' + plain(text) + '"';
  }

  /** Short, and nothing that a terminal would obey. */
  private static String plain(String text) {
    String shown = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "..." : text;
    return shown.replaceAll("\\p{C}", "?");
  }

  IOException fail(String what) {
    return new IOException(file + ": " + what);
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
