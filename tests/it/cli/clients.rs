//! `pasarela client …` and `pasarela audit tail`, with the gateway running, stopped, killed, starting, and of another version.

use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, chown};
use std::os::unix::net::UnixListener;
use std::process::Child;

use serde_json::Value;

use super::*;

/// A gateway of the folder that listens; killed when it is dropped.
struct Running(Child);

impl Running {
    fn start(folder: &Path) -> Self {
        let mut serve = pasarela(folder, &["serve"]);
        serve.env("PASARELA_SERVER__LISTEN", "127.0.0.1:0");
        let mut gateway = serve.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(gateway.stderr.take().unwrap()).lines().map(Result::unwrap);
        let listens = lines.any(|line| line.contains("listening"));
        // What it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        assert!(listens);
        Self(gateway)
    }

    fn stop(mut self) {
        assert!(Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap().success());
        assert_eq!(self.0.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn done(folder: &Path, args: &[&str]) -> String {
    let (code, result, complaint) = ran(&mut pasarela(folder, args));
    assert_eq!((code, complaint.as_str()), (0, ""), "{args:?}: {result}");
    result
}

fn refused(folder: &Path, args: &[&str]) -> (i32, String) {
    let (code, result, complaint) = ran(&mut pasarela(folder, args));
    assert_eq!(result, "", "{args:?}");
    (code, complaint)
}

fn json(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&done(folder, args)).unwrap()
}

#[test]
fn client_systems_are_added_shown_and_changed_whether_the_gateway_runs_or_not() {
    let folder = set_up();
    let folder = folder.path();
    let mut running = None;
    for (slug, runs) in [("stopped", false), ("running", true)] {
        if runs {
            running = Some(Running::start(folder));
        }
        let added = done(folder, &["client", "add", slug, "--name", "Norte S.A.", "--set", "locale=pt"]);
        assert!(added.ends_with(&format!("pasarela key create --client {slug}\n")), "{added}");
        let shown = json(folder, &["client", "show", slug, "--json"]);
        assert_eq!(
            (&shown["slug"], &shown["name"], &shown["state"]),
            (&slug.into(), &"Norte S.A.".into(), &"active".into())
        );
        assert_eq!((&shown["settings"]["locale"], &shown["holdings"]["events"]), (&"pt".into(), &0.into()));
        let id = shown["id"].as_str().unwrap();
        assert!(id.starts_with("cs_") && done(folder, &["client", "list"]).contains(id));
        let changed = json(
            folder,
            &["client", "set", id, "allowed_origins=https://a.example,https://b.example", "locale=", "--json"],
        );
        assert_eq!(
            changed["settings"]["allowed_origins"],
            serde_json::json!(["https://a.example", "https://b.example"])
        );
        assert_eq!(changed["settings"]["locale"], "es");
        done(folder, &["client", "suspend", slug]);
        assert_eq!(json(folder, &["client", "show", slug, "--json"])["state"], "suspended");
        done(folder, &["client", "resume", slug]);
    }
    running.unwrap().stop();
    let all = json(folder, &["client", "list", "--json"]);
    let slugs: Vec<&str> = all.as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["puentes", "running", "stopped"], "what was said to the gateway is kept");
    let tail = done(folder, &["audit", "tail", "-n", "2", "--json"]);
    let actions: Vec<Value> =
        tail.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["action"].clone()).collect();
    assert_eq!(actions, ["client.suspended", "client.resumed"]);
}

#[test]
fn what_can_t_be_is_said_and_changes_nothing() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["client", "add", "erp"]);
    let before = done(folder, &["audit", "tail", "-n", "100"]);
    let cases: [(&[&str], i32, &str); 10] = [
        (&["client", "add", "erp"], 1, "already"),
        (&["client", "add", "ERP norte"], 2, "small letters"),
        (&["client", "add", "b2", "--set", "locale=fr"], 2, "locale must be es, en or pt"),
        (&["client", "add", "b2", "--set", "locale"], 2, "NAME=VALUE"),
        (&["client", "set", "erp", "timezone=UTC"], 2, "did you mean time_zone?"),
        (&["client", "set", "erp", "locale=pt", "locale=en"], 2, "said twice"),
        (&["client", "set", "puentes", "events_url=https://a.example"], 1, "configuration file"),
        (&["client", "show", "nobody"], 1, "pasarela client list"),
        (&["client", "remove", "erp"], 2, "--yes"),
        (&["client", "remove", "puentes", "--yes"], 1, "only suspended"),
    ];
    for (args, code, says) in cases {
        let (exit, complaint) = refused(folder, args);
        assert_eq!(exit, code, "{args:?}: {complaint}");
        assert!(complaint.contains(says), "{args:?}: {complaint}");
    }
    assert_eq!(done(folder, &["audit", "tail", "-n", "100"]), before);
}

