//! Client systems are walls: made from the document, over whatever operations and ids there are. "Not yours" is "not there",
//! byte for byte, and nothing that one does touches a row of another.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use pasarela::clock::Clock;
use pasarela::ids::Tenant;
use pasarela::scope::Scopes;
use rusqlite::Connection;
use rusqlite::types::Value as Column;
use serde_json::{Value, json};
use testing::cases::seeds;
use testing::in_process::{Answer, TestGateway};

use super::{of_client_systems, served};

/// The holders of each client system: the same ids in all of them.
const HOLDERS: [&str; 3] = ["customer-1", "customer-2", "customer-3"];
/// What an id of ours looks like behind its prefix.
const DIGITS: usize = 32;

/// One client system with a key that may do everything, and what it has seen of ids and tokens.
struct System {
    tenant: Tenant,
    key: String,
    ids: BTreeSet<String>,
    tokens: BTreeSet<(String, String)>,
}

/// An operation of the document, with the example of its body.
struct Known {
    name: String,
    method: String,
    path: String,
    body: Option<Value>,
    /// The query parameters that say where a list goes on.
    marks: Vec<String>,
}

fn operations(document: &Value) -> Vec<Known> {
    let resolved = |value: &Value| -> Value {
        match value["$ref"].as_str().and_then(|to| to.strip_prefix('#')) {
            Some(pointer) => document.pointer(pointer).cloned().unwrap_or_default(),
            None => value.clone(),
        }
    };
    let known = |(method, path, operation): (String, String, Value)| {
        let content = &operation["requestBody"]["content"]["application/json"];
        let schema = resolved(&content["schema"]);
        let examples =
            content["examples"].as_object().and_then(|all| all.values().next()).map(|it| it["value"].clone());
        let example = [content["example"].clone(), schema["example"].clone()].into_iter().find(|it| !it.is_null());
        let body = content.is_object().then(|| example.or(examples).unwrap_or(json!({})));
        let named = operation["parameters"].as_array().unwrap().iter().map(resolved);
        let queries = named.filter(|it| it["in"] == "query").filter_map(|it| it["name"].as_str().map(str::to_owned));
        let marks = queries.filter(|name| name.contains("token") || name.contains("cursor")).collect();
        Known { name: operation["operationId"].as_str().unwrap().to_owned(), method, path, body, marks }
    };
    of_client_systems(document).into_iter().map(known).collect()
}

impl System {
    fn begin(gateway: &TestGateway, slug: &str) -> Self {
        let tenant = gateway.client(slug);
        Self { tenant, key: gateway.api_key(tenant, Scopes::all()), ids: BTreeSet::new(), tokens: BTreeSet::new() }
    }

    fn ask(&self, gateway: &TestGateway, holder: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        // The same name for each request: whatever differs then is told by the answer itself.
        let headers = [("Authorization", bearer.as_str()), ("X-Customer-Id", holder), ("X-Request-Id", "r")];
        gateway.send(method, path, &headers, body)
    }

    /// Remembers the ids and tokens of an answer.
    fn saw(&mut self, answer: &Value) {
        match answer {
            Value::Object(members) => {
                for (name, value) in members {
                    if let Some(text) = value.as_str().filter(|_| name.contains("token") || name.contains("cursor")) {
                        self.tokens.insert((name.trim_start_matches("next_").to_owned(), text.to_owned()));
                    }
                    self.saw(value);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.saw(item)),
            Value::String(text) if is_id(text) => drop(self.ids.insert(text.clone())),
            _ => {}
        }
    }

    /// Does whatever makes something, with the examples of the document, and reads every list.
    fn live(&mut self, gateway: &TestGateway, operations: &[Known]) {
        for round in 0..3 {
            for known in operations.iter().filter(|known| !known.path.contains('{') && known.method != "DELETE") {
                let answer = self.ask(gateway, HOLDERS[0], &known.method, &known.path, varied(&known.body, round));
                assert!(answer.status < 500, "{}: {answer:?}", known.name);
                self.saw(&answer.json);
            }
            let reference = format!("reference-{round}");
            for known in
                operations.iter().filter(|known| known.path.contains("{client_reference}") && known.method == "PUT")
            {
                let path = known.path.replace("{client_reference}", &reference);
                self.saw(&self.ask(gateway, HOLDERS[0], "PUT", &path, varied(&known.body, round)).json);
            }
        }
        for known in operations.iter().filter(|known| known.method == "GET" && !known.path.contains('{')) {
            self.saw(&self.ask(gateway, HOLDERS[0], "GET", &format!("{}?limit=1", known.path), None).json);
        }
    }
}

fn is_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, digits)| {
        (2..=4).contains(&prefix.len())
            && digits.len() == DIGITS
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// The example of a body, so that the same is not made twice.
fn varied(body: &Option<Value>, round: u64) -> Option<Value> {
    let mut body = body.clone()?;
    for name in ["client_reference", "name"] {
        if let Some(text) = body[name].as_str().map(|text| format!("{text} {round}")) {
            body[name] = text.into();
        }
    }
    Some(body)
}

/// The same id in a form that nobody was given.
fn unknown(id: &str) -> String {
    let (start, digits) = id.split_at(id.len() - 12);
    format!("{start}{}", digits.bytes().map(|digit| if digit == b'0' { '1' } else { '0' }).collect::<String>())
}

/// Ids of one kind of parameter: those with the prefix that the parameter is for.
fn of_kind<'s>(parameter: &str, system: &'s System) -> Vec<&'s String> {
    let prefix = match parameter {
        "key_id" => "key_",
        "event_id" => "ev_",
        "feed_id" => "fd_",
        other => panic!("{other} is a new kind of id: say here which it is"),
    };
    system.ids.iter().filter(|id| id.starts_with(prefix)).collect()
}

