package dev.polymath.cli.data;

/**
 * Where an example is from.
 *
 * @param file as it was named
 * @param unit what {@code number} counts: a table's line from 1, an IDX file's image from 0; empty
 *     for a picture
 */
public record Place(String file, String unit, long number) {

  static Place picture(String file) {
    return new Place(file, "", 0);
  }

  @Override
  public String toString() {
    return unit.isEmpty() ? file : file + " " + unit + " " + number;
  }
}