#[test]
fn a_killed_gateway_is_no_gateway_and_the_next_takes_its_place() {
    let folder = set_up();
    let folder = folder.path();
    let socket = folder.join("data/pasarela.db.sock");
    drop(Running::start(folder));
    assert!(socket.symlink_metadata().unwrap().file_type().is_socket(), "it was left behind");
    done(folder, &["client", "add", "after-the-kill"]);
    let running = Running::start(folder);
    assert_eq!(mode(&socket), 0o600);
    assert!(done(folder, &["client", "list"]).contains("after-the-kill"));
    running.stop();
    assert!(socket.symlink_metadata().is_err(), "who stops in order leaves none");
}

#[test]
fn a_gateway_of_another_version_is_told_nothing() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["client", "add", "erp"]);
    let listener = UnixListener::bind(folder.join("data/pasarela.db.sock")).unwrap();
    let gateway = std::thread::spawn(move || {
        // One answers as ours would, the other as one of which nothing else is known.
        for answer in ["{\"version\":\"9.9.9\",\"result\":null}\n", "{\"version\":\"9.9.9\",\"answer\":7}\n"] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut said = String::new();
            BufReader::new(stream.try_clone().unwrap()).read_line(&mut said).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
        // And one goes away in the middle.
        drop(listener.accept().unwrap());
    });
    for _ in 0..2 {
        let (code, complaint) = refused(folder, &["client", "list"]);
        assert!(code == 1 && complaint.contains("9.9.9") && complaint.contains("nothing was done"), "{complaint}");
    }
    let (code, complaint) = refused(folder, &["client", "list"]);
    assert!(code == 1 && complaint.contains("not known"), "{complaint}");
    gateway.join().unwrap();
}

#[test]
fn what_is_no_command_of_this_version_is_not_carried_out() {
    let folder = set_up();
    let folder = folder.path();
    let running = Running::start(folder);
    let said = |line: &str| {
        let mut stream = std::os::unix::net::UnixStream::connect(folder.join("data/pasarela.db.sock")).unwrap();
        // Whoever is not heard may find the door shut while they speak.
        let mut answer = String::new();
        let _ = stream.write_all(line.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    let add = |version: &str| {
        let add = r#"{"client":{"add":{"slug":"other","name":null,"phones":false,"changes":{}}}}"#;
        format!("{{\"version\":\"{version}\",\"user\":null,\"command\":{add}}}\n")
    };
    let other: Value = serde_json::from_str(&said(&add("0.0.1"))).unwrap();
    assert_eq!((&other["version"], &other["result"]), (&env!("CARGO_PKG_VERSION").into(), &Value::Null));
    for odd in ["hello\n", "{}\n", "\u{0}\n", &format!("{{\"version\":\"{}\"}}\n", env!("CARGO_PKG_VERSION"))] {
        let answer: Value = serde_json::from_str(&said(odd)).unwrap();
        assert!(answer["result"]["Err"]["failed"].is_string(), "{odd}: {answer}");
    }
    assert_eq!(said("no end of a line"), "", "nobody answers half a command");
    assert_eq!(said(&"x".repeat(300 << 10)), "", "nor one without an end");
    assert!(!done(folder, &["client", "list"]).contains("other"));
    assert!(said(&add(env!("CARGO_PKG_VERSION"))).contains("other"));
    running.stop();
}

#[test]
fn whoever_holds_the_database_without_a_socket_is_waited_for_and_named() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["client", "list"]);
    let lock = fs::File::options().write(true).open(folder.join("data/pasarela.db.lock")).unwrap();
    lock.lock().unwrap();
    let (code, complaint) = refused(folder, &["client", "list"]);
    assert!(
        code == 1 && complaint.contains("takes no commands") && complaint.contains("Nothing was done"),
        "{complaint}"
    );
    drop(lock);
    done(folder, &["client", "list"]);
}

#[test]
fn a_command_leaves_no_file_that_keeps_the_gateway_s_own_user_out() {
    let folder = set_up();
    let data = folder.path().join("data");
    // Only root can give files away; for others all of them are theirs anyway.
    let is_root = fs::metadata(&data).unwrap().uid() == 0 && chown(&data, Some(4242), Some(4242)).is_ok();
    for _ in 0..2 {
        done(folder.path(), &["client", "list"]);
        let owners: Vec<(String, u32)> = fs::read_dir(&data)
            .unwrap()
            .map(|file| file.unwrap())
            .map(|file| (file.file_name().into_string().unwrap(), file.metadata().unwrap().uid()))
            .collect();
        let owner = fs::metadata(&data).unwrap().uid();
        assert_eq!(owner == 4242, is_root);
        assert!(owners.iter().all(|(_, uid)| *uid == owner), "{owners:?}");
        assert!(owners.len() <= 2, "the database and its lock: {owners:?}");
    }
}