/// The parameters of a path that name something of somebody's.
fn ids_in(path: &str) -> Vec<&str> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.filter(|name| !["provider", "client_reference"].contains(name)).collect()
}

/// What each row of the database that belongs to a client system says, by client system. What belongs to nobody is left out.
fn rows(database: &Connection) -> BTreeMap<i64, BTreeMap<String, String>> {
    let tables = texts(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    let mut all: BTreeMap<i64, BTreeMap<String, String>> = BTreeMap::new();
    for table in tables {
        let columns = texts(database, &format!("SELECT name FROM pragma_table_info('{table}')"));
        let has = |name: &str| columns.iter().any(|column| column == name);
        let owner = if table == "client_systems" {
            "t.id"
        } else if has("client_system_id") {
            "t.client_system_id"
        } else if has("holder_id") {
            "(SELECT client_system_id FROM holders WHERE id = t.holder_id)"
        } else if has("link_id") {
            "(SELECT h.client_system_id FROM links l JOIN holders h ON h.id = l.holder_id WHERE l.id = t.link_id)"
        } else {
            continue;
        };
        let text = format!("SELECT {owner} AS owner, t.* FROM {table} t ORDER BY t.rowid");
        // A table without row ids has an order of its own.
        let ordered = database.prepare(&text).or_else(|_| database.prepare(&text.replace(" ORDER BY t.rowid", "")));
        let mut statement = ordered.unwrap();
        let width = statement.column_count();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let Some(owner) = row.get::<_, Option<i64>>(0).unwrap() else { continue };
            let said: Vec<Column> = (1..width).map(|column| row.get(column).unwrap()).collect();
            all.entry(owner).or_default().entry(table.clone()).or_default().push_str(&format!("{said:?}\n"));
        }
    }
    all
}

