//! The one bridge from async to blocking: one place to count, name and limit blocking work.

use tracing::Span;

/// Runs `work` on the blocking pool inside the caller's span.
///
/// # Panics
/// Goes on with the panic of `work`.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let span = Span::current();
    #[expect(clippy::disallowed_methods, reason = "the one bridge")]
    let task = tokio::task::spawn_blocking(move || span.in_scope(work));
    match task.await {
        Ok(value) => value,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}
