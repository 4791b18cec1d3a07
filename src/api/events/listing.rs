//! A list of events as it is told: the next few are read when the ones before are on their way, so that a list takes the
//! same memory however long it is, and one that nobody takes any more is not read on.

use std::io;

use futures_util::stream;
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::ToJSON;

use super::super::wait::Desk;
use super::wire::{EventList, EventView};
use crate::agenda::{HeldEvent, Listing};
use crate::app::App;
use crate::http::Problem;
use crate::ids::Holder;
use crate::store::StoreError;

/// The events of a list with their frame, as JSON; the shape is that of [`EventList`].
pub(super) struct ListedEvents(Body);

impl ListedEvents {
    /// Tells a listing. What fails before the first word is an error; what fails later breaks the answer off, so that nobody
    /// takes half of it for the whole.
    ///
    /// # Errors
    /// When the store fails, or too much goes on already.
    pub(super) async fn tell(desk: Desk, holder: Holder, listing: Listing) -> Result<Self, Problem> {
        let mut telling = Telling { desk, holder, listing, told: 0, ended: false };
        let first = telling.next().await?;
        if telling.ended {
            return Ok(Self(Body::from_string(first)));
        }
        let rest = stream::try_unfold(telling, |mut telling| async {
            if telling.ended {
                return Ok(None);
            }
            let next = telling.next().await.map_err(|error| {
                tracing::warn!(%error, told = telling.told, "a list of events was broken off");
                io::Error::other(error.to_string())
            })?;
            Ok::<_, io::Error>(Some((next, telling)))
        });
        let first = stream::iter([Ok(first)]);
        Ok(Self(Body::from_bytes_stream(stream::StreamExt::chain(first, rest))))
    }
}

impl IntoResponse for ListedEvents {
    fn into_response(self) -> Response {
        Response::builder().content_type(Json::<EventList>::CONTENT_TYPE).body(self.0)
    }
}

impl ApiResponse for ListedEvents {
    fn meta() -> MetaResponses {
        Json::<EventList>::meta()
    }

    fn register(registry: &mut Registry) {
        <Json<EventList> as ApiResponse>::register(registry);
    }
}

/// A list under way.
struct Telling {
    desk: Desk,
    holder: Holder,
    listing: Listing,
    /// How many events were told.
    told: usize,
    ended: bool,
}

impl Telling {
    /// The next piece of the text.
    async fn next(&mut self) -> Result<String, Problem> {
        let mut listing = std::mem::take(&mut self.listing);
        let next = move |app: &App, _: &Holder| {
            let some = app.agenda.some_of(&mut listing)?;
            Ok::<_, StoreError>((some, listing))
        };
        let (some, listing) = self.desk.read(&self.holder, next).await?;
        self.listing = listing;
        let mut text = String::new();
        if self.told == 0 {
            text.push_str("{\"events\":[");
        }
        for event in some {
            self.push(&mut text, event);
        }
        self.ended = self.listing.is_over();
        if self.ended {
            text.push(']');
            if let Some(token) = self.listing.next_page() {
                text.extend([",\"next_page_token\":\"", token, "\""]);
            }
            text.push('}');
        }
        Ok(text)
    }

    fn push(&mut self, text: &mut String, event: HeldEvent) {
        if self.told > 0 {
            text.push(',');
        }
        self.told += 1;
        text.push_str(&EventView::from(event).to_json_string());
    }
}
