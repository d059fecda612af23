package dev.polymath.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.PairFunction;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The rows of a training, dealt to shards and kept by the executors. Which shard a row is in, and
 * where, depends on the content of the rows and the seed alone: rows are dealt by their hash and
 * sorted by their bytes.
 */
final class DealtRows implements AutoCloseable {

  private final JavaRDD<RowBlock> blocks;
  private final boolean held;
  private final List<ShardFigures> figures;

  private DealtRows(JavaRDD<RowBlock> blocks, boolean held, List<ShardFigures> figures) {
    this.blocks = blocks;
    this.held = held;
    this.figures = figures;
  }

  /**
   * Deals rows; this reads them, once.
   *
   * @param most the most shards; few rows get fewer
   * @param rowsEach how many rows a shard should have at least
   * @param held whether rows may be held out
   * @throws IllegalArgumentException if a row can't be trained on, or there is none
   * @throws IllegalStateException if the rows can't be computed
   */
  static DealtRows of(JavaRDD<byte[]> rows, int most, long rowsEach, boolean held) {
    DealtRows dealt = deal(rows, most, held);
    try {
      ShardFigures all = dealt.trained();
      require(all, ShardFigures.all(dealt.figures));
      int enough = (int) Math.max(1, Math.min(most, all.rows / rowsEach));
      if (enough == most) {
        return dealt;
      }
      DealtRows fewer = deal(dealt.blocks.flatMap(DealtRows::rows), enough, held);
      dealt.close();
      return fewer;
    } catch (Throwable e) {
      dealt.close();
      throw e;
    }
  }

  private static DealtRows deal(JavaRDD<byte[]> rows, int shards, boolean held) {
    PairFunction<byte[], byte[], Boolean> key = row -> new Tuple2<>(row, true);
    FlatMapFunction<Iterator<Tuple2<byte[], Boolean>>, RowBlock> block =
        sorted -> RowBlock.of(new Keys(sorted));
    JavaPairRDD<byte[], Boolean> keyed = rows.mapToPair(key);
    JavaRDD<RowBlock> blocks =
        keyed
            .repartitionAndSortWithinPartitions(new RowOrder.Shards(shards, held), new RowOrder())
            .mapPartitions(block)
            .setName("polymath rows")
            .persist(StorageLevel.MEMORY_AND_DISK());
    FlatMapFunction<Iterator<RowBlock>, ShardFigures> count =
        shard -> List.of(ShardFigures.of(shard)).iterator();
    try {
      return new DealtRows(blocks, held, blocks.mapPartitions(count).collect());
    } catch (Throwable e) {
      blocks.unpersist(false);
      if (e instanceof SparkException) {
        throw new IllegalStateException("the rows to train on can't be computed: " + root(e), e);
      }
      throw e;
    }
  }

  private static String root(Throwable e) {
    Throwable cause = e;
    for (Throwable next = e; next != null; next = next.getCause()) {
      cause = next;
    }
    String text = String.valueOf(cause.getMessage());
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static Iterator<byte[]> rows(RowBlock block) {
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < block.rows(); i++) {
      rows.add(java.util.Arrays.copyOfRange(block.bytes(), block.starts()[i], block.end(i)));
    }
    return rows.iterator();
  }

  private static void require(ShardFigures trained, ShardFigures all) {
    if (all.problem != null) {
      throw new IllegalArgumentException(all.problem);
    }
    if (all.rows == 0) {
      throw new IllegalArgumentException("the DataFrame has no rows to train on");
    }
    if (trained.rows == 0) {
      throw new IllegalArgumentException(
          "all " + all.rows + " rows are held out: there are none to train on");
    }
    if (all.leastWidth != all.mostWidth) {
      throw new IllegalArgumentException(
          "the vectors of features differ in size: from "
              + all.leastWidth
              + " to "
              + all.mostWidth
              + " elements");
    }
  }

  int shards() {
    return held ? figures.size() / 2 : figures.size();
  }

  /** Of the rows to train on. */
  ShardFigures trained() {
    return ShardFigures.all(figures.subList(0, shards()));
  }

  /** Of the rows held out. */
  ShardFigures heldOut() {
    return ShardFigures.all(figures.subList(shards(), figures.size()));
  }

  /** How many rows to train on each shard has. */
  long[] shardRows() {
    return figures.subList(0, shards()).stream().mapToLong(shard -> shard.rows).toArray();
  }

  /** The rows to train on, a partition for each shard. */
  JavaRDD<RowBlock> blocks() {
    return part(0, shards());
  }

  /** The rows held out. */
  JavaRDD<RowBlock> heldBlocks() {
    return part(shards(), figures.size());
  }

  private JavaRDD<RowBlock> part(int from, int to) {
    return from == 0 && to == figures.size()
        ? blocks
        : PartitionPruningRDD.create(blocks.rdd(), new Partitions(from, to)).toJavaRDD();
  }

  /** Lets the executors forget the rows. */
  @Override
  public void close() {
    blocks.unpersist(false);
  }

  /** Those with numbers from {@code from} to below {@code to}. */
  private static final class Partitions extends scala.runtime.AbstractFunction1<Object, Object>
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    private final int from;
    private final int to;

    Partitions(int from, int to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public Object apply(Object partition) {
      int number = (Integer) partition;
      return number >= from && number < to;
    }
  }

  /** The keys of pairs. */
  private record Keys(Iterator<Tuple2<byte[], Boolean>> pairs) implements Iterator<byte[]> {

    @Override
    public boolean hasNext() {
      return pairs.hasNext();
    }

    @Override
    public byte[] next() {
      return pairs.next()._1();
    }
  }
}
