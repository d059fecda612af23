package dev.polymath.spark;

import dev.polymath.models.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/** Appends a model's columns to the rows of a partition, batch by batch. */
final class Scoring implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1;

  /** Rows of a batch: some passes of a network, and few enough for the rows to stay in cache. */
  private static final int LEAST_ROWS = 64;

  private static final int MOST_ROWS = 1024;
  private static final int MOST_FEATURES = 1 << 16;
  private static final int MOST_CELLS = 4;
  private static final int LONGEST_CELL = 40;

  private final Broadcast<SharedModel> model;
  private final InputColumns input;
  private final OutputColumns output;
  private final Invalid invalid;
  private final int[] described;
  private final String[] names;

  /** What becomes of a row with something missing or no number in its features. */
  enum Invalid {
    ERROR,
    SKIP,
    KEEP
  }

  private Scoring(
      Broadcast<SharedModel> model,
      InputColumns input,
      OutputColumns output,
      Invalid invalid,
      StructType schema) {
    this.model = model;
    this.input = input;
    this.output = output;
    this.invalid = invalid;
    this.names = schema.fieldNames();
    StructField[] fields = schema.fields();
    List<Integer> plain = new ArrayList<>();
    for (int i = 0; i < fields.length && plain.size() < MOST_CELLS; i++) {
      if (InputColumns.isCell(fields[i].dataType())) {
        plain.add(i);
      }
    }
    this.described = plain.stream().mapToInt(place -> place).toArray();
  }

  /** A DataFrame with a model's columns appended; computed when it is asked for. */
  static Dataset<Row> of(
      Dataset<?> dataset,
      Broadcast<SharedModel> model,
      InputColumns input,
      OutputColumns output,
      Invalid invalid) {
    StructType schema = dataset.schema();
    Scoring scoring = new Scoring(model, input, output, invalid, schema);
    // Under plain names on the way: columns may share one, or have dots in it. Spark drops
    // metadata.
    StructField[] fields = output.appendedTo(schema).fields();
    StructType plain = new StructType();
    Column[] columns = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      plain = plain.add("c" + i, fields[i].dataType(), fields[i].nullable());
      columns[i] = functions.col("c" + i).as(fields[i].name(), fields[i].metadata());
    }
    return dataset.toDF().mapPartitions(scoring, Encoders.row(plain)).select(columns);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    SharedModel shared = model.value();
    TaskContext task = TaskContext.get();
    int threads = task == null ? 1 : Math.max(1, task.cpus());
    Model taken = shared.take(threads);
    if (task != null) {
      task.addTaskCompletionListener(
          (TaskCompletionListener) context -> shared.put(taken, threads));
    }
    return new Batches(rows, taken, TaskContext.getPartitionId());
  }

  private final class Batches implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final int partition;
    private final FeatureReader reader;
    private final OutputColumns.Batch columns;
    private final float[] features;
    private final Row[] batch;
    private final boolean[] bad;
    private long read;
    private int size;
    private int next;
    private int computed;

    Batches(Iterator<Row> rows, Model model, int partition) {
      this.rows = rows;
      this.partition = partition;
      reader = input.reader(model.input());
      int fitting = MOST_FEATURES / reader.width() / LEAST_ROWS * LEAST_ROWS;
      int most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, fitting));
      columns = output.batch(model, most);
      features = new float[Math.multiplyExact(most, reader.width())];
      batch = new Row[most];
      bad = new boolean[most];
    }

    @Override
    public boolean hasNext() {
      if (next == size) {
        fill();
      }
      return next < size;
    }

    private void fill() {
      int width = reader.width();
      int good = 0;
      size = 0;
      next = 0;
      computed = 0;
      while (size < batch.length && rows.hasNext()) {
        Row row = rows.next();
        boolean taken = take(row, good * width);
        read++;
        if (taken || invalid == Invalid.KEEP) {
          good += taken ? 1 : 0;
          bad[size] = !taken;
          batch[size++] = row;
        }
      }
      if (good > 0) {
        boolean full = good * width == features.length;
        columns.compute(full ? features : Arrays.copyOf(features, good * width), good);
      }
    }

    private boolean take(Row row, int at) {
      try {
        reader.read(row, features, at);
        return true;
      } catch (BadRowException e) {
        if (invalid != Invalid.ERROR) {
          return false;
        }
        throw new IllegalArgumentException(
            e.getMessage()
                + " ("
                + place(row)
                + "); set handleInvalid to skip or keep to go on without such rows",
            e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(e.getMessage() + " (" + place(row) + ")", e);
      }
    }

    private String place(Row row) {
      StringBuilder text = new StringBuilder();
      text.append("row ").append(read).append(" of partition ").append(partition);
      for (int i = 0; i < described.length; i++) {
        String cell = String.valueOf(row.get(described[i]));
        text.append(i == 0 ? ": " : ", ").append(names[described[i]]).append('=');
        text.append(cell.length() > LONGEST_CELL ? cell.substring(0, LONGEST_CELL) + "..." : cell);
      }
      return text.toString();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = batch[next];
      int width = row.size();
      Object[] cells = new Object[width + output.count()];
      for (int i = 0; i < width; i++) {
        cells[i] = row.get(i);
      }
      if (bad[next]) {
        columns.writeInvalid(cells, width);
      } else {
        columns.write(computed++, cells, width);
      }
      next++;
      return RowFactory.create(cells);
    }
  }
}
