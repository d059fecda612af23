package dev.polymath.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;

/**
 * Rows as they come to a model.
 *
 * @param columns of the rows
 * @param input the places of those that the model reads, in its order
 * @param kept the places of those that go on
 */
record RowShape(StructType columns, int[] input, int[] kept) implements Serializable {

  private static final int MOST_CELLS = 4;
  private static final int LONGEST_CELL = 40;

  static RowShape of(Seq<Attribute> columns, Seq<Attribute> input, Seq<Attribute> kept) {
    List<Attribute> all = Seqs.list(columns);
    StructType types = new StructType();
    for (Attribute column : all) {
      types = types.add(column.name(), column.dataType(), column.nullable());
    }
    return new RowShape(types, places(all, Seqs.list(input)), places(all, Seqs.list(kept)));
  }

  private static int[] places(List<Attribute> columns, List<Attribute> wanted) {
    int[] places = new int[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      for (int j = columns.size() - 1; j >= 0; j--) {
        if (columns.get(j).exprId().equals(wanted.get(i).exprId())) {
          places[i] = j;
          break;
        }
        if (j == 0) {
          throw new IllegalStateException(
              "expected a column " + wanted.get(i) + ", found " + columns);
        }
      }
    }
    return places;
  }

  /** Whether the rows go on as they are. */
  boolean keepsAll() {
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] != i) {
        return false;
      }
    }
    return kept.length == columns.size();
  }

  /** The columns that go on. */
  StructType keptColumns() {
    StructType types = new StructType();
    for (int place : kept) {
      types = types.add(columns.apply(place));
    }
    return types;
  }

  /** Takes the columns that go on from a row. */
  UnsafeProjection projection() {
    List<Expression> expressions = new ArrayList<>();
    for (int place : kept) {
      StructField column = columns.apply(place);
      expressions.add(new BoundReference(place, column.dataType(), column.nullable()));
    }
    return UnsafeProjection.create(Seqs.of(expressions));
  }

  /** The first plain cells of a row, so that people find it. */
  String text(InternalRow row, InputColumns input) {
    StringBuilder text = new StringBuilder();
    int told = 0;
    for (int i = 0; i < columns.size() && told < MOST_CELLS; i++) {
      StructField column = columns.apply(i);
      if (CellReader.isCell(column.dataType())) {
        Object value = CellReader.of(column.dataType(), input.zone()).cell(row, i);
        String cell = String.valueOf(value);
        text.append(told++ == 0 ? ": " : ", ").append(column.name()).append('=');
        text.append(cell.length() > LONGEST_CELL ? cell.substring(0, LONGEST_CELL) + "..." : cell);
      }
    }
    return text.toString();
  }
}
