package dev.polymath.models.data;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of a CSV file. */
final class CsvRecords implements RowSource {

  private static final int MOST_COLUMNS = 1 << 24;

  /** A table's layout is told by so many rows, cells and characters at most. */
  private static final int SAMPLE_ROWS = 100;

  private static final int SAMPLE_CELLS = 100_000;
  private static final int SAMPLE_TEXT = 1 << 16;
  private static final int LONGEST_LINE = 1 << 20;

  private final Csv.Source source;
  private final CsvText text;
  private final Iterator<CsvRecord> records;
  private final Deque<CsvRecord> ahead = new ArrayDeque<>();
  private @Nullable IOException pending;

  /** Reads the first rows. */
  CsvRecords(Csv.Source source, CsvText text) throws IOException {
    this.source = source;
    this.text = text;
    records = records();
    readAhead();
  }

  private Iterator<CsvRecord> records() throws IOException {
    StringBuilder start = new StringBuilder();
    boolean complete;
    try {
      complete = sample(start);
    } catch (IOException e) {
      throw RowSource.unreadable(source, e);
    }
    char declared = declaredSeparator(start);
    CsvDialect dialect = CsvDialect.of(CsvLines.of(start.toString(), complete), declared);
    if (dialect.headerAt() >= 0) {
      start.setCharAt(dialect.headerAt(), ' ');
    }
    PushbackReader all = new PushbackReader(text, Math.max(1, start.length()));
    all.unread(start.toString().toCharArray());
    boolean blanks = dialect.separator() == CsvLines.BLANKS;
    Reader cells = blanks ? new BlankSeparated(all) : all;
    return CsvReader.builder()
        .fieldSeparator(blanks ? '\t' : dialect.separator())
        .commentStrategy(dialect.comments() ? CommentStrategy.SKIP : CommentStrategy.NONE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .trimWhitespacesAroundQuotes(true)
        .allowUnclosedQuote(false)
        .build(CsvRecordHandler.builder().maxFields(MOST_COLUMNS).build(), cells)
        .iterator();
  }

  /** Takes away Excel's {@code sep=;} at the begin; the separator, or 0 where there is none. */
  private static char declaredSeparator(StringBuilder start) {
    int end = "sep=;".length();
    boolean declared =
        start.length() > end
            && start.substring(0, end - 1).equalsIgnoreCase("sep=")
            && (start.charAt(end) == '\n' || start.charAt(end) == '\r');
    char separator = declared ? start.charAt(end - 1) : 0;
    boolean usable = separator != '\n' && separator != '\r' && separator != '"' && separator != '#';
    if (!declared || !usable) {
      return 0;
    }
    start.delete(0, end);
    return separator;
  }

  /** Takes the first lines, or as much as is enough; whether that is all. */
  private boolean sample(StringBuilder start) throws IOException {
    char[] piece = new char[1 << 13];
    int lines = 0;
    while (lines <= SAMPLE_ROWS && start.length() < (lines > 1 ? SAMPLE_TEXT : LONGEST_LINE)) {
      int count = text.read(piece);
      if (count < 0) {
        return true;
      }
      for (int i = 0; i < count; i++) {
        lines += piece[i] == '\n' ? 1 : 0;
      }
      start.append(piece, 0, count);
    }
    return false;
  }

  /** What is wrong in a later row is said when that row is reached. */
  private void readAhead() throws IOException {
    int cells = 0;
    while (ahead.size() <= SAMPLE_ROWS && cells < SAMPLE_CELLS) {
      CsvRecord next;
      try {
        next = read();
      } catch (IOException e) {
        if (ahead.isEmpty()) {
          throw e;
        }
        pending = e;
        return;
      }
      if (next == null) {
        return;
      }
      ahead.add(next);
      cells += next.getFieldCount();
    }
  }

  @Override
  public List<? extends Row> ahead() {
    return ahead.stream().map(CsvRow::new).toList();
  }

  @Override
  public @Nullable Row next() throws IOException {
    CsvRecord next = ahead.isEmpty() ? read() : ahead.remove();
    return next == null ? null : new CsvRow(next);
  }

  @Override
  public boolean named() {
    return false;
  }

  private @Nullable CsvRecord read() throws IOException {
    if (pending != null) {
      throw pending;
    }
    try {
      while (records.hasNext()) {
        CsvRecord record = records.next();
        if (!isBlank(record)) {
          return record;
        }
      }
      return null;
    } catch (UncheckedIOException e) {
      throw RowSource.unreadable(source, Objects.requireNonNullElse(e.getCause(), e));
    } catch (CsvParseException e) {
      throw RowSource.unreadable(source, e);
    }
  }

  /** Whether a row has nothing but blanks. Quotes with nothing in them are a cell by themselves. */
  private static boolean isBlank(CsvRecord record) {
    int cells = record.getFieldCount();
    int i = 0;
    while (i < cells && record.getField(i).isBlank()) {
      i++;
    }
    return i == cells && (cells > 1 || !record.getField(0).isEmpty());
  }

  @Override
  public void report(Consumer<String> notes) {
    if (text.isWindows1252()) {
      notes.accept(
          source
              + ": is no UTF-8, read as Windows-1252; if names look wrong, save it as \"CSV UTF-8\"");
    }
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
