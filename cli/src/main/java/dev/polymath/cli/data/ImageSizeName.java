package dev.polymath.cli.data;

import dev.polymath.models.data.ImageSize;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Height and width, such as {@code 28x28}. */
public final class ImageSizeName implements ITypeConverter<ImageSize> {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,5})x([0-9]{1,5})");

  @Override
  public ImageSize convert(String value) {
    Matcher sides = FORM.matcher(value);
    if (!sides.matches()) {
      throw new TypeConversionException(
          "expected height x width such as 28x28, found '" + value + "'");
    }
    try {
      return new ImageSize(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
