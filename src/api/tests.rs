//! What happens where the gate is taken away.

use poem::http::StatusCode;
use poem::{Endpoint, Request};

use super::*;
use crate::clock::Clock;
use crate::config::Config;
use crate::vault::{Others, create_identity};

fn desk() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::system();
    let file = |name: &str| folder.path().join(name).display().to_string();
    create_identity(&folder.path().join("identity.txt"), clock.now()).unwrap();
    let settings = format!(
        "database.path = {:?}\nvault.identity_file = {:?}\npuentes.secret = \"an invented secret\"",
        file("pasarela.db"),
        file("identity.txt")
    );
    let app = App::open(Config::from_toml(&settings).unwrap(), Others::Awaited, clock).unwrap();
    (folder, Desk { app: Arc::new(app), stopping: watch::channel(false).1 })
}

/// A build in which nobody says for whom a request is: each operation of the family fails, and none answers data or guesses whose they
/// are.
#[tokio::test]
async fn an_operation_that_is_reached_without_a_tenant_fails_and_tells_nothing() {
    let (_folder, desk) = desk();
    let mut routes = HashMap::new();
    family(&desk).add_routes(&mut routes);
    let mut tried = 0;
    for (path, methods) in routes {
        for (method, operation) in methods {
            let request = Request::builder()
                .method(method.clone())
                .uri(path.replace(':', "").parse().unwrap())
                .header("X-Customer-Id", "customer-1")
                .header("Content-Type", "application/json")
                .body("{}");
            let problem = crate::http::Problem::from_error(operation.call(request).await.unwrap_err());
            assert_eq!(problem.code().status(), StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}: {problem}");
            assert!(problem.cause().is_some_and(|cause| cause.contains("without anybody")), "{method} {path}");
            tried += 1;
        }
    }
    assert!(tried > 8, "{tried}");
}
