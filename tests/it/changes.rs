//! `GET /api/v1/changes` beside eight writers and over `kill -9`: a reader that goes on from its cursor hears every change once,
//! in order and without a gap, whatever breaks off.
//!
//! In each round eight client threads create, change and delete events; one reader polls meanwhile. The gateway is killed after a
//! number of answers that the dice name, and started again; writers and reader repeat what got no answer. At the end each event's
//! changes must be those that were made of it. `PASARELA_CRASH_SEED` repeats a run.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use pasarela::access::NewApiKey;
use pasarela::clients::puentes;
use pasarela::clock::Clock;
use pasarela::ids::Tenant;
use pasarela::scope::Scopes;
use pasarela::secret::ExposeSecret;
use pasarela::trail::Actor;
use serde_json::{Value, json};
use testing::gateway::{Gateway, Phone, appointment};
use testing::settings::Settings;
use testing::wire::{Answer, Client};

use crate::crash::Dice;
use crate::crash::clients::Reachable;

const WRITERS: u32 = 8;
/// Events that each writer begins with in a round.
const CREATED: u32 = 4;
const ROUNDS: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// One request about an event, and what it is told as.
#[derive(Clone, Debug)]
struct Step {
    event: String,
    what: &'static str,
    /// Makes the content of each change another one.
    turn: u32,
}

/// What a writer does in a round: its events come, change and sometimes go.
fn plan(dice: &mut Dice, round: u32, writer: u32) -> Vec<Step> {
    let mut steps = Vec::new();
    for n in 0..CREATED {
        let event = format!("w{writer}-{round}-{n}");
        let mut step = |what, turn| steps.push(Step { event: event.clone(), what, turn });
        step("event.created", 0);
        let changes = dice.roll(4);
        (1..=changes).for_each(|turn| step("event.changed", turn));
        if dice.roll(3) == 0 {
            step("event.deleted", 0);
        }
    }
    steps
}

/// Somebody who asks the gateway until it answers, over all its starts.
struct Insisting<'a> {
    reachable: &'a Reachable,
    client: Option<(u32, Client)>,
}

impl<'a> Insisting<'a> {
    fn new(reachable: &'a Reachable) -> Self {
        Self { reachable, client: None }
    }

    /// The answer, and whether an earlier try may have been carried out.
    fn ask(&mut self, ask: impl Fn(&mut Client) -> io::Result<Answer>) -> (Answer, bool) {
        let (mut last, mut again) = (0, false);
        loop {
            let (start, mut client) = self.client.take().unwrap_or_else(|| self.reachable.next(last));
            if let Ok(answer) = ask(&mut client) {
                self.client = Some((start, client));
                return (answer, again);
            }
            (last, again) = (start, true);
        }
    }
}

fn write(reachable: &Reachable, phone: &Phone, steps: &[Step], answered: &Sender<()>) {
    let mut writer = Insisting::new(reachable);
    for step in steps {
        let path = format!("/events/{}", step.event);
        let text = appointment(&step.event, &format!("turn {}", step.turn), 1);
        let (answer, again) = writer.ask(|client| match step.what {
            "event.created" => {
                client.send("POST", "/events", &phone.headers(), &phone.body(json!({ "event_data": text })))
            }
            "event.changed" => client.send("PUT", &path, &phone.headers(), &phone.body(json!({ "event_data": text }))),
            _ => client.send("DELETE", &path, &phone.headers(), b""),
        });
        let was_gone = again && step.what == "event.deleted" && answer.status == 404;
        assert!((200..300).contains(&answer.status) || was_gone, "{step:?}: {} {}", answer.status, answer.text());
        // Nobody counts any more once the gateway has been killed.
        answered.send(()).ok();
    }
}

/// Goes on from the cursor until nothing follows any more and `over` holds.
fn read(reachable: &Reachable, key: &str, over: &AtomicBool) -> Vec<Value> {
    let mut reader = Insisting::new(reachable);
    let (mut heard, mut query) = (Vec::new(), String::new());
    loop {
        let is_over = over.load(Ordering::SeqCst);
        let path = format!("/api/v1/changes?limit=7{query}");
        let (answer, _) = reader.ask(|client| client.send("GET", &path, &[("X-Api-Key", key)], b""));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        let some = answer["changes"].as_array().unwrap().clone();
        if some.is_empty() && is_over {
            return heard;
        }
        query = format!("&cursor={}", answer["cursor"].as_str().unwrap());
        heard.extend(some);
    }
}

/// A key of Puentes for a gateway that does not run yet.
fn api_key(gateway: &Gateway) -> String {
    let engine = Settings::in_folder(gateway.database().parent().unwrap()).engine(Clock::system());
    let wanted = NewApiKey {
        name: "reader".to_owned(),
        scopes: Scopes::all(),
        pinned: None,
        networks: Vec::new(),
        expires_at: None,
    };
    let made = engine.app.access.create_key(Tenant::proven(puentes::ID), &wanted, &Actor::operator(None)).unwrap();
    engine.end();
    made.secret.expose_secret().to_owned()
}

/// Kills the gateway after so many answers, and starts it again.
fn kill(gateway: &mut Gateway, reachable: &Reachable, answers: &Receiver<()>, after: u32) {
    for _ in 0..after {
        answers.recv_timeout(PATIENCE).expect("an answer of the gateway");
    }
    gateway.kill();
    reachable.gone();
    gateway.run();
    reachable.back();
}

#[test]
fn a_reader_beside_eight_writers_misses_nothing_and_hears_nothing_twice_over_kills() {
    let seed = crate::crash::seed();
    println!("PASARELA_CRASH_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut gateway = Gateway::on_disk(&[], "");
    let key = api_key(&gateway);
    gateway.run();
    let reachable = Reachable::new(gateway.client());
    let phones: Vec<Phone> = (1..=WRITERS).map(Phone::nth).collect();
    let rounds: Vec<Vec<Vec<Step>>> =
        (0..ROUNDS).map(|round| (0..WRITERS).map(|writer| plan(&mut dice, round, writer)).collect()).collect();
    let over = AtomicBool::new(false);
    let heard = thread::scope(|scope| {
        let reader = scope.spawn(|| read(&reachable, &key, &over));
        for round in &rounds {
            let after = dice.roll(u32::try_from(round.iter().map(Vec::len).sum::<usize>()).unwrap());
            thread::scope(|scope| {
                let (answered, answers) = channel();
                for (steps, phone) in round.iter().zip(&phones) {
                    let (reachable, answered) = (&reachable, answered.clone());
                    scope.spawn(move || write(reachable, phone, steps, &answered));
                }
                drop(answered);
                kill(&mut gateway, &reachable, &answers, after);
            });
        }
        over.store(true, Ordering::SeqCst);
        reader.join().unwrap()
    });
    compare(&heard, rounds.iter().flatten().flatten());
}

/// Every step was heard of once, in the order of each event, and the numbers are those from 1 on.
fn compare<'s>(heard: &[Value], steps: impl Iterator<Item = &'s Step>) {
    let numbers: Vec<i64> = heard.iter().map(|change| change["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in heard {
        let event = change["event"]["client_reference"].as_str().unwrap();
        told.entry(event).or_default().push(change["type"].as_str().unwrap());
    }
    let mut made: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for step in steps {
        made.entry(&step.event).or_default().push(step.what);
    }
    assert_eq!(told, made);
}
