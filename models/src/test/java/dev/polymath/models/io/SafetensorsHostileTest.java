package dev.polymath.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault of a file by its message. */
class SafetensorsHostileTest {

  private static final byte[] NO_BYTES = {};

  @TempDir Path folder;

  private void refused(String fault, Path file) {
    assertEquals(
        file + ": " + fault,
        assertThrows(ModelFormatException.class, () -> Safetensors.open(file).close())
            .getMessage());
  }

  /** A header over 8 bytes of data, and the fault. */
  static Stream<Arguments> headers() {
    String x = "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";
    return Stream.of(
        Arguments.of("", "header: expected '{' first, found nothing"),
        Arguments.of(" " + x + "}", "header: expected '{' first, found \" \""),
        Arguments.of("[]", "header: expected '{' first, found \"[\""),
        Arguments.of("\uFEFF" + x + "}", "header: expected '{' first, found \"\\ufeff\""),
        Arguments.of(x, "header: invalid JSON at character 53: it ends too soon"),
        Arguments.of(x + "} {}", "header: expected the end of the JSON, found an object"),
        Arguments.of(
            x + "}\u0000",
            "header: invalid JSON at character 55: Illegal character ((CTRL-CHAR, code 0)): only"
                + " regular white space (\\r"
                + ", \\n"
                + ", \\t) is allowed between tokens"),
        Arguments.of(
            "{'x':nul}",
            "header: invalid JSON at character 8: Unrecognized token 'nul': was expecting"
                + " (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"),
        Arguments.of(
            "{'x\u0007':{}}",
            "header: invalid JSON at character 4: Illegal unquoted character ((CTRL-CHAR, code 7)):"
                + " has to be escaped using backslash to be included in name"),
        Arguments.of(
            "{'__metadata__':{'a':'\\ud834'}}",
            "header: invalid JSON: half a surrogate pair in \"\\ud834\""),
        Arguments.of(
            "{'\\udd1e\\ud834':{}}",
            "header: invalid JSON at character 8: Unexpected low surrogate in field name: 0xdd1e"),
        Arguments.of(
            "{'__metadata__':" + "[".repeat(50_000),
            "header: __metadata__: expected an object, found an array"),
        Arguments.of(
            x + ",'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
            "header: invalid JSON at character 57: Duplicate field 'x'"),
        Arguments.of(
            x + ",'\\u0078':{}}", "header: invalid JSON at character 62: Duplicate field 'x'"),
        Arguments.of(
            "{'__metadata__':{},'__metadata__':{}}",
            "header: invalid JSON at character 33: Duplicate field '__metadata__'"),
        Arguments.of(
            "{'__metadata__':{'a':'1','a':'2'}}",
            "header: invalid JSON at character 28: Duplicate field 'a'"),
        Arguments.of(
            "{'x':{'dtype':'F32','dtype':'F32'}}",
            "header: invalid JSON at character 27: Duplicate field 'dtype'"),
        Arguments.of(
            "{'__metadata__':[]}", "header: __metadata__: expected an object, found an array"),
        Arguments.of(
            "{'__metadata__':{'a':1}}", "header: __metadata__: \"a\": expected a string, found 1"),
        Arguments.of(
            "{'__metadata__':{'a':{'b':'c'}}}",
            "header: __metadata__: \"a\": expected a string, found an object"),
        Arguments.of(
            "{'__metadata__':{'a':null}}",
            "header: __metadata__: \"a\": expected a string, found null"),
        Arguments.of("{'x':7}", "header: tensor \"x\": expected an object, found 7"),
        Arguments.of(
            "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'stride':[1]}}",
            "header: tensor \"x\": expected dtype, shape and data_offsets, found \"stride\""),
        Arguments.of(
            "{'x':{'shape':[2],'data_offsets':[0,8]}}", "header: tensor \"x\": dtype is missing"),
        Arguments.of(
            "{'x':{'dtype':'F32','data_offsets':[0,8]}}", "header: tensor \"x\": shape is missing"),
        Arguments.of(
            "{'x':{'dtype':'F32','shape':[2]}}", "header: tensor \"x\": data_offsets is missing"),
        Arguments.of(
            tensor("I64", "[1]", "[0,8]"),
            "header: tensor \"x\": dtype: expected F32, F64, F16 or BF16, found \"I64\""),
        Arguments.of(
            tensor("F8_E4M3", "[8]", "[0,8]"),
            "header: tensor \"x\": dtype: expected F32, F64, F16 or BF16, found \"F8_E4M3\""),
        Arguments.of(
            tensor("F16", "[2]", "[0,8]"),
            "header: tensor \"x\": shape [2] takes 4 bytes, data_offsets [0, 8] hold 8"),
        Arguments.of(
            tensor("F64", "[2]", "[0,8]"),
            "header: tensor \"x\": shape [2] takes 16 bytes, data_offsets [0, 8] hold 8"),
        Arguments.of(
            tensor("f32", "[2]", "[0,8]"),
            "header: tensor \"x\": dtype: expected F32, F64, F16 or BF16, found \"f32\""),
        Arguments.of(
            "{'x':{'dtype':32}}", "header: tensor \"x\": dtype: expected a string, found 32"),
        Arguments.of(
            tensor("F32", "2", "[0,8]"), "header: tensor \"x\": shape: expected an array, found 2"),
        Arguments.of(
            tensor("F32", "[-2]", "[0,8]"),
            "header: tensor \"x\": shape: expected an integer from 0 to 2147483647, found -2"),
        Arguments.of(
            tensor("F32", "[2.0]", "[0,8]"),
            "header: tensor \"x\": shape: expected an integer from 0 to"
                + " 2147483647, found 2.0"),
        Arguments.of(
            tensor("F32", "['2']", "[0,8]"),
            "header: tensor \"x\": shape: expected an integer from 0 to 2147483647, found \"2\""),
        Arguments.of(
            tensor("F32", "[2147483648]", "[0,8]"),
            "header: tensor \"x\": shape: expected an integer from 0 to"
                + " 2147483647, found 2147483648"),
        Arguments.of(
            tensor("F32", "[18446744073709551618]", "[0,8]"),
            "header: tensor \"x\": shape: expected an integer from 0 to"
                + " 2147483647, found 18446744073709551618"),
        Arguments.of(
            tensor("F32", "[" + "9".repeat(100) + "]", "[0,8]"),
            "header: invalid JSON at character 129: Number value length (100) exceeds the"
                + " maximum allowed (40)"),
        Arguments.of(
            tensor("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]"),
            "header: tensor \"x\": shape: expected at most 8 dimensions, found more"),
        Arguments.of(
            tensor("F32", "[65536,65536,65536,65536,2]", "[0,8]"),
            "header: tensor \"x\": shape [65536, 65536, 65536, 65536, 2]: more elements than an"
                + " array holds"),
        Arguments.of(
            tensor("F32", "[2147483640]", "[0,8]"),
            "header: tensor \"x\": shape [2147483640]: more elements than an array holds"),
        Arguments.of(
            tensor("F32", "[3]", "[0,8]"),
            "header: tensor \"x\": shape [3] takes 12 bytes, data_offsets [0, 8] hold 8"),
        Arguments.of(
            tensor("F32", "[1]", "[0,8]"),
            "header: tensor \"x\": shape [1] takes 4 bytes, data_offsets [0, 8] hold 8"),
        Arguments.of(
            tensor("F32", "[]", "[0,8]"),
            "header: tensor \"x\": shape [] takes 4 bytes, data_offsets [0, 8] hold 8"),
        Arguments.of(
            tensor("F32", "[0]", "[0,8]"),
            "header: tensor \"x\": shape [0] takes 0 bytes, data_offsets [0, 8] hold 8"),
        Arguments.of(
            tensor("F32", "[2]", "8"),
            "header: tensor \"x\": data_offsets: expected an array, found 8"),
        Arguments.of(
            tensor("F32", "[2]", "[]"),
            "header: tensor \"x\": data_offsets: expected 2 integers, found 0"),
        Arguments.of(
            tensor("F32", "[2]", "[0]"),
            "header: tensor \"x\": data_offsets: expected 2 integers, found 1"),
        Arguments.of(
            tensor("F32", "[2]", "[0,8,8]"),
            "header: tensor \"x\": data_offsets: expected 2 integers, found more"),
        Arguments.of(
            tensor("F32", "[2]", "[-8,0]"),
            "header: tensor \"x\": data_offsets in 8 bytes of data: expected an integer from 0 to"
                + " 8, found -8"),
        Arguments.of(
            tensor("F32", "[2]", "[8,0]"),
            "header: tensor \"x\": shape [2] takes 8 bytes, data_offsets [8, 0] hold -8"),
        Arguments.of(
            tensor("F32", "[2]", "[4,12]"),
            "header: tensor \"x\": data_offsets in 8 bytes of data: expected an integer from 0 to"
                + " 8, found 12"),
        Arguments.of(
            tensor("F32", "[2]", "[0,9223372036854775807]"),
            "header: tensor \"x\": data_offsets in 8 bytes of data: expected an integer from 0 to"
                + " 8, found 9223372036854775807"),
        Arguments.of(
            tensor("F32", "[2]", "[0,8e0]"),
            "header: tensor \"x\": data_offsets in 8 bytes of data: expected an integer from 0 to"
                + " 8, found 8e0"),
        Arguments.of(
            tensor("F32", "[1]", "[4,8]"),
            "header: tensor \"x\": data_offsets: expected to begin at 0,"
                + " where the one before ends, found 4"),
        Arguments.of(
            tensor("F32", "[1]", "[0,4]"),
            "header: the tensors end at byte 4 of the data, but the file holds 8 bytes of it"),
        Arguments.of(
            two("[0,4]", "[0,4]"),
            "header: tensor \"y\": data_offsets: expected to begin at 4,"
                + " where the one before ends, found 0"),
        Arguments.of(
            two("[0,4]", "[2,6]"),
            "header: tensor \"y\": data_offsets: expected to begin at 4,"
                + " where the one before ends, found 2"),
        Arguments.of(
            "{}",
            "header: the tensors end at byte 0 of the data, but the file holds 8 bytes of it"));
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{'x':{'dtype':'%s','shape':%s,'data_offsets':%s}}".formatted(dtype, shape, offsets);
  }

