package dev.polymath.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a shard are like: means and squares are summed in the order of the rows, which
 * depends on the rows alone.
 */
final class ShardFigures implements Serializable {

  private static final long serialVersionUID = 1;

  /** What is wrong with the first row that something is wrong with; null if nothing is. */
  @Nullable String problem;

  long rows;
  long bytes;

  /** Adds up the hashes: the same rows in any order give the same. */
  long fingerprint;

  double weights;
  boolean weighed;
  int leastWidth = Integer.MAX_VALUE;
  int mostWidth;

  /** How often each label is there; null once there are too many to be classes. */
  @Nullable TreeMap<Double, Long> labels = new TreeMap<>();

  double leastLabel = Double.POSITIVE_INFINITY;
  double mostLabel = Double.NEGATIVE_INFINITY;

  /** Of each feature and, as the last, of the label. */
  double[] means = {};

  /** Sums of the squares of what is off the mean. */
  double[] squares = {};

  static ShardFigures of(Iterator<RowBlock> blocks) {
    ShardFigures figures = new ShardFigures();
    while (blocks.hasNext() && figures.problem == null) {
      figures.add(blocks.next());
    }
    return figures;
  }

  private void add(RowBlock block) {
    ByteBuffer bytes = block.buffer();
    for (int i = 0; i < block.rows(); i++) {
      int at = block.starts()[i];
      problem = RowCode.problem(bytes, at, block.end(i));
      if (problem != null) {
        return;
      }
      int width = RowCode.width(bytes, at);
      leastWidth = Math.min(leastWidth, width);
      mostWidth = Math.max(mostWidth, width);
      fingerprint += RowCode.hash(bytes, at);
      float weight = RowCode.weight(bytes, at);
      weights += weight;
      weighed |= weight != 1;
      label(RowCode.label(bytes, at));
    }
    this.bytes += block.bytes().length;
    if (leastWidth == mostWidth) {
      ShardFigures own = moments(block, mostWidth);
      own.rows = block.rows();
      addMoments(own);
    }
    rows += block.rows();
  }

  private void label(double label) {
    leastLabel = Math.min(leastLabel, label);
    mostLabel = Math.max(mostLabel, label);
    if (labels != null) {
      labels.merge(label, 1L, Long::sum);
      if (labels.size() > RowReader.MOST_CLASSES) {
        labels = null;
      }
    }
  }

  /** In two passes: the sum of squares less the square of the sum cancels far from 0. */
  private static ShardFigures moments(RowBlock block, int width) {
    ShardFigures own = new ShardFigures();
    own.means = new double[width + 1];
    own.squares = new double[width + 1];
    ByteBuffer bytes = block.buffer();
    float[] features = new float[width];
    for (int i = 0; i < block.rows(); i++) {
      int at = block.starts()[i];
      RowCode.features(bytes, at, width, features, 0);
      for (int j = 0; j < width; j++) {
        own.means[j] += features[j];
      }
      own.means[width] += RowCode.label(bytes, at);
    }
    for (int j = 0; j <= width; j++) {
      own.means[j] /= block.rows();
    }
    for (int i = 0; i < block.rows(); i++) {
      int at = block.starts()[i];
      RowCode.features(bytes, at, width, features, 0);
      for (int j = 0; j < width; j++) {
        double d = features[j] - own.means[j];
        own.squares[j] += d * d;
      }
      double d = RowCode.label(bytes, at) - own.means[width];
      own.squares[width] += d * d;
    }
    return own;
  }

  private void addMoments(ShardFigures other) {
    if (rows == 0 || means.length == 0) {
      means = other.means;
      squares = other.squares;
      return;
    }
    double all = (double) rows + other.rows;
    for (int j = 0; j < means.length; j++) {
      double d = other.means[j] - means[j];
      means[j] += d * (other.rows / all);
      squares[j] += other.squares[j] + d * d * (rows * (other.rows / all));
    }
  }

  /** The figures of several shards together, in their order. */
  static ShardFigures all(List<ShardFigures> shards) {
    ShardFigures all = new ShardFigures();
    for (ShardFigures shard : shards) {
      if (all.problem == null) {
        all.problem = shard.problem;
      }
      all.leastWidth = Math.min(all.leastWidth, shard.leastWidth);
      all.mostWidth = Math.max(all.mostWidth, shard.mostWidth);
      if (shard.rows > 0 && all.leastWidth == all.mostWidth && shard.means.length > 0) {
        all.addMoments(shard);
      }
      all.rows += shard.rows;
      all.bytes += shard.bytes;
      all.fingerprint += shard.fingerprint;
      all.weights += shard.weights;
      all.weighed |= shard.weighed;
      all.leastLabel = Math.min(all.leastLabel, shard.leastLabel);
      all.mostLabel = Math.max(all.mostLabel, shard.mostLabel);
      Map<Double, Long> more = shard.labels;
      if (more == null || all.labels == null) {
        all.labels = null;
      } else {
        TreeMap<Double, Long> counts = all.labels;
        more.forEach((label, count) -> counts.merge(label, count, Long::sum));
      }
    }
    return all;
  }

  /** The standard deviation of a feature, or of the label as the last; 0 for one row. */
  double deviation(int j) {
    return Math.sqrt(squares[j] / rows);
  }
}