#[test]
fn a_path_that_no_socket_s_address_holds_is_reached_all_the_same() {
    let folder = set_up();
    let deep = folder.path().join("d".repeat(100)).join("e".repeat(100));
    fs::create_dir_all(&deep).unwrap();
    let at = format!("{}/pasarela.db", deep.display());
    let mut serve = pasarela(folder.path(), &["serve"]);
    serve.env("PASARELA_SERVER__LISTEN", "127.0.0.1:0").env("PASARELA_DATABASE__PATH", &at);
    let mut gateway = serve.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(gateway.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("listening")));
    let running = Running(gateway);
    let (code, result, complaint) =
        ran(pasarela(folder.path(), &["client", "list"]).env("PASARELA_DATABASE__PATH", &at));
    assert_eq!((code, complaint.as_str()), (0, ""), "{result}");
    running.stop();
}

#[test]
fn a_secret_is_shown_once_taken_at_once_and_goes_when_it_is_revoked() {
    let folder = set_up();
    let folder = folder.path();
    let running = Running::start(folder);
    let added = done(folder, &["client", "secret", "add", "puentes", "--label", "new", "--expires", "30d"]);
    let lines: Vec<&str> = added.lines().collect();
    let [said, secret] = lines[..] else { panic!("{added}") };
    let id = said.split_whitespace().find(|word| word.starts_with("sec_")).unwrap().trim_end_matches('.');
    let listed = done(folder, &["client", "secret", "list", "puentes"]);
    assert!(listed.contains(id) && listed.contains("new") && !listed.contains(secret), "{listed}");
    let file = folder.join("former.secret");
    fs::write(&file, "the former secret, 42\n").unwrap();
    let kept = done(folder, &["client", "secret", "add", "puentes", "--secret-file", "former.secret"]);
    assert!(kept.starts_with("sec_") && !kept.contains("former"), "{kept}");
    fs::write(&file, "short").unwrap();
    let (code, complaint) = refused(folder, &["client", "secret", "add", "puentes", "--secret-file", "former.secret"]);
    assert!(code == 2 && complaint.contains("20 characters") && !complaint.contains("short\n"), "{complaint}");
    done(folder, &["client", "secret", "revoke", "puentes", id]);
    assert!(!done(folder, &["client", "secret", "list", "puentes"]).contains(id));
    let (code, _) = refused(folder, &["client", "secret", "revoke", "puentes", id]);
    assert_eq!(code, 1);
    let trail = done(folder, &["audit", "tail"]);
    assert!(trail.contains("secret.added") && trail.contains("secret.revoked") && !trail.contains(secret), "{trail}");
    running.stop();
    let database = fs::read(folder.join("data/pasarela.db")).unwrap();
    assert!(!database.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "it lies there sealed");
}

#[test]
fn a_link_that_is_printed_is_in_the_form_that_is_taken() {
    let folder = set_up();
    let folder = folder.path();
    let link = || done(folder, &["link-url", "+593991234567"]);
    let md5 = link();
    assert!(md5.trim_end().rsplit_once("secure_key=").unwrap().1.len() == 32, "{md5}");
    done(folder, &["client", "set", "puentes", "takes_md5=false"]);
    assert!(link().contains("secure_key=v1."));
    done(folder, &["client", "set", "puentes", "takes_md5="]);
    assert_eq!(link(), md5);
}

#[test]
fn what_is_kept_of_a_client_system_is_written_out_for_its_operator_alone() {
    let folder = set_up();
    let folder = folder.path();
    done(folder, &["client", "add", "erp", "--name", "Norte"]);
    done(folder, &["client", "secret", "add", "erp"]);
    let printed = done(folder, &["client", "export", "erp"]);
    let first: Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
    assert_eq!(first["client"]["name"], "Norte");
    done(folder, &["client", "export", "erp", "--out", "erp.jsonl"]);
    assert_eq!(fs::read_to_string(folder.join("erp.jsonl")).unwrap(), printed);
    assert_eq!(mode(&folder.join("erp.jsonl")), 0o600);
    let (code, complaint) = refused(folder, &["client", "export", "erp", "--out", "erp.jsonl"]);
    assert!(code == 1 && complaint.contains("erp.jsonl"), "{complaint}");
    let (code, _) = refused(folder, &["client", "export", "nobody", "--out", "nobody.jsonl"]);
    assert_eq!(
        (code, folder.join("nobody.jsonl").exists(), folder.join("nobody.jsonl.part").exists()),
        (1, false, false)
    );
}

#[test]
fn a_suspended_client_system_is_told_so_with_the_right_key_alone() {
    let gateway = testing::in_process::TestGateway::start();
    let app = std::sync::Arc::clone(&gateway.engine().app);
    let puentes = app.tenants.named("puentes").unwrap().for_operator();
    let by = pasarela::trail::Actor::operator(None);
    app.tenants.suspend(puentes, &by).unwrap();
    let refused = gateway.ask("GET", "/events", None);
    assert_eq!((refused.status, refused.code()), (403, "client_suspended"));
    let wrong = gateway.send("GET", "/events", &[("X-Phone-Number", "+593991234567"), ("X-Secure-Key", "wrong")], None);
    assert_eq!((wrong.status, wrong.code()), (401, "invalid_key"));
    app.tenants.resume(puentes, &by).unwrap();
    assert_eq!(gateway.ask("GET", "/events", None).status, 200);
    drop(app);
}
