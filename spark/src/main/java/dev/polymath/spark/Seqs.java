package dev.polymath.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Scala's sequences, which Spark's plans are made of. */
final class Seqs {

  private Seqs() {}

  static <T> Seq<T> of(List<? extends T> elements) {
    return CollectionConverters.<T>asScala(new ArrayList<T>(elements)).toList();
  }

  static <T> List<T> list(Seq<T> elements) {
    return CollectionConverters.asJava(elements);
  }

  static <T> Seq<T> concat(Seq<T> first, Seq<T> second) {
    List<T> all = new ArrayList<>(list(first));
    all.addAll(list(second));
    return of(all);
  }

  /** Attributes as the expressions that they are. */
  static Seq<Expression> expressions(Seq<? extends Expression> attributes) {
    return of(list(attributes));
  }

  /** Those that a set holds, in their order. */
  static Seq<Attribute> within(Seq<Attribute> attributes, AttributeSet wanted) {
    return of(list(attributes).stream().filter(wanted::contains).toList());
  }
}