  /** Two tensors of one number. */
  private static String two(String first, String second) {
    return "{'x':{'dtype':'F32','shape':[1],'data_offsets':%s},".formatted(first)
        + "'y':{'dtype':'F32','shape':[1],'data_offsets':%s}}".formatted(second);
  }

  @ParameterizedTest
  @MethodSource("headers")
  void aBadHeaderIsRefused(String header, String fault) throws IOException {
    refused(fault, Hostile.file(folder, header.replace('\'', '"'), new byte[8]));
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    byte[] header = "{\"x\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    header[6] = (byte) 0xC0;
    refused(
        "header: expected UTF-8, found other bytes at 6", Hostile.file(folder, header, NO_BYTES));
    byte[] utf16 = "{\"x\":1}".getBytes(StandardCharsets.UTF_16LE);
    refused(
        "header: invalid JSON at character 2: Illegal character ((CTRL-CHAR, code 0)): only regular"
            + " white space (\\r, \\n, \\t) is allowed between tokens",
        Hostile.file(folder, utf16, NO_BYTES));
  }

  @Test
  void aBadHeaderLengthIsRefused() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    refused(
        "header length: expected at most the 2 bytes that follow, found 3; the file may be cut"
            + " short, or be no safetensors file",
        Hostile.file(folder, 3, header, NO_BYTES));
    String head = "is no safetensors file: header length: expected at most 100000000, found ";
    refused(head + "100000001", Hostile.file(folder, 100_000_001, header, NO_BYTES));
    refused(head + "18446744073709551615", Hostile.file(folder, -1, header, NO_BYTES));
    refused(head + "9223372036854775807", Hostile.file(folder, Long.MAX_VALUE, header, NO_BYTES));
    refused("header: expected '{' first, found nothing", Hostile.file(folder, 0, header, NO_BYTES));
  }

  @Test
  void aFileWithoutAHeaderLengthIsRefused() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.write(file, new byte[7]);
    refused("expected a header length in the first 8 bytes, found a file of 7", file);
    Files.write(file, NO_BYTES);
    refused("expected a header length in the first 8 bytes, found a file of 0", file);
  }

  @Test
  void dataCutOrAddedToIsRefused() throws IOException {
    String header = tensor("F32", "[2]", "[0,8]").replace('\'', '"');
    refused(
        "header: tensor \"x\": data_offsets in 7 bytes of data: expected an integer from 0 to"
            + " 7, found 8",
        Hostile.file(folder, header, new byte[7]));
    refused(
        "header: the tensors end at byte 8 of the data, but the file holds 9 bytes of it",
        Hostile.file(folder, header, new byte[9]));
  }

  @Test
  void aLongHostileNameIsCutInTheMessage() throws IOException {
    String name = "\\u001b[2J" + "n".repeat(10_000);
    refused(
        "header: tensor \"\\u001b[2J" + "n".repeat(196) + "...\": expected an object, found 1",
        Hostile.file(folder, "{\"" + name + "\":1}", NO_BYTES));
  }

  @Test
  void whatIsNoFileIsNoModelFormatFault() throws IOException {
    Path missing = folder.resolve("missing.safetensors");
    assertEquals(
        missing + ": there is no such file",
        assertThrows(NoSuchFileException.class, () -> Safetensors.open(missing)).getMessage());
    assertEquals(
        folder + ": expected a regular file",
        assertThrows(IOException.class, () -> Safetensors.open(folder)).getMessage());
  }
}
