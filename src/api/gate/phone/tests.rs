use jiff::Timestamp;
use poem::{Body, EndpointExt};

use super::*;
use crate::clients::puentes::SharedSecret;
use crate::clock::Clock;
use crate::config::Puentes;
use crate::secret::SecretString;

const PHONE: &str = "+593991234567";

fn settings() -> Puentes {
    Puentes { secret: secret(), events_url: None, default_region: "EC".to_owned() }
}

fn secret() -> SecretString {
    SecretString::from("an invented secret".to_owned())
}

fn clients() -> Clients {
    Clients::of(&settings())
}

fn key(phone: &str) -> String {
    SharedSecret(secret()).key_of(phone)
}

/// What lies behind the gate: tells who came and with which body.
struct Behind {
    guarded: Guarded,
    clock: Clock,
}

fn behind() -> Behind {
    let clock = Clock::standing(Timestamp::from_second(1_800_000_000).unwrap());
    let gate = Arc::new(Gate { keys: Arc::new(Keys::with(clock.clone())), clients: clients() });
    let inner = poem::endpoint::make(|mut request: Request| async move {
        let Caller { holder, .. } = request.data::<Caller>().cloned().unwrap();
        let body = request.take_body().into_string().await?;
        Ok::<_, poem::Error>(Response::builder().header("x-holder", holder.key.as_str()).body(body))
    });
    Behind { guarded: Guarded { gate, operation: "test", inner: inner.boxed() }, clock }
}

impl Behind {
    async fn ask(&self, request: Request) -> Result<(String, String), Code> {
        match self.guarded.call(request).await {
            Ok(response) => {
                let holder = response.header("x-holder").unwrap().to_owned();
                Ok((holder, response.into_body().into_string().await.unwrap()))
            }
            Err(error) => Err(Problem::from_error(error).code()),
        }
    }
}

fn post(body: impl Into<Body>) -> Request {
    Request::builder().method(Method::POST).body(body)
}

fn get(query: &str) -> Request {
    Request::builder().uri(format!("/events?{query}").parse().unwrap()).finish()
}

fn with_headers(method: Method, phone: &str, key: &str) -> Request {
    Request::builder().method(method).header("X-Phone-Number", phone).header("X-Secure-Key", key).finish()
}

