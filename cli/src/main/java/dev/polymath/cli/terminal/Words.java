package dev.polymath.cli.terminal;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The words that an option takes, what each means, and what a shell completes. */
public abstract class Words<T> implements ITypeConverter<T>, Iterable<String> {

  private final List<String> words;
  private final Function<String, T> meaning;

  /**
   * @param words at least two
   * @param meaning of each of them
   */
  public Words(List<String> words, Function<String, T> meaning) {
    this.words = words;
    this.meaning = meaning;
  }

  @Override
  public T convert(String value) {
    if (!words.contains(value)) {
      int last = words.size() - 1;
      throw new TypeConversionException(
          "expected "
              + String.join(", ", words.subList(0, last))
              + " or "
              + words.get(last)
              + ", found '"
              + value
              + "'");
    }
    return meaning.apply(value);
  }

  @Override
  public Iterator<String> iterator() {
    return words.iterator();
  }
}
