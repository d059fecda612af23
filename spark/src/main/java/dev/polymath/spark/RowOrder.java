package dev.polymath.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.spark.Partitioner;

/** Sorts rows by their bytes, so that a shard's order depends on its rows alone. */
final class RowOrder implements Comparator<byte[]>, Serializable {

  private static final long serialVersionUID = 1;

  @Override
  public int compare(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b);
  }

  /** Deals rows to shards by their hash: those to train on to the first, those held out after. */
  static final class Shards extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int shards;
    private final boolean held;

    /**
     * @param shards of the rows to train on, and as many of those held out
     * @param held whether there may be rows held out
     */
    Shards(int shards, boolean held) {
      this.shards = shards;
      this.held = held;
    }

    @Override
    public int numPartitions() {
      return held ? 2 * shards : shards;
    }

    @Override
    public int getPartition(Object key) {
      byte[] row = (byte[]) key;
      return RowCode.shard(row, shards) + (RowCode.held(row) ? shards : 0);
    }
  }
}
