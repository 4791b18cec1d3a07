//! What one engine understands and another does not.

use super::words::words;

/// Words that SQLite alone knows.
const OF_SQLITE: &str = "AUTOINCREMENT DATETIME FALSE GLOB GROUP_CONCAT HEX IFNULL IIF INDEXED INSTR ISNULL \
                         JSON_EACH JULIANDAY LAST_INSERT_ROWID NOTNULL OFFSET PRAGMA PRINTF RANDOMBLOB REPLACE ROWID \
                         STRFTIME TRUE TYPEOF UNIXEPOCH";
/// Words that PostgreSQL alone knows.
const OF_POSTGRESQL: &str = "ANY CTID GREATEST ILIKE LEAST LOCK NOW SERIAL UNNEST XMIN";
/// What compares two values.
const COMPARES: &[&str] = &["=", "<>", "<", "<=", ">", ">=", "IS", "IN", "LIKE", "BETWEEN", "NOT"];

/// Why `text` is not the text of every engine.
pub(super) fn complaints(text: &str) -> Vec<String> {
    let words = words(text);
    let mut found: Vec<String> =
        text.chars().filter(|c| "\"`$:@;%~".contains(*c)).map(|c| format!("{c} means different things")).collect();
    found.extend(words.iter().enumerate().filter_map(|(at, word)| wrong(&words, at, word)));
    found.extend(truths(&words));
    found
}

fn wrong(words: &[&str], at: usize, word: &str) -> Option<String> {
    let rest = &words[at + 1..];
    let upper = word.to_uppercase();
    let why = match (upper.as_str(), rest) {
        (word, _) if is_in(OF_SQLITE, word) || is_in(OF_POSTGRESQL, word) => "is a word of one engine".to_owned(),
        // What this function counts is ours to name a table by.
        ("CHANGES", ["(", ")", ..]) => "is a function of one engine".to_owned(),
        ("==" | "!=", _) => "is written = or <>".to_owned(),
        ("X", [text, ..]) if text.starts_with('\'') => "makes bytes of a text: hand them in".to_owned(),
        ("IS", ["NULL", ..] | ["NOT", "NULL", ..] | ["DISTINCT", "FROM", ..] | ["NOT", "DISTINCT", "FROM", ..]) => {
            return None;
        }
        ("IS", _) => "compares values in SQLite only: IS NOT DISTINCT FROM".to_owned(),
        ("MAX" | "MIN", ["(", inner @ ..]) if has_comma(inner) => "takes one column: CASE".to_owned(),
        ("LIMIT", [limit, ..]) if !limit.starts_with(|c: char| c == '?' || c.is_ascii_digit()) => {
            "takes a number".to_owned()
        }
        ("WHERE" | "AND" | "OR" | "WHEN" | "NOT", _) if !compares(rest) => {
            "is followed by a number, which is no truth: compare it".to_owned()
        }
        _ => return None,
    };
    Some(format!("{word} {why}"))
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// Whether a condition begins that is one: it compares, or goes on with another condition.
fn compares(rest: &[&str]) -> bool {
    match rest {
        ["(" | "EXISTS" | "NOT" | "IN" | "NULL" | "DISTINCT" | "LIKE" | "NOTHING" | "CASE", ..] => true,
        [_, ".", _, sign, ..] => COMPARES.contains(sign),
        [_, sign, ..] => COMPARES.contains(sign),
        _ => false,
    }
}

/// Whether a comma stands between this bracket and its end.
fn has_comma(inner: &[&str]) -> bool {
    let mut depth = 0;
    for word in inner {
        match *word {
            "(" => depth += 1,
            ")" if depth == 0 => return false,
            ")" => depth -= 1,
            "," if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// What is answered must be a value: a comparison is 0 or 1 in SQLite, and a truth in PostgreSQL.
fn truths(words: &[&str]) -> Option<String> {
    let ["SELECT", answered @ ..] = words else { return None };
    let mut depth = 0;
    for word in answered {
        match *word {
            "(" | "CASE" => depth += 1,
            ")" | "END" => depth -= 1,
            "FROM" if depth == 0 => return None,
            sign if depth == 0 && COMPARES.contains(&sign) => {
                return Some(format!("{sign} in what is answered: CASE WHEN … THEN 1 ELSE 0 END"));
            }
            _ => {}
        }
    }
    None
}

#[test]
fn what_one_engine_alone_understands_is_found() {
    let foreign = [
        "SELECT a FROM t WHERE b IS ?1",
        "SELECT a FROM t WHERE b IS NOT ?1",
        "SELECT a FROM t WHERE a IN (SELECT value FROM json_each(?1))",
        "UPDATE t SET a = max(?1, b)",
        "UPDATE t SET a = x'' WHERE b = 1",
        "SELECT a FROM t WHERE NOT deleted",
        "SELECT a FROM t WHERE t.deleted",
        "SELECT a FROM t WHERE a = 1 AND survey",
        "UPDATE t SET a = CASE WHEN survey THEN 1 END",
        "SELECT a = 'b' AS c FROM t",
        "SELECT a IS NOT NULL AS c FROM t",
        "SELECT a FROM t ORDER BY a LIMIT -1 OFFSET 3",
        "SELECT last_insert_rowid()",
        "SELECT changes()",
        "SELECT a FROM t WHERE a == 1",
        "SELECT \"a\" FROM t",
        "SELECT a FROM t WHERE a = $1",
        "INSERT OR REPLACE INTO t (a) VALUES (?1)",
        "SELECT greatest(a, b) AS c FROM t",
        "SELECT a FROM t WHERE a = ANY(?1)",
    ];
    for text in foreign {
        assert!(!complaints(text).is_empty(), "{text}");
    }
    let common = [
        "SELECT max(a) AS a, count(*) FILTER (WHERE b = 'c') AS d FROM t WHERE e IS NULL AND f IS NOT DISTINCT FROM ?1",
        "UPDATE t SET a = CASE WHEN a = 1 AND NOT EXISTS (SELECT 1 FROM u WHERE u.b = ?1) THEN NULL ELSE ?2 END",
        "DELETE FROM t WHERE a NOT IN (SELECT a FROM t WHERE b >= ?1 ORDER BY c DESC LIMIT ?2)",
        "INSERT INTO changes (number) VALUES (?1)",
        "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO NOTHING RETURNING id",
    ];
    for text in common {
        assert_eq!(complaints(text), Vec::<String>::new(), "{text}");
    }
}
