package dev.polymath.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a request asks for. Paths are compared word by word with what there is: none of them
 * ever becomes the path of a file.
 */
final class Router extends Handler.Abstract {

  private final ServedModels models;
  private final ServerLimits limits;
  private final Access access;
  private final ServerMetrics metrics;
  private final ByteBudget budget;
  private final Exchange.Ends ends;
  private final Predicate<Exchange> own;
  private final BooleanSupplier ready;
  private final PredictEndpoint predict;
  private final InferEndpoint infer;
  private final Descriptions descriptions;
  private final ExploreEndpoint explore;

  Router(
      ServedModels models,
      ServerLimits limits,
      Access access,
      ServerMetrics metrics,
      Exchange.Ends ends,
      Predicate<Exchange> own,
      BooleanSupplier ready) {
    this.models = models;
    this.limits = limits;
    this.access = access;
    this.metrics = metrics;
    this.ends = ends;
    this.own = own;
    this.ready = ready;
    // A quarter of the memory: the features that are made of bodies take about as much.
    budget =
        new ByteBudget(Math.max(2L * limits.bodyBytes(), Runtime.getRuntime().maxMemory() / 4));
    predict = new PredictEndpoint(limits);
    infer = new InferEndpoint(limits);
    descriptions = new Descriptions(models);
    explore = new ExploreEndpoint();
  }

  /** Whatever takes long is done by other threads: see {@link BodyReader}. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback, ends);
    exchange.own(!ready.getAsBoolean() && own.test(exchange));
    try {
      route(exchange);
    } catch (Throwable e) {
      exchange.fail(e);
    }
    return true;
  }

  private void route(Exchange exchange) throws Exception {
    String path = exchange.path();
    List<String> words = words(path);
    if (path.startsWith("/v2/health/")) {
      health(exchange, words);
      return;
    }
    access.requireHost(exchange);
    access.requireToken(exchange);
    switch (words.get(0)) {
      case "" -> page(exchange, words);
      case "predict" -> toModel(exchange, words, "predict", predict::answer);
      case "look" -> toModel(exchange, words, "look", explore::look);
      case "v2" -> protocol(exchange, words.subList(1, words.size()));
      case "models", "metrics", "openapi.json" -> described(exchange, words);
      default -> throw nothing();
    }
  }

  /** What stands between the slashes, decoded. */
  private static List<String> words(String path) {
    List<String> words = new ArrayList<>(8);
    for (int from = 1; ; ) {
      int to = path.indexOf('/', from);
      String word = path.substring(from, to < 0 ? path.length() : to);
      words.add(word.indexOf('%') < 0 ? word : URIUtil.decodePath(word));
      if (to < 0) {
        return words;
      }
      from = to + 1;
    }
  }

  private void health(Exchange exchange, List<String> words) throws Refusal {
    exchange.endpoint("health");
    requireMethod(exchange, "GET");
    String word = words.size() == 3 ? words.get(2) : "";
    if (word.equals("live")) {
      exchange.text(200, Exchange.JSON, "{\"live\":true}\n");
    } else if (word.equals("ready")) {
      boolean yes = ready.getAsBoolean();
      exchange.text(yes ? 200 : 503, Exchange.JSON, "{\"ready\":" + yes + "}\n");
    } else {
      throw nothing();
    }
  }

  private void page(Exchange exchange, List<String> words) throws Refusal {
    if (words.size() > 1) {
      throw nothing();
    }
    exchange.endpoint("page");
    requireMethod(exchange, "GET");
    exchange.policy(Page.POLICY);
    exchange.text(200, "text/html; charset=utf-8", Page.HTML);
  }

  private void described(Exchange exchange, List<String> words) throws Refusal {
    exchange.endpoint(words.get(0));
    if (words.size() > 2 || words.size() == 2 && !words.get(0).equals("models")) {
      throw nothing();
    }
    requireMethod(exchange, "GET");
    switch (words.get(0)) {
      case "metrics" ->
          exchange.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
      case "openapi.json" -> exchange.text(200, Exchange.JSON, descriptions.openApi());
      default -> {
        Json.Bytes json = words.size() == 1 ? descriptions.list() : descriptions.card(words.get(1));
        exchange.json(200, json.array(), json.size());
      }
    }
  }

  /** Below {@code /v2}. */
  private void protocol(Exchange exchange, List<String> words) throws Exception {
    exchange.endpoint("v2");
    Json.Bytes json;
    if (words.isEmpty() || words.equals(List.of(""))) {
      requireMethod(exchange, "GET");
      json = infer.server();
    } else {
      String name = words.size() > 1 && words.get(0).equals("models") ? words.get(1) : "";
      List<String> rest = words.subList(Math.min(2, words.size()), words.size());
      String version = null;
      if (rest.size() > 1 && rest.get(0).equals("versions")) {
        version = rest.get(1);
        rest = rest.subList(2, rest.size());
      }
      if (name.isEmpty() || rest.size() > 1) {
        throw nothing();
      }
      String what = rest.isEmpty() ? "" : rest.get(0);
      switch (what) {
        case "" -> {
          requireMethod(exchange, "GET");
          json = infer.model(retained(exchange, name, version));
        }
        case "ready" -> {
          requireMethod(exchange, "GET");
          retained(exchange, name, version);
          json = InferEndpoint.ready(name);
        }
        case "infer" -> {
          exchange.endpoint("infer");
          requireMethod(exchange, "POST");
          toModel(exchange, retained(exchange, name, version), infer::answer);
          return;
        }
        default -> throw nothing();
      }
    }
    exchange.json(200, json.array(), json.size());
  }

  /** What answers the body of a request to a model. */
  private interface ModelEndpoint {
    void answer(Exchange exchange, ServedModel served, byte[] body, int length) throws Exception;
  }

  private void toModel(
      Exchange exchange, List<String> words, String endpoint, ModelEndpoint answers)
      throws Refusal {
    if (words.size() != 2) {
      throw nothing();
    }
    exchange.endpoint(endpoint);
    requireMethod(exchange, "POST");
    toModel(exchange, retained(exchange, words.get(1), null), answers);
  }

  private void toModel(Exchange exchange, ServedModel served, ModelEndpoint answers)
      throws Refusal {
    BodyReader.read(
        exchange, limits, budget, (body, length) -> answers.answer(exchange, served, body, length));
  }

  /** The model, which the exchange releases. */
  private ServedModel retained(Exchange exchange, String name, @Nullable String version)
      throws Refusal {
    ServedModel served = models.acquire(name);
    exchange.model(served);
    if (version != null && !version.equals(served.version())) {
      throw Refusal.of(404, "there is no such version of the model, expected " + served.version());
    }
    return served;
  }

  private static void requireMethod(Exchange exchange, String wanted) throws Refusal {
    String method = exchange.request.getMethod();
    if (!method.equals(wanted) && !(wanted.equals("GET") && method.equals("HEAD"))) {
      exchange.response.getHeaders().put(HttpHeader.ALLOW, wanted);
      throw Refusal.of(405, "expected " + wanted);
    }
  }

  private static Refusal nothing() {
    return Refusal.of(404, "there is nothing here; /openapi.json describes what there is");
  }
}
