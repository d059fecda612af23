package dev.polymath.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file whose operations fail where {@link FaultyFiles} says; a write has then written half. */
final class FaultyChannel extends FileChannel {

  private final FileChannel real;
  private final FaultyFiles faults;

  FaultyChannel(FileChannel real, FaultyFiles faults) {
    this.real = real;
    this.faults = faults;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    faults.pass("read");
    return real.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    faults.pass("read");
    return real.read(targets, offset, length);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    faults.pass("read");
    return real.read(target, position);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (faults.fails("write")) {
      real.write(source.slice(source.position(), source.remaining() / 2));
      throw new IOException("No space left on device");
    }
    return real.write(source);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    faults.pass("write");
    return real.write(sources, offset, length);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    faults.pass("write");
    return real.write(source, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    faults.pass("size");
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    faults.pass("truncate");
    real.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    faults.pass("force"); // No test pulls the plug: forced for real, it would only take long.
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    faults.pass("transferTo");
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    faults.pass("transferFrom");
    return real.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    faults.pass("map");
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    faults.pass("lock");
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    faults.pass("tryLock");
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
    faults.pass("close");
  }
}
