/** What an example is made for. */
export interface BackEndExample {
  readonly server: string;
  readonly course: string;
}

export const BACK_ENDS = ['node', 'php', 'python', 'java'] as const;

export type BackEnd = (typeof BACK_ENDS)[number];

/**
 * The token endpoint of a page's own back end, in the languages that universities have. Each asks the server for a launch, with a key that no browser sees, for a learner
 * whom the host has signed in; and names them by what is no name.
 */
export const backEndExample: Readonly<Record<BackEnd, (example: BackEndExample) => string>> = {
  node: ({ server, course }) => `// Node 20 or later, without a framework.
import { createServer } from 'node:http';

const key = Buffer.from(\`\${process.env.LECTERN_KEY}:\${process.env.LECTERN_SECRET}\`).toString('base64');

createServer(async (request, response) => {
  if (request.method !== 'POST' || request.url !== '/lectern-token') return response.writeHead(404).end();
  const learner = await opaqueIdOf(request); // yours: who is signed in, as a name that says nothing; undefined for nobody
  if (!learner) return response.writeHead(401).end();
  const answer = await fetch('${server}/launches', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: \`Basic \${key}\` },
    body: JSON.stringify({ course: '${course}', learner: { account: { homePage: 'https://my.example.edu', name: learner } } }),
  });
  response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(await answer.text());
}).listen(3000);`,

  php: ({ server, course }) => `<?php // lectern-token.php, PHP 8
session_start();
if ($_SERVER['REQUEST_METHOD'] !== 'POST') { http_response_code(405); exit; }
$learner = $_SESSION['opaque_id'] ?? null; // yours: who is signed in, as a name that says nothing
if ($learner === null) { http_response_code(401); exit; }
$answer = @file_get_contents('${server}/launches', false, stream_context_create(['http' => [
    'method' => 'POST',
    'timeout' => 15,
    'ignore_errors' => true, // a refusal has a body, too
    'header' => "Content-Type: application/json\\r\\nAuthorization: Basic " . base64_encode(getenv('LECTERN_KEY') . ':' . getenv('LECTERN_SECRET')),
    'content' => json_encode([
        'course' => '${course}',
        'learner' => ['account' => ['homePage' => 'https://my.example.edu', 'name' => $learner]],
    ]),
]]));
preg_match('/ (\\d{3})/', $http_response_header[0] ?? ' 502', $status);
http_response_code((int) $status[1]);
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo $answer === false ? '{}' : $answer;`,

  python: ({ server, course }) => `# Python 3.9 or later, the standard library alone; the same in any framework.
import base64, json, os, urllib.error, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64encode(f"{os.environ['LECTERN_KEY']}:{os.environ['LECTERN_SECRET']}".encode()).decode()

class Token(BaseHTTPRequestHandler):
    def do_POST(self):
        learner = opaque_id_of(self)  # yours: who is signed in, as a name that says nothing; None for nobody
        if self.path != "/lectern-token" or learner is None:
            return self.answer(404 if learner else 401, b"{}")
        body = {"course": "${course}", "learner": {"account": {"homePage": "https://my.example.edu", "name": learner}}}
        request = urllib.request.Request("${server}/launches", json.dumps(body).encode(), {"Content-Type": "application/json", "Authorization": f"Basic {KEY}"})
        try:
            with urllib.request.urlopen(request, timeout=15) as reply:
                self.answer(reply.status, reply.read())
        except urllib.error.HTTPError as refusal:
            self.answer(refusal.code, refusal.read())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

ThreadingHTTPServer(("127.0.0.1", 3000), Token).serve_forever()`,

  java: ({ server, course }) => `// Java 17 or later, the JDK alone: java LecternToken.java
import com.sun.net.httpserver.*;
import java.net.*;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

public class LecternToken {
  public static void main(String[] args) throws Exception {
    var key = Base64.getEncoder().encodeToString((System.getenv("LECTERN_KEY") + ":" + System.getenv("LECTERN_SECRET")).getBytes(StandardCharsets.UTF_8));
    var client = HttpClient.newHttpClient();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 3000), 0);
    server.createContext("/lectern-token", exchange -> {
      var learner = opaqueIdOf(exchange); // yours: who is signed in, as a name that says nothing; null for nobody
      var status = learner == null ? 401 : 502;
      var body = new byte[0];
      if (learner != null && exchange.getRequestMethod().equals("POST")) try {
        var json = "{\\"course\\":\\"${course}\\",\\"learner\\":{\\"account\\":{\\"homePage\\":\\"https://my.example.edu\\",\\"name\\":\\"" + learner + "\\"}}}";
        var request = HttpRequest.newBuilder(URI.create("${server}/launches")).header("Content-Type", "application/json").header("Authorization", "Basic " + key)
            .POST(HttpRequest.BodyPublishers.ofString(json)).build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        status = answer.statusCode();
        body = answer.body();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
  }

  /** Yours: from the session's cookie, say. Letters, digits, "-" and "_", or escape it for JSON. */
  static String opaqueIdOf(HttpExchange exchange) {
    return null;
  }
}`,
};
