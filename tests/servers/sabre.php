<?php
// A CalDAV server of Debian's php-sabre-dav on SQLite. On the command line it makes the database; behind PHP's own server
// it answers requests. Where the database is, says SABRE_DATABASE.

// What is deprecated for today's PHP must not stand in answers.
error_reporting(E_ERROR | E_PARSE);
ini_set('display_errors', '0');
date_default_timezone_set('UTC');
require_once 'Sabre/autoload.php';

const REALM = 'SabreDAV';

$database = new \PDO('sqlite:' . getenv('SABRE_DATABASE'));
$database->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
$database->exec('PRAGMA busy_timeout = 30000');

if (PHP_SAPI === 'cli') {
    $database->exec('PRAGMA journal_mode = WAL');
    // As the package's examples have them, which are no files where documentation is left out.
    $database->exec(<<<'SQL'
        CREATE TABLE calendarobjects (id INTEGER PRIMARY KEY ASC, calendardata BLOB, uri TEXT, calendarid INTEGER,
            lastmodified INTEGER, etag TEXT, size INTEGER, componenttype TEXT, firstoccurence INTEGER, lastoccurence INTEGER);
        CREATE TABLE calendars (id INTEGER PRIMARY KEY ASC, principaluri TEXT, displayname TEXT, uri TEXT, ctag INTEGER,
            description TEXT, calendarorder INTEGER, calendarcolor TEXT, timezone TEXT, components TEXT, transparent BOOL);
        CREATE TABLE principals (id INTEGER PRIMARY KEY ASC, uri TEXT UNIQUE, email TEXT, displayname TEXT, vcardurl TEXT);
        CREATE TABLE groupmembers (id INTEGER PRIMARY KEY ASC, principal_id INTEGER, member_id INTEGER,
            UNIQUE (principal_id, member_id));
        CREATE TABLE users (id INTEGER PRIMARY KEY ASC, username TEXT UNIQUE, digesta1 TEXT);
        CREATE INDEX objects_of_a_calendar ON calendarobjects (calendarid, uri);
        SQL);
    $principal = $database->prepare('INSERT INTO principals (uri, email, displayname) VALUES (?, ?, ?)');
    $user = $database->prepare('INSERT INTO users (username, digesta1) VALUES (?, ?)');
    foreach (['alice', 'bob'] as $name) {
        $principal->execute(["principals/$name", "$name@example.org", ucfirst($name)]);
        $user->execute([$name, md5("$name:" . REALM . ':secret')]);
    }
    exit;
}

$database->exec('PRAGMA synchronous = OFF');
if ($_SERVER['REQUEST_URI'] === '/.well-known/caldav') {
    header('Location: /', true, 301);
    exit;
}
$principals = new \Sabre\DAVACL\PrincipalBackend\PDO($database);
$server = new \Sabre\DAV\Server([
    new \Sabre\CalDAV\Principal\Collection($principals),
    new \Sabre\CalDAV\CalendarRootNode($principals, new \Sabre\CalDAV\Backend\PDO($database)),
]);
$server->setBaseUri('/');
$server->addPlugin(new \Sabre\DAV\Auth\Plugin(new \Sabre\DAV\Auth\Backend\PDO($database), REALM));
$server->addPlugin(new \Sabre\DAVACL\Plugin());
$server->addPlugin(new \Sabre\CalDAV\Plugin());
$server->exec();
