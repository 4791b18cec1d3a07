//! `/api/v1/calendar/feeds`: addresses by which a holder's events can be subscribed to.

mod wire;

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::wire::{FeedList, NewFeedReport, WantedFeed};
use crate::api::Tag;
use crate::api::gate::{About, ForHolder, Operation, OperationTable};
use crate::api::told::Told;
use crate::api::wait::Desk;
use crate::app::App;
use crate::feeds::NoFeed;
use crate::http::{Code, Problem};
use crate::ids::FeedId;
use crate::scope::Scope;

/// What each operation needs, and may refuse.
pub(in crate::api) const OPERATIONS: OperationTable = &[
    operation("list_feeds", &[]),
    operation("create_feed", &[Code::InvalidField, Code::UnknownField, Code::ScopeMissing, Code::TooManyFeeds]),
    operation("rotate_feed", &[Code::FeedNotFound]),
    operation("delete_feed", &[Code::FeedNotFound]),
];

const fn operation(id: &'static str, refuses: &'static [Code]) -> Operation {
    Operation { id, scope: Scope::FeedsWrite, about: About::Holder, takes: &[], refuses }
}

/// The feeds of a holder.
pub(in crate::api) struct CalendarFeeds(pub(in crate::api) Desk);

#[derive(ApiResponse)]
enum Made {
    /// The feed was made. Its address is shown this one time.
    #[oai(status = 201)]
    Feed(Json<NewFeedReport>),
}

#[derive(ApiResponse)]
enum Rotated {
    /// The feed has another address, which is shown this one time.
    #[oai(status = 200)]
    Feed(Json<NewFeedReport>),
}

#[derive(ApiResponse)]
enum Ended {
    /// The feed is no more.
    #[oai(status = 204)]
    Gone,
}

#[OpenApi(tag = "Tag::Feeds", prefix_path = "/api/v1/calendar")]
impl CalendarFeeds {
    /// List the feeds
    ///
    /// The feeds of the holder, in the order in which they were made. Their addresses are shown by nothing: whoever has lost one rotates
    /// the feed.
    #[oai(path = "/feeds", method = "get", operation_id = "list_feeds")]
    async fn list(&self, caller: ForHolder) -> Result<Json<FeedList>, Problem> {
        let feeds = self.0.read(&caller.holder, |app, holder| app.feeds.list(holder)).await?;
        Ok(Json(FeedList::of(feeds)))
    }

    /// Make a feed
    ///
    /// Answers an address by which any calendar can subscribe to the holder's events, from 90 days back to 400 days ahead. Whoever has
    /// the address may read them, so hand it to the holder alone. `webcal_url` opens in the calendar of a phone or a computer; where
    /// that does not happen, `url` is pasted. Apple's calendars ask about every hour, Outlook every few hours, Google up to once a
    /// day: a feed is no replacement for a link.
    #[oai(path = "/feeds", method = "post", operation_id = "create_feed")]
    async fn create(&self, caller: ForHolder, wanted: Told<WantedFeed>) -> Result<Made, Problem> {
        let wanted = wanted.0.read(caller.scopes)?;
        let (tenant, by) = (caller.tenant, caller.actor);
        let made = self.0.change(&caller.holder, move |app, holder| app.feeds.create(tenant, holder, wanted, &by));
        Ok(Made::Feed(Json(self.report(made.await?))))
    }

    /// Rotate a feed
    ///
    /// Gives the feed another address. The one before answers an empty calendar for 30 days, with one event that says so.
    #[oai(path = "/feeds/:feed_id/rotate", method = "post", operation_id = "rotate_feed")]
    async fn rotate(
        &self,
        caller: ForHolder,
        /// The id of the feed.
        feed_id: Path<String>,
    ) -> Result<Rotated, Problem> {
        let (tenant, by, id) = (caller.tenant, caller.actor, read(&feed_id)?);
        let made = self.0.change(&caller.holder, move |app, holder| app.feeds.rotate(tenant, holder, &id, &by));
        Ok(Rotated::Feed(Json(self.report(made.await?))))
    }

    /// End a feed of the holder
    ///
    /// From the answer on its address tells nothing any more: for 30 days it answers an empty calendar, with one event that says so.
    #[oai(path = "/feeds/:feed_id", method = "delete", operation_id = "delete_feed")]
    async fn delete(
        &self,
        caller: ForHolder,
        /// The id of the feed.
        feed_id: Path<String>,
    ) -> Result<Ended, Problem> {
        let (tenant, by, id) = (caller.tenant, caller.actor, read(&feed_id)?);
        let work = move |app: &App, holder: &_| app.feeds.remove(tenant, holder, &id, &by);
        self.0.change(&caller.holder, work).await?;
        Ok(Ended::Gone)
    }
}

impl CalendarFeeds {
    fn report(&self, made: crate::feeds::FeedMade) -> NewFeedReport {
        NewFeedReport::of(made, &self.0.app.config.server.public_url)
    }
}

fn read(id: &str) -> Result<FeedId, Problem> {
    FeedId::from_text(id).ok_or_else(|| NoFeed::NotFound.into())
}

impl From<NoFeed> for Problem {
    fn from(not: NoFeed) -> Self {
        match not {
            NoFeed::NotFound => Self::new(Code::FeedNotFound, "The holder has no feed of this id."),
            NoFeed::TooMany => Self::new(Code::TooManyFeeds, format!("{not}.")),
            NoFeed::Store(error) => error.into(),
        }
    }
}
