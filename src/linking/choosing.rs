//! Which calendar of an account is linked: the one that was named, one that has our name, or a new one.

use super::error::NotMade;
use super::making::{Making, Unmade, Which};
use super::named::{choices, named_calendar};
use crate::link::Obstacle;
use crate::providers::account::{AccountCalendar, AccountError, RemoteAccount, WishedCalendar};

impl Making<'_> {
    /// The calendar to be linked, none of those that are `lost`; and whether we made it.
    pub(super) fn calendar(
        &self,
        account: &dyn RemoteAccount<'_>,
        lost: &[String],
    ) -> Result<(AccountCalendar, bool), Unmade> {
        let meant = account.meant();
        let which = match (self.which, &meant) {
            (Which::Unsaid, Some(meant)) => Which::Named(meant),
            (which, _) => which,
        };
        match which {
            Which::Named(named) => Ok((named_calendar(named, &account.calendars()?)?, false)),
            Which::Unsaid if account.asks_which() => Err(Unmade::Choose(choices(&account.calendars()?, None))),
            Which::Unsaid => {
                let name = self.linking.gateway.calendar_name(self.holder);
                let fits = |calendar: &AccountCalendar| {
                    calendar.writable && calendar.name == name && !lost.contains(&calendar.address)
                };
                // Another phone of the account may have made one since the account was looked at.
                let found = match account.seen().and_then(|seen| seen.into_iter().find(fits)) {
                    None => account.calendars()?.into_iter().find(fits),
                    found => found,
                };
                found.map_or_else(|| Ok((self.made(account)?, true)), |found| Ok((found, false)))
            }
            Which::New => Ok((self.made(account)?, true)),
        }
    }

    fn made(&self, account: &dyn RemoteAccount<'_>) -> Result<AccountCalendar, Unmade> {
        let zone = self.linking.agenda.zone_of_events(self.holder)?;
        let gateway = &self.linking.gateway;
        let (name, description) = (gateway.calendar_name(self.holder), gateway.calendar_description(self.holder));
        let wished = WishedCalendar { name: &name, description: &description, zone: &zone };
        if let Some(address) = self.earlier.made.clone() {
            return Ok(AccountCalendar { address, name: wished.name.to_owned(), zone: Some(zone), writable: true });
        }
        match account.make(&wished) {
            Ok(made) => {
                (self.earlier.remember)(Some(&made.address))?;
                Ok(made)
            }
            Err(AccountError::CannotMake(why)) => Err(Unmade::Not(NotMade {
                instead: Some(choices(&account.calendars()?, None)),
                ..NotMade::new(
                    Obstacle::NoWritableCalendar,
                    format!("{why}; name one of the account's calendars in caldav.calendar"),
                )
            })),
            Err(error) => Err(error.into()),
        }
    }
}
