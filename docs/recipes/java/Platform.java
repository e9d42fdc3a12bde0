import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A platform's back end for Lectern's content, in Java 17 or later with Jackson and a JDBC driver: {@code java -cp jackson-databind.jar:jackson-core.jar:jackson-annotations.jar:sqlite-jdbc.jar Platform.java}.
 * <ul>
 * <li>{@code POST /token} for {@code <learning-session token-url="/token">}: asks a Lectern server for the learner's launch
 * <li>{@code /learning/…} for {@code fetchPlugin({ url: '/learning' })}: the platform keeps everything itself (fetch-plugin.openapi.json)
 * </ul>
 * Settings (environment): PORT, DATA (a folder), and for /token LECTERN_URL, LECTERN_KEY, LECTERN_SECRET.
 */
public final class Platform {
  /** Your site: with the learner's opaque name it makes their account. */
  private static final String HOME = "https://campus.example";
  private static final int MOST = 4_000_000;
  private static final Pattern USER = Pattern.compile("(?:^|;\\s*)user=([\\w-]{1,100})");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private static final class Problem extends RuntimeException {
    final int status;

    Problem(int status, String title) {
      super(title);
      this.status = status;
    }
  }

  private final Connection db;

  private Platform(Connection db) throws SQLException {
    this.db = db;
    for (String table : List.of(
        "registrations (user text, course text, registration text unique, primary key (user, course))",
        "statements (id text primary key, registration text, statement text)",
        "documents (registration text, activity text, state text, content text, primary key (registration, activity, state))",
        "outcomes (registration text, unit text, outcome text, primary key (registration, unit))")) {
      run("create table if not exists " + table);
    }
  }

  /** Who is signed in, by an opaque name. Ask your own session here; this stands in for it. */
  private static String signedIn(HttpExchange exchange) {
    String cookies = exchange.getRequestHeaders().getFirst("Cookie");
    Matcher found = USER.matcher(cookies == null ? "" : cookies);
    return found.find() ? found.group(1) : null;
  }

