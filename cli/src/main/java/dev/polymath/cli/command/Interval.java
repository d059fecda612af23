package dev.polymath.cli.command;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time such as 30s, 10m or 1h, or the word epoch, which is no time: 0. */
final class Interval implements ITypeConverter<Duration> {

  private static final String EPOCH = "epoch";
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  @Override
  public Duration convert(String value) {
    Matcher time = TIME.matcher(value);
    if (value.equals(EPOCH)) {
      return Duration.ZERO;
    }
    if (!time.matches() || Long.parseLong(time.group(1)) == 0) {
      throw new TypeConversionException(
          "expected " + EPOCH + ", or a time such as 30s, 10m or 1h, found '" + value + "'");
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}
