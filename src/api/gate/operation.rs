//! What an operation of the client systems' family needs before it is reached. There is none without.

use poem::http::Method;
use poem_openapi::OpenApi;
use poem_openapi::registry::MetaApi;

use crate::http::Code;
use crate::scope::Scope;

/// One operation: by its id, with the one scope that it needs. What stands in no table can't be reached, and is in no document.
#[derive(Debug)]
pub(in crate::api) struct Operation {
    /// Its id in the document.
    pub(in crate::api) id: &'static str,
    /// What a key must be allowed to do.
    pub(in crate::api) scope: Scope,
    /// Whom it is about.
    pub(in crate::api) about: About,
    /// What it takes besides its own parameters, by the names in `supplement.yaml`: `Prefer`, `Limit`, `PageToken`, …
    pub(in crate::api) takes: &'static [&'static str],
    /// What it may refuse, beside what all may.
    pub(in crate::api) refuses: &'static [Code],
}

/// Whom an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum About {
    /// The client system itself: handlers are handed a [`ForTenant`](super::ForTenant).
    Tenant,
    /// One of its holders: handlers are handed a [`ForHolder`](super::ForHolder).
    Holder,
}

/// The operations of one resource.
pub(in crate::api) type OperationTable = &'static [Operation];

/// The operation of this id in one of these tables.
pub(in crate::api) fn find(tables: &[OperationTable], id: &str) -> Option<&'static Operation> {
    tables.iter().flat_map(|table| table.iter()).find(|operation| operation.id == id)
}

/// What an API says about itself, without the operations that stand in no table.
pub(super) fn known(tables: &[OperationTable], mut apis: Vec<MetaApi>) -> Vec<MetaApi> {
    for path in apis.iter_mut().flat_map(|api| api.paths.iter_mut()) {
        path.operations.retain(|operation| operation.operation_id.is_some_and(|id| find(tables, id).is_some()));
    }
    apis
}

/// The id of the operation behind a route; the router writes `/:event_id` where the document writes `/{event_id}`.
pub(super) fn operation_id<T: OpenApi>(route: &str, method: &Method) -> Option<&'static str> {
    let shape = |path: &str| -> Vec<String> {
        path.split('/').map(|part| if part.starts_with([':', '{']) { String::new() } else { part.to_owned() }).collect()
    };
    T::meta()
        .into_iter()
        .flat_map(|api| api.paths)
        .filter(|path| shape(&path.path) == shape(route))
        .flat_map(|path| path.operations)
        .find(|operation| operation.method == *method)
        .and_then(|operation| operation.operation_id)
}