  private void run(String sql, String... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int index = 0; index < values.length; index++) statement.setString(index + 1, values[index]);
      statement.execute();
    }
  }

  private String find(String sql, String... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int index = 0; index < values.length; index++) statement.setString(index + 1, values[index]);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    }
  }

  /** One after the other: SQLite has one writer. With a database of many, a transaction for each request. */
  private synchronized JsonNode learning(String user, String what, Map<String, String> query, JsonNode body) throws SQLException, IOException {
    if (what.equals("POST /learning/sessions")) {
      JsonNode course = body.at("/course/id");
      if (!course.isTextual()) throw new Problem(400, "Which course?");
      run("insert or ignore into registrations values (?, ?, ?)", user, course.textValue(), UUID.randomUUID().toString());
      ObjectNode session = JSON.createObjectNode();
      session.putObject("learner").putObject("account").put("homePage", HOME).put("name", user);
      return session.put("registration", find("select registration from registrations where user = ? and course = ?", user, course.textValue()));
    }
    String registration = query.getOrDefault("registration", "");
    if (find("select 1 from registrations where registration = ? and user = ?", registration, user) == null) throw new Problem(403, "Not this learner's.");
    String activity = query.getOrDefault("activityId", "");
    String state = query.getOrDefault("stateId", "");
    String saved = "select content from documents where registration = ? and activity = ? and state = ?";
    switch (what) {
      case "POST /learning/statements" -> {
        if (!body.isArray()) throw new Problem(400, "Statements are a list.");
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode stored = answer.putArray("stored");
        for (JsonNode statement : body) {
          if (!statement.path("id").isTextual()) throw new Problem(400, "Statements have ids.");
          run("insert or ignore into statements values (?, ?, ?)", statement.get("id").textValue(), registration, statement.toString());
          stored.add(statement.get("id").textValue());
        }
        return answer;
      }
      case "GET /learning/documents" -> {
        String content = find(saved, registration, activity, state);
        if (content == null) throw new Problem(404, "There is none.");
        return JSON.readTree(content);
      }
      case "POST /learning/documents", "PUT /learning/documents" -> {
        if (!body.isObject()) throw new Problem(400, "A document is an object.");
        String before = what.startsWith("POST") ? find(saved, registration, activity, state) : null;
        JsonNode content = before == null ? body : ((ObjectNode) JSON.readTree(before)).setAll((ObjectNode) body);
        run("insert or replace into documents values (?, ?, ?, ?)", registration, activity, state, content.toString());
        return null;
      }
      case "PUT /learning/outcomes" -> {
        if (!body.path("completed").isBoolean()) throw new Problem(400, "An outcome says whether it is completed.");
        // Here your gradebook comes in.
        run("insert or replace into outcomes values (?, ?, ?)", registration, body.path("unitId").asText(""), body.toString());
        return null;
      }
      default -> throw new Problem(404, "There is no such address.");
    }
  }

  /** The key stays here; the page gets a short-lived token for this learner alone. */
  private static JsonNode token(String user) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("course", "demo");
    body.putObject("learner").putObject("account").put("homePage", HOME).put("name", user);
    String secret = Base64.getEncoder().encodeToString((System.getenv("LECTERN_KEY") + ":" + System.getenv("LECTERN_SECRET")).getBytes(StandardCharsets.UTF_8));
    HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("LECTERN_URL")).resolve("/launches"))
        .timeout(Duration.ofSeconds(10)).header("Content-Type", "application/json").header("Authorization", "Basic " + secret)
        .POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();
    HttpResponse<String> answer;
    try {
      answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException error) {
      throw new Problem(502, "The Lectern server cannot be reached.");
    }
    if (answer.statusCode() / 100 != 2) throw new Problem(502, "The Lectern server gave no launch.");
    return JSON.readTree(answer.body());
  }

  private JsonNode answer(HttpExchange exchange) throws Exception {
    URI url = exchange.getRequestURI();
    byte[] bytes = exchange.getRequestBody().readNBytes(MOST + 1);
    if (bytes.length > MOST) throw new Problem(413, "Too large.");
    String user = signedIn(exchange);
    if (user == null) throw new Problem(401, "Sign in.");
    // A form of another site cannot send this header: without it the request is forged.
    boolean ours = "lectern".equals(exchange.getRequestHeaders().getFirst("X-Requested-With"));
    if (!url.getPath().equals("/token") && !ours) throw new Problem(403, "Not from our page.");
    if (exchange.getRequestMethod().equals("POST") && url.getPath().equals("/token")) return token(user);
    JsonNode body;
    try {
      body = bytes.length == 0 ? JSON.nullNode() : JSON.readTree(bytes);
    } catch (IOException error) {
      throw new Problem(400, "That is not JSON.");
    }
    return learning(user, exchange.getRequestMethod() + " " + url.getPath(), queryOf(url), body);
  }

  private static Map<String, String> queryOf(URI url) {
    Map<String, String> query = new HashMap<>();
    for (String pair : (url.getRawQuery() == null ? "" : url.getRawQuery()).split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private void respond(HttpExchange exchange) throws IOException {
    int status;
    JsonNode value;
    try {
      value = answer(exchange);
      status = value == null ? 204 : 200;
    } catch (Exception error) {
      boolean known = error instanceof Problem;
      if (!known) error.printStackTrace();
      status = known ? ((Problem) error).status : 500;
      value = JSON.createObjectNode().put("status", status).put("title", known ? error.getMessage() : "The platform has a fault.");
    }
    byte[] bytes = value == null ? new byte[0] : JSON.writeValueAsBytes(value);
    exchange.getResponseHeaders().set("Content-Type", status < 300 ? "application/json" : "application/problem+json");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, value == null ? -1 : bytes.length);
    if (value != null) exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  public static void main(String[] arguments) throws Exception {
    Path data = Files.createDirectories(Path.of(System.getenv().getOrDefault("DATA", "./data")));
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    Platform platform = new Platform(DriverManager.getConnection("jdbc:sqlite:" + data.resolve("platform.sqlite")));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", platform::respond);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.start();
    System.out.println("http://127.0.0.1:" + port);
  }
}
