//! A gateway's rooms, and under them what they work with, for tests that look inside.

use std::ops::Deref;
use std::sync::Arc;

use pasarela::app::App;
use pasarela::gateway::Gateway;

/// The product without doors.
pub struct Engine {
    /// What doors ask.
    pub app: Arc<App>,
    gateway: Arc<Gateway>,
}

impl Engine {
    /// The rooms over a gateway that is open.
    pub fn over(gateway: Gateway) -> Self {
        let gateway = Arc::new(gateway);
        Self { app: Arc::new(App::over(Arc::clone(&gateway)).unwrap()), gateway }
    }

    /// Lets go of the database, which belongs to one process at a time. Nobody else may hold it any more.
    pub fn end(self) {
        let Self { app, gateway } = self;
        assert!(Arc::into_inner(app).is_some(), "somebody still holds the app after it stopped");
        assert!(Arc::into_inner(gateway).is_some(), "somebody still holds the gateway after it stopped");
    }
}

impl Deref for Engine {
    type Target = Gateway;

    fn deref(&self) -> &Gateway {
        &self.gateway
    }
}