fn texts(database: &Connection, question: &str) -> Vec<String> {
    let mut statement = database.prepare(question).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// A gateway whose time stands still, on which each key was used before: nothing is written down behind an answer.
#[expect(clippy::disallowed_methods, reason = "what lies on the disk is compared, whatever the product says of it")]
fn gateway(systems: &[&str]) -> (TestGateway, Vec<System>, Connection) {
    let gateway = TestGateway::at("", Clock::standing(Timestamp::from_second(1_796_000_000).unwrap()));
    let systems: Vec<System> = systems.iter().map(|slug| System::begin(&gateway, slug)).collect();
    let database = Connection::open(gateway.folder.path().join("pasarela.db")).unwrap();
    for system in &systems {
        let ask = || system.ask(&gateway, HOLDERS[0], "GET", "/api/v1/keys", None);
        testing::eventually("the use of a key to be noted", std::time::Duration::from_secs(30), || {
            (ask().json["keys"][0]["last_used_at"] != Value::Null).then_some(())
        });
    }
    (gateway, systems, database)
}

#[test]
fn what_is_another_client_system_s_is_not_there_for_any_operation_byte_for_byte() {
    let (gateway, mut systems, database) = gateway(&["aa", "bb"]);
    let operations = operations(&served(&gateway));
    let [a, b] = &mut systems[..] else { unreachable!() };
    a.live(&gateway, &operations);
    let before = rows(&database).remove(&a.tenant.client().0).unwrap();
    let mut compared = 0;
    for known in &operations {
        for parameter in ids_in(&known.path) {
            let theirs = of_kind(parameter, a);
            assert!(!theirs.is_empty(), "nothing made a {parameter}, so {} is tried with none", known.name);
            for id in theirs {
                let told = |id: &str| {
                    let path = known.path.replace(&format!("{{{parameter}}}"), id).replace("{provider}", "google");
                    let answer = b.ask(&gateway, HOLDERS[0], &known.method, &path, known.body.clone());
                    (answer.status, answer.header("etag").to_owned(), answer.text.replace(id, "ID"))
                };
                let (theirs, nobody_s) = (told(id), told(&unknown(id)));
                assert_eq!(theirs, nobody_s, "{} with {id}", known.name);
                assert!((400..500).contains(&theirs.0) && theirs.0 != 403, "{}: {theirs:?}", known.name);
                compared += 1;
            }
        }
        for mark in &known.marks {
            for (_, token) in a.tokens.iter().filter(|(name, _)| name == mark) {
                let told = |token: &str| {
                    let path = format!("{}?{mark}={token}", known.path.replace("{event_id}", "x"));
                    let answer = b.ask(&gateway, HOLDERS[0], &known.method, &path, None);
                    (answer.status, answer.text.replace(token, "TOKEN"))
                };
                let theirs = told(token);
                assert_eq!(theirs, told(&made_up(token)), "{} with {mark}={token}", known.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 6, "{compared}");
    assert_eq!(rows(&database).remove(&a.tenant.client().0).unwrap(), before, "and nothing of theirs is otherwise");
    // The canary: nothing that B is told holds an id of A.
    for known in operations.iter().filter(|known| known.method == "GET" && !known.path.contains('{')) {
        let text = b.ask(&gateway, HOLDERS[0], "GET", &known.path, None).text;
        assert!(a.ids.iter().all(|id| !text.contains(id.as_str())), "{}", known.name);
    }
}

/// A token as nobody was given it: one letter of what proves it is another.
fn made_up(token: &str) -> String {
    let mut signs = token.as_bytes().to_vec();
    let at = signs.len() - 3;
    signs[at] = if signs[at] == b'0' { b'1' } else { b'0' };
    String::from_utf8(signs).unwrap()
}

/// Any operation of any of three client systems, with ids of any of them, for holders of the same ids: the rows of the two others
/// are as before.
#[test]
fn whatever_three_client_systems_do_in_turn_touches_nobody_else_s_rows() {
    let (gateway, mut systems, database) = gateway(&["aa", "bb", "cc"]);
    let operations: Vec<Known> = operations(&served(&gateway));
    let mut dice = fastrand::Rng::with_seed(7);
    let mut done = BTreeMap::new();
    let mut before = rows(&database);
    for step in seeds(0..10_000) {
        let (who, known) = (dice.usize(..systems.len()), &operations[dice.usize(..operations.len())]);
        // The key with which one goes on is not to be revoked or to end.
        let keys: Vec<String> = systems.iter().flat_map(|system| system.ids.iter().cloned()).collect();
        let mut path = known.path.replace("{provider}", "google").replace("{client_reference}", "reference-1");
        for parameter in ids_in(&known.path) {
            let kind: Vec<&String> = systems.iter().flat_map(|system| of_kind(parameter, system)).collect();
            let id = if kind.is_empty() { format!("x{}", keys.len()) } else { (*dice.choice(&kind).unwrap()).clone() };
            path = path.replace(&format!("{{{parameter}}}"), &id);
        }
        let holder = HOLDERS[dice.usize(..HOLDERS.len())];
        let answer = systems[who].ask(&gateway, holder, &known.method, &path, varied(&known.body, step % 50));
        assert!(
            answer.status < 500 || answer.code() == "puentes_unavailable",
            "step {step}: {} {answer:?}",
            known.name
        );
        if known.method == "POST" && answer.status < 300 {
            systems[who].saw(&answer.json);
        }
        *done.entry((known.name.as_str(), answer.status < 300)).or_insert(0) += 1;
        let after = rows(&database);
        for (at, system) in systems.iter().enumerate().filter(|(at, _)| *at != who) {
            let client = system.tenant.client().0;
            assert_eq!(before.get(&client), after.get(&client), "step {step}: {who} touched {at} by {}", known.name);
        }
        before = after;
    }
    let succeeded = done.iter().filter(|((_, well), _)| *well).count();
    assert!(succeeded * 2 > operations.len(), "too little was done to prove anything: {done:?}");
}
