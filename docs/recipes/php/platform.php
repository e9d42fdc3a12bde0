<?php
/**
 * A platform's back end for Lectern's content, in PHP 8.1 or later with PDO and SQLite: `php -S 127.0.0.1:8080 platform.php`.
 *   POST /token       for <learning-session token-url="/token">: asks a Lectern server for the learner's launch
 *   /learning/…       for fetchPlugin({ url: '/learning' }): the platform keeps everything itself (fetch-plugin.openapi.json)
 * Settings (environment): DATA (a folder), and for /token LECTERN_URL, LECTERN_KEY, LECTERN_SECRET.
 */
declare(strict_types=1);

const HOME = 'https://campus.example'; // your site: with the learner's opaque name it makes their account
const MOST = 4_000_000;

final class Problem extends RuntimeException {}

/** Who is signed in, by an opaque name. Ask your own session here; this stands in for it. */
function signed_in(): ?string
{
    $user = $_COOKIE['user'] ?? '';
    return is_string($user) && preg_match('/^[\w-]{1,100}$/D', $user) ? $user : null;
}

function database(): PDO
{
    $folder = getenv('DATA') ?: './data';
    if (!is_dir($folder)) {
        mkdir($folder, 0700, true);
    }
    $db = new PDO("sqlite:$folder/platform.sqlite", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 10]);
    $db->exec('create table if not exists registrations (user text, course text, registration text unique, primary key (user, course))');
    $db->exec('create table if not exists statements (id text primary key, registration text, statement text)');
    $db->exec('create table if not exists documents (registration text, activity text, state text, content text, primary key (registration, activity, state))');
    $db->exec('create table if not exists outcomes (registration text, unit text, outcome text, primary key (registration, unit))');
    return $db;
}

function query(PDO $db, string $sql, array $values): PDOStatement
{
    $statement = $db->prepare($sql);
    $statement->execute($values);
    return $statement;
}

function uuid(): string
{
    $bytes = random_bytes(16);
    $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
    $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
    return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
}

/** Objects stay objects: an empty one must not come back as a list. */
function body(): mixed
{
    $text = file_get_contents('php://input', length: MOST + 1);
    if (strlen($text) > MOST) {
        throw new Problem('Too large.', 413);
    }
    try {
        return json_decode($text === '' ? 'null' : $text, flags: JSON_THROW_ON_ERROR);
    } catch (JsonException) {
        throw new Problem('That is not JSON.', 400);
    }
}

function encode(mixed $value): string
{
    return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION);
}

function learning(PDO $db, string $user, string $what, mixed $body): mixed
{
    if ($what === 'POST /learning/sessions') {
        $course = $body->course->id ?? null;
        if (!is_string($course)) {
            throw new Problem('Which course?', 400);
        }
        query($db, 'insert or ignore into registrations values (?, ?, ?)', [$user, $course, uuid()]);
        $registration = query($db, 'select registration from registrations where user = ? and course = ?', [$user, $course])->fetchColumn();
        return ['learner' => ['account' => ['homePage' => HOME, 'name' => $user]], 'registration' => $registration];
    }
    $given = static fn (string $name): string => is_string($_GET[$name] ?? null) ? $_GET[$name] : '';
    $registration = $given('registration');
    if (!query($db, 'select 1 from registrations where registration = ? and user = ?', [$registration, $user])->fetchColumn()) {
        throw new Problem('Not this learner’s.', 403);
    }
    $key = [$registration, $given('activityId'), $given('stateId')];
    switch ($what) {
        case 'POST /learning/statements':
            if (!is_array($body)) {
                throw new Problem('Statements are a list.', 400);
            }
            foreach ($body as $statement) {
                if (!is_string($statement->id ?? null)) {
                    throw new Problem('Statements have ids.', 400);
                }
                query($db, 'insert or ignore into statements values (?, ?, ?)', [$statement->id, $registration, encode($statement)]);
            }
            return ['stored' => array_map(static fn (object $one): string => $one->id, $body)];
        case 'GET /learning/documents':
            $content = query($db, 'select content from documents where registration = ? and activity = ? and state = ?', $key)->fetchColumn();
            if ($content === false) {
                throw new Problem('There is none.', 404);
            }
            return json_decode($content);
        case 'POST /learning/documents':
        case 'PUT /learning/documents':
            if (!is_object($body)) {
                throw new Problem('A document is an object.', 400);
            }
            if (str_starts_with($what, 'POST')) {
                $content = query($db, 'select content from documents where registration = ? and activity = ? and state = ?', $key)->fetchColumn();
                $before = $content === false ? [] : get_object_vars(json_decode($content));
                $body = (object) array_replace($before, get_object_vars($body));
            }
            query($db, 'insert or replace into documents values (?, ?, ?, ?)', [...$key, encode($body)]);
            return null;
        case 'PUT /learning/outcomes':
            if (!is_bool($body->completed ?? null)) {
                throw new Problem('An outcome says whether it is completed.', 400);
            }
            // Here your gradebook comes in.
            query($db, 'insert or replace into outcomes values (?, ?, ?)', [$registration, (string) ($body->unitId ?? ''), encode($body)]);
            return null;
        default:
            throw new Problem('There is no such address.', 404);
    }
}

/** The key stays here; the page gets a short-lived token for this learner alone. */
function token(string $user): mixed
{
    $answer = @file_get_contents(rtrim((string) getenv('LECTERN_URL'), '/') . '/launches', context: stream_context_create(['http' => [
        'method' => 'POST',
        'header' => ['Content-Type: application/json', 'Authorization: Basic ' . base64_encode(getenv('LECTERN_KEY') . ':' . getenv('LECTERN_SECRET'))],
        'content' => encode(['course' => 'demo', 'learner' => ['account' => ['homePage' => HOME, 'name' => $user]]]),
        'timeout' => 10,
    ]]));
    $launch = $answer === false ? null : json_decode($answer);
    if (!is_object($launch)) {
        throw new Problem('The Lectern server gave no launch.', 502);
    }
    return $launch;
}

function answer(): mixed
{
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    $user = signed_in() ?? throw new Problem('Sign in.', 401);
    // A form of another site cannot send this header: without it the request is forged.
    if ($path !== '/token' && ($_SERVER['HTTP_X_REQUESTED_WITH'] ?? '') !== 'lectern') {
        throw new Problem('Not from our page.', 403);
    }
    $method = $_SERVER['REQUEST_METHOD'];
    if ($method === 'POST' && $path === '/token') {
        return token($user);
    }
    $db = database();
    $db->exec('begin immediate');
    $value = learning($db, $user, "$method $path", $method === 'GET' ? null : body());
    $db->exec('commit');
    return $value;
}

try {
    $value = answer();
    http_response_code($value === null ? 204 : 200);
    header('Content-Type: application/json');
    header('Cache-Control: no-store');
    echo $value === null ? '' : encode($value);
} catch (Throwable $error) {
    $known = $error instanceof Problem;
    if (!$known) {
        error_log((string) $error);
    }
    $status = $known ? $error->getCode() : 500;
    http_response_code($status);
    header('Content-Type: application/problem+json');
    echo encode(['status' => $status, 'title' => $known ? $error->getMessage() : 'The platform has a fault.']);
}
