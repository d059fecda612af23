package dev.polymath.server;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Collects the body of a request as it arrives. No thread waits for it. Memory is taken for what
 * has arrived, never for what is promised. Small bodies are answered by the thread that read them,
 * which has other connections to look after; what may take longer is left to another one.
 */
final class BodyReader implements Invocable.Task {

  private static final int FIRST = 8 << 10;

  private static final int QUICK = 64 << 10;

  private static final byte[] NOTHING = {};

  private final Exchange exchange;
  private final ServerLimits limits;
  private final ByteBudget budget;
  private final Receiver receiver;
  private final long promised;
  private final AtomicBoolean over = new AtomicBoolean();
  private byte[] bytes = NOTHING;
  private int length;
  private Scheduler.@Nullable Task timeout;

  /** Gets the whole body. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Answers the request, now or later.
     *
     * @param bytes its first {@code length} are the body, until it returns: they serve another one
     *     then
     */
    void received(byte[] bytes, int length) throws Exception;
  }

  private BodyReader(
      Exchange exchange, ServerLimits limits, ByteBudget budget, long promised, Receiver receiver) {
    this.exchange = exchange;
    this.promised = promised;
    this.limits = limits;
    this.budget = budget;
    this.receiver = receiver;
  }

  static void read(Exchange exchange, ServerLimits limits, ByteBudget budget, Receiver receiver)
      throws Refusal {
    long promised = exchange.request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    if (promised > limits.bodyBytes()) {
      throw tooLarge(limits);
    }
    String encoding = exchange.header(HttpHeader.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Refusal.of(415, "content encoding: expected none, send the body as it is");
    }
    BodyReader reader = new BodyReader(exchange, limits, budget, promised, receiver);
    if (promised > 0) {
      reader.grow((int) Math.min(promised, 1 << 16));
    }
    reader.run();
  }

  private static Refusal tooLarge(ServerLimits limits) {
    return Refusal.of(
        413, "the body is too large, expected at most " + limits.bodyBytes() + " bytes");
  }

  @Override
  public void run() {
    try {
      while (!over.get()) {
        Content.Chunk chunk = exchange.request.read();
        if (chunk == null) {
          startClock();
          exchange.request.demand(this);
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          throw why(chunk.getFailure());
        }
        add(chunk.getByteBuffer());
        boolean last = chunk.isLast();
        chunk.release();
        if (last) {
          if (end()) {
            exchange.bytesIn(length);
            if (isQuick()) {
              receive();
            } else {
              exchange.request.getComponents().getExecutor().execute(this::receive);
            }
          }
          return;
        }
      }
    } catch (Throwable e) {
      if (end()) {
        // What is still to come of it would be taken for the next request.
        exchange.response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
      exchange.fail(e);
      giveBack();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  /** Whether it is neither long, nor a picture, a form or text, which take longer to read. */
  private boolean isQuick() {
    return length <= QUICK && length > 0 && (bytes[0] == '[' || bytes[0] == '{');
  }

  private void receive() {
    try {
      receiver.received(bytes, length);
    } catch (Throwable e) {
      exchange.fail(e);
    } finally {
      giveBack();
    }
  }

  /** What was read of it is needed no longer. */
  private void giveBack() {
    budget.giveBack(bytes);
    bytes = NOTHING;
  }

  private static Refusal why(Throwable failure) {
    return failure instanceof TimeoutException
        ? Refusal.of(408, "the body did not arrive in time")
        : Refusal.of(400, "the body ended early");
  }

  private void add(ByteBuffer chunk) throws Refusal {
    int more = chunk.remaining();
    if (more > limits.bodyBytes() - length) {
      throw tooLarge(limits);
    }
    if (length + more > bytes.length) {
      grow(Math.max(length + more, further()));
    }
    chunk.get(bytes, length, more);
    length += more;
  }

  /**
   * A large body is promised and has begun to arrive: copying what is there a few times costs
   * little, and no promise takes more than eight times as much memory as has come.
   */
  private int further() {
    long most = Math.min(limits.bodyBytes(), promised > 0 ? promised : 2L * bytes.length);
    return (int) Math.min(most, 8L * bytes.length);
  }

  private void grow(int size) throws Refusal {
    byte[] larger = budget.take(Math.max(FIRST, size));
    if (larger == null) {
      throw Refusal.busy("the server is busy with other large requests");
    }
    System.arraycopy(bytes, 0, larger, 0, length);
    giveBack();
    bytes = larger;
  }

  /** A body that came with its header needs no clock. */
  private void startClock() {
    if (timeout == null) {
      timeout =
          exchange
              .request
              .getComponents()
              .getScheduler()
              .schedule(
                  () -> exchange.request.fail(new TimeoutException("body")),
                  limits.requestTime().toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private boolean end() {
    if (timeout != null) {
      timeout.cancel();
    }
    return over.compareAndSet(false, true);
  }
}
