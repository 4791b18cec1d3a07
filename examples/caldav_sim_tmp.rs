fn main() {
    let addr = std::env::args().nth(1).unwrap_or("127.0.0.1:5299".into()).parse().unwrap();
    let auth = if std::env::args().nth(2).is_some() {
        pasarela::simulators::caldav::Auth::Digest
    } else {
        pasarela::simulators::caldav::Auth::Basic
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        pasarela::simulators::caldav::run(
            addr,
            pasarela::simulators::caldav::Options { auth, ..Default::default() },
            &mut std::io::stdout(),
        )
        .await
        .unwrap()
    });
}
