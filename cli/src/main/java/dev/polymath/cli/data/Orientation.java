package dev.polymath.cli.data;

import dev.polymath.models.data.GreyImage;
import dev.polymath.models.data.ImageSize;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import javax.imageio.stream.ImageInputStream;

/**
 * How a picture is to be turned: cameras store pixels as the sensor lies, and say in EXIF which
 * side is up. The numbers are those of EXIF, 1 to 8.
 */
final class Orientation {

  /** The pixels are stored as they are seen. */
  static final int UPRIGHT = 1;

  private static final long PNG = 0x89504e470d0a1a0aL;
  private static final int PNG_EXIF = 0x65584966;
  private static final int PNG_END = 0x49454e44;
  private static final int JPEG = 0xffd8;
  private static final int JPEG_APP1 = 0xffe1;
  private static final int JPEG_SCAN = 0xffda;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
  private static final int MOST_BYTES = 1 << 16;
  private static final int TAG = 0x0112;
  private static final int ENTRY = 12;

  private Orientation() {}

  /**
   * What a JPEG or PNG file says; {@link #UPRIGHT} where it says nothing. What is broken is left to
   * the decoder. The stream is read from its begin, and stands there again.
   */
  static int of(ImageInputStream in) throws IOException {
    int orientation = UPRIGHT;
    try {
      in.seek(0);
      if (in.readUnsignedShort() == JPEG) {
        orientation = ofJpeg(in);
      } else {
        in.seek(0);
        if (in.readLong() == PNG) {
          orientation = ofPng(in);
        }
      }
    } catch (EOFException e) {
      // Nothing more is said.
    }
    in.seek(0);
    return orientation;
  }

  private static int ofJpeg(ImageInputStream in) throws IOException {
    while (true) {
      int marker = in.readUnsignedShort();
      while (marker == 0xffff) {
        marker = 0xff00 | in.readUnsignedByte();
      }
      if (marker < 0xff02 || marker == JPEG_SCAN) {
        return UPRIGHT;
      }
      int length = in.readUnsignedShort() - 2;
      if (length < 0) {
        return UPRIGHT;
      }
      long next = in.getStreamPosition() + length;
      if (marker == JPEG_APP1 && length > EXIF.length) {
        byte[] name = new byte[EXIF.length];
        in.readFully(name);
        if (Arrays.equals(name, EXIF)) {
          return ofExif(in, length - EXIF.length);
        }
      }
      in.seek(next);
    }
  }

  private static int ofPng(ImageInputStream in) throws IOException {
    while (true) {
      int length = in.readInt();
      int type = in.readInt();
      if (length < 0 || type == PNG_END) {
        return UPRIGHT;
      }
      if (type == PNG_EXIF && length <= MOST_BYTES) {
        return ofExif(in, length);
      }
      in.seek(in.getStreamPosition() + length + Integer.BYTES);
    }
  }

  /** The orientation in the first directory of EXIF's TIFF structure. */
  private static int ofExif(ImageInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    ByteBuffer tiff = ByteBuffer.wrap(bytes);
    if (length < 8) {
      return UPRIGHT;
    }
    tiff.order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 0 || directory > length - 2) {
      return UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + ENTRY * i;
      if (entry > length - ENTRY) {
        return UPRIGHT;
      }
      if ((tiff.getShort(entry) & 0xffff) == TAG) {
        boolean wide = tiff.getShort(entry + 2) == 4;
        int value = wide ? tiff.getInt(entry + 8) : tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** The picture as it is to be seen. */
  static GreyImage upright(GreyImage stored, int orientation) {
    if (orientation == UPRIGHT) {
      return stored;
    }
    int height = stored.size().height();
    int width = stored.size().width();
    boolean lying = orientation >= 5;
    ImageSize size = lying ? new ImageSize(width, height) : stored.size();
    float[] seen = new float[height * width];
    boolean fromBelow = List.of(3, 4, 6, 7).contains(orientation);
    boolean fromRight = List.of(2, 3, 7, 8).contains(orientation);
    for (int i = 0; i < seen.length; i++) {
      int row = i / size.width();
      int column = i % size.width();
      int y = lying ? column : row;
      int x = lying ? row : column;
      seen[i] =
          stored
              .brightness()[
              (fromBelow ? height - 1 - y : y) * width + (fromRight ? width - 1 - x : x)];
    }
    return new GreyImage(size, seen);
  }
}
