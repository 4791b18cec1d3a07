//! The stable codes: the one list of what can be answered instead of what was asked for.

use poem::http::StatusCode;

macro_rules! codes {
    ($($(#[doc = $help:literal])+ $variant:ident => $status:literal $word:literal $title:literal;)+) => {
        /// What went wrong, for programs. A word never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $help])+ $variant,)+
        }

        impl Code {
            /// All codes, by status.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in `code`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The HTTP status, as a number.
            pub fn number(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// The title: the same for each occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What it means and what to do about it.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => concat!($($help),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The request is about a holder, and does not say which. Send their id in the header `X-Customer-Id` (or `X-User-Id`).
    HolderMissing => 400 "holder_missing" "The request names no holder";
    /// The body is not JSON. `detail` says at which line and column reading stopped.
    InvalidJson => 400 "invalid_json" "The body is not valid JSON";
    /// A part of the address is not what it should be. `field` names it.
    InvalidParameter => 400 "invalid_parameter" "A parameter is not valid";
    /// The event is a series, and nothing says which occurrence is meant: say `recurrence_id`, or `scope=all`. Nothing was changed.
    ScopeRequired => 400 "scope_required" "It is not said which occurrence is meant";
    /// `secure_key` is missing, or is not the key of this `phone_number` exactly as it was sent. The answer is the same whether
    /// or not anything is known about the phone. Check that the key is the lower-case hex MD5 of the phone number, byte for byte
    /// as sent, followed by the shared secret. Under `/api/v1`: the API key is missing, is not known here, has expired or was
    /// revoked; `detail` says which, where the key was once a right one.
    InvalidKey => 401 "invalid_key" "The key is not valid";
    /// The request did not come over HTTPS. The key must be considered seen by others.
    HttpsRequired => 403 "https_required" "HTTPS is required";
    /// The key may not do this: it lacks the scope that `scope` names.
    ScopeMissing => 403 "scope_missing" "The key lacks a scope";
    /// The key, or the person who is signed in, speaks for one holder alone, and the request is about another or about the client
    /// system itself.
    HolderMismatch => 403 "holder_mismatch" "The key is for another holder";
    /// The API key may be used from certain networks alone, and the request came from elsewhere.
    NetworkNotAllowed => 403 "network_not_allowed" "The key may not be used from there";
    /// The client system is suspended: nothing of it is lost, and nothing is done for it. Whoever runs the gateway says when it goes
    /// on.
    ClientSuspended => 403 "client_suspended" "The client system is suspended";
    /// Pages of this site may not call for this client system: its `allowed_origins` does not name it.
    OriginNotAllowed => 403 "origin_not_allowed" "Pages of this site may not call";
    /// There is no such address. The list is at `/docs`.
    UnknownRoute => 404 "unknown_route" "There is nothing at this address";
    /// No event of this `event_id` is held for this phone number.
    EventNotFound => 404 "event_not_found" "The event is not held";
    /// The client system has no API key of this id.
    KeyNotFound => 404 "key_not_found" "There is no such key";
    /// There is no resync of this id for this phone number.
    ResyncNotFound => 404 "resync_not_found" "There is no such resync";
    /// No consent of this holder goes by this `state`, or it is over for long. Ask for another address.
    ConsentNotFound => 404 "consent_not_found" "There is no such consent";
    /// This holder has no calendar linked, or none with this provider. `GET /api/v1/calendar/link` lists their links.
    NotLinkedThere => 404 "link_not_found" "There is no such link";
    /// No calendar is linked, so there is nothing to unlink.
    NothingToUnlink => 404 "not_linked" "No calendar is linked";
    /// The holder has no feed of this id.
    FeedNotFound => 404 "feed_not_found" "There is no such feed";
    /// The address exists, but not with this method. The header `Allow` names those that do.
    MethodNotAllowed => 405 "method_not_allowed" "The method is not allowed here";
    /// The body did not arrive in time. Nothing was changed; send the request again.
    RequestTimeout => 408 "request_timeout" "The request took too long to arrive";
    /// No calendar is linked, so there is nothing to resync. Link one first.
    NothingToResync => 409 "not_linked" "No calendar is linked";
    /// The API key expired or was revoked, so no other can take its place. Make a new one.
    KeyOver => 409 "key_over" "The key opens nothing any more";
    /// The client system has as many API keys as it may have. Revoke some that nobody uses.
    TooManyKeys => 409 "too_many_keys" "There are too many keys";
    /// A calendar is linked already, or the last one is still being cleaned up. Unlink it first, or wait.
    AlreadyLinked => 409 "already_linked" "A calendar is linked already";
    /// The link can't do that as it is now: it is switched off, waits for its person, is being disconnected, or another one carries what is
    /// exported. `detail` says which, and what helps. Nothing was changed.
    LinkNotReady => 409 "link_not_ready" "The link can't do that now";
    /// The series has no occurrence with this original start. Nothing was changed.
    NoSuchOccurrence => 409 "no_such_occurrence" "There is no such occurrence";
    /// An event of this id with different content is held. Change it with `PUT /events/{event_id}`.
    EventExists => 409 "event_exists" "The event exists with different content";
    /// The resync would remove so many events at once that a mistake is likely, and it changed nothing. If it is right, ask again
    /// with `"confirm": true`.
    ConfirmationNeeded => 409 "confirmation_needed" "The resync would remove most events";
    /// The holder has as many feeds as one may have. End some that nobody reads.
    TooManyFeeds => 409 "too_many_feeds" "There are too many feeds";
    /// What changed behind this cursor is not kept any more, or the gateway's database was put back to an earlier state. Ask with
    /// `cursor=latest`, read the lists again, and go on from there.
    CursorExpired => 410 "cursor_expired" "The changes behind this cursor are gone";
    /// What changed since this `sync_token` is not known any more, as it is older than 30 days. List everything again, without it.
    SyncTokenExpired => 410 "sync_token_expired" "The sync token is too old";
    /// The event is not in the state that the request depends on (`If-Match`, `If-None-Match`). Nothing was changed: read it again.
    PreconditionFailed => 412 "precondition_failed" "The event is not as the request expects it";
    /// The body is larger than what is accepted.
    BodyTooLarge => 413 "body_too_large" "The body is too large";
    /// The body must be JSON or a form (`application/x-www-form-urlencoded`, in UTF-8), and the header `Content-Type` must say which.
    UnsupportedMediaType => 415 "unsupported_media_type" "The body must be JSON or a form";
    /// The key is right, but `phone_number` is not a phone number.
    InvalidPhoneNumber => 422 "invalid_phone_number" "This is not a phone number";
    /// The body can be read, but a field is missing, stands twice or has a value that can't be used. `field` names it.
    InvalidField => 422 "invalid_field" "A field is missing or not valid";
    /// The id of the holder is empty, longer than 255 bytes, holds a control character, or is no phone number where holders are
    /// known by theirs.
    InvalidHolder => 422 "invalid_holder" "This is no id of a holder";
    /// The body has a field that there is not. `field` names it, and `nearest` the one that was probably meant.
    UnknownField => 422 "unknown_field" "There is no such field";
    /// `event_id`, or the UID that stands in for it, can't be used as an id.
    InvalidEventId => 422 "invalid_event_id" "The event id is not valid";
    /// The body can be read, but is no event: `pointer` names the place (RFC 6901), `mistake` the kind. Nothing was changed.
    InvalidEvent => 422 "invalid_event" "The event is not valid";
    /// A time has neither offset nor zone, and neither the holder's calendar nor the client system says which zone is meant.
    TimeZoneMissing => 422 "time_zone_missing" "It is not said in which zone a time is";
    /// The event ends before it starts.
    EndBeforeStart => 422 "end_before_start" "The event ends before it starts";
    /// The range is longer than 400 days, or series happen in it more than 5,000 times. Ask for a shorter one.
    RangeTooWide => 422 "range_too_wide" "The range is too wide";
    /// The `Idempotency-Key` came with another request before. Nothing was done: take a new key for each new request.
    IdempotencyKeyReused => 422 "idempotency_key_reused" "The idempotency key belongs to another request";
    /// `event_data` is not exactly one iCalendar event. `line`, `property` and `reason` say where and why. Nothing was changed.
    InvalidIcal => 422 "invalid_ical" "The iCalendar data is not valid";
    /// The provider does not accept the user name and password. With Apple it must be an app-specific password.
    LoginFailed => 422 "login_failed" "The provider refuses the login";
    /// No calendar server answers at the address given, or it doesn't answer as one.
    CalendarUnreachable => 422 "calendar_unreachable" "The calendar can't be reached";
    /// The account has no such calendar that can be written. `available` lists those that it has.
    CalendarNotFound => 422 "calendar_not_found" "There is no such calendar";
    /// The address leads into a private network, or is not HTTPS. The operator of the gateway can allow it.
    AddressNotAllowed => 422 "address_not_allowed" "The address is not allowed";
    /// This provider is not offered by this gateway. `providers` lists those that are.
    ProviderNotAvailable => 422 "provider_not_available" "The provider is not available";
    /// The key is wrong, and too many wrong ones came before, for this phone number or from this address. Send no more of them
    /// for the seconds in `Retry-After`. The right key is taken at any time.
    TooManyAttempts => 429 "too_many_attempts" "Too many wrong keys";
    /// More was asked with this key, or about this holder, than the limits let through. Nothing was done; ask again after the seconds
    /// in `Retry-After`.
    RateLimited => 429 "rate_limited" "Too many requests";
    /// User names and passwords were refused too often for this phone number; or they were at this account or server, and at least
    /// one of this phone number's was among them. This one was not tried. Wait for the seconds in `Retry-After`.
    TooManyLogins => 429 "too_many_logins" "Too many refused logins";
    /// The gateway failed. Nothing that was answered with a success before is lost. `request_id` finds the cause in its log.
    Internal => 500 "internal" "The gateway failed";
    /// Puentes could not be asked for the events, or its answer could not be used. Nothing was changed; ask again later.
    PuentesUnavailable => 502 "puentes_unavailable" "Puentes can't be asked";
    /// So much is going on at once, in all or for this phone number, this address or this calendar server, that this request would
    /// have had to wait too long. Nothing was done: send it again after the seconds in `Retry-After`.
    Busy => 503 "busy" "Too much is going on at once";
    /// The gateway's disk is full or refuses, so that nothing can be stored, and perhaps nothing be read. `detail` says which.
    /// What was answered with a success before is kept. Wait for the seconds in `Retry-After` and send the request again: of
    /// what was stored all the same, sending it again changes nothing.
    StorageUnavailable => 503 "storage_unavailable" "Nothing can be stored at the moment";
    /// The gateway is alive, but can't do its work now. `detail` says why.
    NotReady => 503 "not_ready" "The gateway is not ready";
}

impl Code {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_an_error_with_a_word_and_words() {
        for code in Code::ALL {
            assert!((400..600).contains(&code.number()), "{code:?}");
            assert_eq!(code.status().as_u16(), code.number());
            assert!(code.word().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{code:?}");
            assert!(!code.help().is_empty() && !code.title().is_empty(), "{code:?}");
        }
    }

    #[test]
    fn a_word_and_a_status_together_name_one_code() {
        let mut seen = std::collections::HashSet::new();
        assert!(Code::ALL.iter().all(|code| seen.insert((code.word(), code.number()))));
    }
}
