package dev.polymath.cli.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The screen of a GIF, on which its first frame lies; the frame may cover a part of it alone.
 *
 * @param width at least so that the frame has room
 * @param height likewise
 * @param left where the frame begins
 * @param top likewise
 * @param background what is not covered, as ARGB; transparent where the file names no colour
 */
record GifScreen(int width, int height, int left, int top, int background) {

  /** The screen of a GIF's reader, or null if the first frame covers it. */
  static @Nullable GifScreen of(ImageReader reader) throws IOException {
    IIOMetadata stream = reader.getStreamMetadata();
    IIOMetadata image = reader.getImageMetadata(0);
    if (stream == null || image == null) {
      return null;
    }
    Node screenTree = stream.getAsTree(stream.getNativeMetadataFormatName());
    Node frameTree = image.getAsTree(image.getNativeMetadataFormatName());
    IIOMetadataNode screen = child(screenTree, "LogicalScreenDescriptor");
    IIOMetadataNode frame = child(frameTree, "ImageDescriptor");
    if (screen == null || frame == null) {
      return null;
    }
    int left = number(frame, "imageLeftPosition");
    int top = number(frame, "imageTopPosition");
    int right = left + reader.getWidth(0);
    int bottom = top + reader.getHeight(0);
    int width = Math.max(right, number(screen, "logicalScreenWidth"));
    int height = Math.max(bottom, number(screen, "logicalScreenHeight"));
    if (left == 0 && top == 0 && right == width && bottom == height) {
      return null;
    }
    int background =
        background(
            child(screenTree, "GlobalColorTable"), child(frameTree, "GraphicControlExtension"));
    return new GifScreen(width, height, left, top, background);
  }

  /** The colour of the global table that the file names, unless the frame uses it for nothing. */
  private static int background(
      @Nullable IIOMetadataNode table, @Nullable IIOMetadataNode control) {
    if (table == null) {
      return 0;
    }
    String index = table.getAttribute("backgroundColorIndex");
    if (control != null
        && control.getAttribute("transparentColorFlag").equalsIgnoreCase("true")
        && control.getAttribute("transparentColorIndex").equals(index)) {
      return 0;
    }
    NodeList entries = table.getElementsByTagName("ColorTableEntry");
    for (int i = 0; i < entries.getLength(); i++) {
      IIOMetadataNode entry = (IIOMetadataNode) entries.item(i);
      if (entry.getAttribute("index").equals(index)) {
        return 0xff << 24
            | number(entry, "red") << 16
            | number(entry, "green") << 8
            | number(entry, "blue");
      }
    }
    return 0;
  }

  private static @Nullable IIOMetadataNode child(Node tree, String name) {
    return (IIOMetadataNode) ((IIOMetadataNode) tree).getElementsByTagName(name).item(0);
  }

  private static int number(IIOMetadataNode node, String name) {
    String text = node.getAttribute(name);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  /**
   * The frame in its place.
   *
   * @param frame of which every so many pixels were read
   * @param step how many
   */
  BufferedImage around(BufferedImage frame, int step) {
    int columns = (width + step - 1) / step;
    int rows = (height + step - 1) / step;
    BufferedImage whole = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        whole.setRGB(x, y, background);
      }
    }
    for (int y = 0; y < frame.getHeight(); y++) {
      for (int x = 0; x < frame.getWidth(); x++) {
        // A palette's colours as they are: no conversion happens here.
        whole.setRGB(left / step + x, top / step + y, frame.getRGB(x, y));
      }
    }
    return whole;
  }
}
