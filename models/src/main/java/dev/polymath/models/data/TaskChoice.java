package dev.polymath.models.data;

import java.util.function.Consumer;

/**
 * Whether the cells of a target are classes or numbers, where nobody says it.
 *
 * @param numbers whether all of them are numbers
 * @param fractions whether one of them is not whole
 * @param different how many there are, if they are numbers; more than a few need not be counted
 * @param rows of the table
 */
record TaskChoice(boolean numbers, boolean fractions, int different, int rows) {

  static final int MOST_CLASSES = 20;

  private static final int FEWEST_ROWS = 5;

  /**
   * Text is classes, and so are whole numbers of at most 20 different values, each of at least five
   * rows on average; two values always.
   */
  Task task() {
    boolean few =
        !fractions
            && (different <= 2
                || different <= MOST_CLASSES && rows >= (long) FEWEST_ROWS * different);
    return !numbers || few ? Task.CLASSIFICATION : Task.REGRESSION;
  }

  /**
   * Says how numbers were taken.
   *
   * @param column what the target is called
   */
  void report(String column, Consumer<String> notes) {
    if (task() == Task.REGRESSION) {
      notes.accept(
          column
              + " has "
              + (fractions ? "numbers with fractions" : "many different numbers")
              + ", taken as the target of a regression; --task classification takes them as"
              + " classes");
    } else if (numbers && different > 2) {
      notes.accept(
          column
              + " has "
              + different
              + " different whole numbers, taken as classes; --task regression takes them as"
              + " numbers");
    }
  }
}