#[tokio::test]
async fn the_right_key_passes_wherever_it_stands_and_the_body_arrives_whole() {
    let behind = behind();
    let body = format!(r#"{{"phone_number":"{PHONE}","secure_key":"{}","event_data":"x"}}"#, key(PHONE));
    assert_eq!(behind.ask(post(body.clone())).await, Ok((PHONE.to_owned(), body.clone())));
    let mut headed = with_headers(Method::POST, PHONE, &key(PHONE));
    headed.set_body("anything");
    assert_eq!(behind.ask(headed).await, Ok((PHONE.to_owned(), "anything".to_owned())));
    let query = format!("phone_number=%2B593991234567&secure_key={}", key(PHONE));
    assert_eq!(behind.ask(get(&query)).await.map(|(holder, _)| holder), Ok(PHONE.to_owned()));
    let delete = Request::builder().method(Method::DELETE).body(body);
    assert_eq!(behind.ask(delete).await.map(|(holder, _)| holder), Ok(PHONE.to_owned()));
}

#[tokio::test]
async fn a_plus_that_a_query_made_a_space_is_the_same_phone() {
    let behind = behind();
    let query = format!("phone_number=+593991234567&secure_key={}", key(PHONE));
    assert_eq!(behind.ask(get(&query)).await.map(|(holder, _)| holder), Ok(PHONE.to_owned()));
    let headers = with_headers(Method::GET, "0991234567", &key(PHONE));
    assert_eq!(behind.ask(headers).await, Err(Code::InvalidKey), "the key is over the phone as sent");
    let national = with_headers(Method::GET, "0991234567", &key("0991234567"));
    assert_eq!(behind.ask(national).await.map(|(holder, _)| holder), Ok(PHONE.to_owned()));
}

#[tokio::test]
async fn a_wrong_key_is_refused_before_anything_else() {
    let behind = behind();
    let wrong = "0".repeat(32);
    for request in [
        with_headers(Method::GET, PHONE, &wrong),
        with_headers(Method::GET, "no phone", &wrong),
        with_headers(Method::GET, "+593999999999", &wrong),
        with_headers(Method::GET, PHONE, &key(PHONE).to_uppercase()),
        with_headers(Method::GET, PHONE, ""),
        get(""),
        get(&format!("phone_number=%2B593991234567&secure_key={wrong}")),
        post(""),
        post("not json"),
        post("[1]"),
        post(format!(r#"{{"phone_number":"{PHONE}"}}"#)),
        post(format!(r#"{{"phone_number":"{PHONE}","secure_key":"{wrong}","event_data":"x"}}"#)),
    ] {
        assert_eq!(behind.ask(request).await, Err(Code::InvalidKey));
    }
}

#[tokio::test]
async fn a_right_key_over_something_that_is_no_phone_is_told_so() {
    let behind = behind();
    let request = with_headers(Method::GET, "no phone", &key("no phone"));
    assert_eq!(behind.ask(request).await, Err(Code::InvalidPhoneNumber));
}

#[tokio::test]
async fn the_right_key_passes_after_any_number_of_wrong_ones_which_are_told_to_wait() {
    let behind = behind();
    for n in 0..100 {
        let expected = if n < 10 { Code::InvalidKey } else { Code::TooManyAttempts };
        assert_eq!(behind.ask(with_headers(Method::GET, PHONE, "wrong")).await, Err(expected), "{n}");
        assert!(behind.ask(with_headers(Method::GET, PHONE, &key(PHONE))).await.is_ok(), "{n}");
    }
    let error = behind.guarded.call(with_headers(Method::GET, PHONE, "wrong")).await.unwrap_err();
    let problem = Problem::from_error(error);
    let response = problem.respond(None);
    assert_eq!((response.status().as_u16(), response.header(header::RETRY_AFTER)), (429, Some("60")));
    assert_eq!(problem.example()["retry_after"], 60);
    let other = "+593991234568";
    assert_eq!(behind.ask(with_headers(Method::GET, other, "wrong")).await, Err(Code::InvalidKey));
    behind.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(behind.ask(with_headers(Method::GET, PHONE, "wrong")).await, Err(Code::InvalidKey));
}

#[tokio::test]
async fn a_phone_is_guessed_at_as_one_however_it_is_written() {
    let behind = behind();
    let spellings = ["+593991234567", "0991234567", "00593991234567", "+593 99 123 4567", "whatsapp:+593991234567"];
    for spelling in spellings.iter().cycle().take(10) {
        assert_eq!(behind.ask(with_headers(Method::GET, spelling, "wrong")).await, Err(Code::InvalidKey));
    }
    for spelling in spellings.into_iter().chain(["099/123.4567", "tel:0991234567"]) {
        assert_eq!(behind.ask(with_headers(Method::GET, spelling, "wrong")).await, Err(Code::TooManyAttempts));
        assert!(behind.ask(with_headers(Method::GET, spelling, &key(spelling))).await.is_ok(), "{spelling}");
    }
}

#[tokio::test]
async fn names_that_are_nobody_s_count_by_address() {
    let behind = behind();
    for n in 0..100 {
        let name = format!("nobody {n}");
        assert_eq!(behind.ask(with_headers(Method::GET, &name, "wrong")).await, Err(Code::InvalidKey), "{n}");
    }
    let far_too_long = "9".repeat(10_000);
    for name in ["nobody", PHONE, &far_too_long] {
        assert_eq!(behind.ask(with_headers(Method::GET, name, "wrong")).await, Err(Code::TooManyAttempts));
    }
    assert!(behind.ask(with_headers(Method::GET, PHONE, &key(PHONE))).await.is_ok());
}

#[tokio::test]
async fn what_a_page_of_another_site_loads_is_no_guess() {
    let behind = behind();
    for n in 0..200 {
        let mut request = get(&format!("phone_number=%2B593991234567&secure_key={n}"));
        for (name, value) in
            [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")]
        {
            request.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        assert_eq!(behind.ask(request).await, Err(Code::InvalidKey), "{n}");
    }
    assert_eq!(behind.ask(with_headers(Method::GET, PHONE, "wrong")).await, Err(Code::InvalidKey), "none was counted");
}

#[tokio::test]
async fn guesses_at_another_door_count_here_too() {
    let behind = behind();
    let keys = Arc::clone(&behind.guarded.gate.keys);
    let here = keys.asker(&with_headers(Method::GET, PHONE, ""));
    for _ in 0..10 {
        assert_eq!(keys.check(here, &clients().puentes(), PHONE, "wrong"), Err(Refused::Wrong));
    }
    assert_eq!(keys.check(here, &clients().puentes(), PHONE, "wrong"), Err(Refused::TooMany { seconds: 60 }));
    assert_eq!(behind.ask(with_headers(Method::GET, PHONE, "wrong")).await, Err(Code::TooManyAttempts));
    assert!(keys.check(here, &clients().puentes(), PHONE, &key(PHONE)).is_ok());
}

#[tokio::test]
async fn a_missing_key_is_no_guess() {
    let behind = behind();
    for _ in 0..30 {
        assert_eq!(behind.ask(get("phone_number=%2B593991234567")).await, Err(Code::InvalidKey));
    }
    assert!(behind.ask(with_headers(Method::GET, PHONE, &key(PHONE))).await.is_ok());
}

#[tokio::test]
async fn with_the_key_in_the_headers_a_huge_body_is_refused_and_with_a_wrong_one_it_is_not_even_read() {
    let behind = behind();
    let huge = || Body::from(vec![b' '; body::LIMIT + 1]);
    let mut request = with_headers(Method::POST, PHONE, &key(PHONE));
    request.set_body(huge());
    assert_eq!(behind.ask(request).await, Err(Code::BodyTooLarge));
    let mut request = with_headers(Method::POST, PHONE, "wrong");
    request.set_body(huge());
    assert_eq!(behind.ask(request).await, Err(Code::InvalidKey));
    assert_eq!(behind.ask(post(huge())).await, Err(Code::BodyTooLarge));
}

#[tokio::test]
async fn an_answer_from_behind_the_gate_is_not_kept_by_caches_and_names_its_operation() {
    let behind = behind();
    let response = behind.guarded.call(with_headers(Method::GET, PHONE, &key(PHONE))).await.unwrap();
    assert_eq!(response.header(header::CACHE_CONTROL), Some("no-store"));
    let served = response.data::<Served>().unwrap();
    assert_eq!((served.operation, served.holder.as_deref()), ("test", Some("…4567")));
    let refused = behind.guarded.call(with_headers(Method::GET, PHONE, "wrong")).await.unwrap_err();
    assert_eq!(refused.data::<Served>().unwrap().operation, "test");
}

#[tokio::test]
async fn a_request_that_passed_no_gate_reaches_no_operation() {
    let (request, mut body) = Request::default().split();
    let error = Caller::from_request(&request, &mut body).await.unwrap_err();
    assert_eq!(Problem::from_error(error).code(), Code::Internal);
}
