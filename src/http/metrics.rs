//! What the doors count. The engine counts its own; both register in the one registry that `/metrics` shows.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

/// The doors' counters; clones share them.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    requests: Family<Answered, Counter>,
    seconds: Family<Operation, Histogram, fn() -> Histogram>,
    lockouts: Counter,
}

impl Metrics {
    /// Counters that start at nothing and show in `registry`.
    pub fn register(registry: &mut Registry) -> Self {
        let buckets: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_5, 2.5, 13));
        let seconds = Family::new_with_constructor(buckets);
        let counters = Counters { requests: Family::default(), seconds, lockouts: Counter::default() };
        registry.register("http_requests", "Requests answered, by operation and status", counters.requests.clone());
        registry.register_with_unit(
            "http_request",
            "Time from a request's head to its answer, by operation",
            Unit::Seconds,
            counters.seconds.clone(),
        );
        registry.register(
            "lockouts",
            "Times that wrong keys came so often that further ones are told to wait",
            counters.lockouts.clone(),
        );
        Self(Arc::new(counters))
    }

    pub(super) fn answered(&self, operation: &'static str, status: u16, took: Duration) {
        self.0.requests.get_or_create(&Answered { operation, status }).inc();
        self.0.seconds.get_or_create(&Operation { operation }).observe(took.as_secs_f64());
    }

    pub(super) fn locked_out(&self) {
        self.0.lockouts.inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_shows_under_its_labels() {
        let mut registry = Registry::with_prefix("pasarela");
        let metrics = Metrics::register(&mut registry);
        metrics.answered("create_event", 201, Duration::from_millis(3));
        metrics.answered("create_event", 201, Duration::from_millis(30));
        metrics.locked_out();
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        assert!(text.contains("pasarela_http_requests_total{operation=\"create_event\",status=\"201\"} 2"), "{text}");
        assert!(text.contains("pasarela_http_request_seconds_count{operation=\"create_event\"} 2"), "{text}");
        assert!(text.contains("pasarela_lockouts_total 1"), "{text}");
    }
}
