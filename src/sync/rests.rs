//! Rests that are kept in memory, because what else would keep them is what fails.
//!
//! A pause of a link lies in the database. Where that takes no writes, a pause can't be written down, and a driver that
//! relied on it would begin the same work again at once, for as long as the disk is full. So who fails for the disk rests
//! here, twice as long each time; and once such a rest is over, nobody is asked anything before the disk has taken a write.
//! Pure: time is an argument.

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Moment;
use crate::ids::LinkId;

/// The first rest.
const FIRST: Duration = Duration::from_secs(1);
/// It doubles up to this.
const LONGEST: Duration = Duration::from_secs(60);
/// What goes on failing is said so often.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// Who rests.
#[derive(Debug, Default)]
pub(super) struct Rests {
    disk: Rest,
    /// Whether the disk has taken a write since it refused one.
    takes_writes: bool,
    links: HashMap<LinkId, Rest>,
}

/// What may be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    /// Nothing yet.
    Nothing,
    /// Only a look whether the disk takes writes.
    Probe,
    /// Work.
    Work,
}

impl Rests {
    /// What may be begun now.
    pub(super) fn may(&self, now: Moment) -> May {
        if self.disk.is_going(now) {
            May::Nothing
        } else if self.disk.times == 0 || self.takes_writes {
            May::Work
        } else {
            May::Probe
        }
    }

    /// Whether this link rests beside the others.
    pub(super) fn rests(&self, link: LinkId, now: Moment) -> bool {
        self.links.get(&link).is_some_and(|rest| rest.is_going(now))
    }

    /// The disk refused, while it was at work for `link` or for all. Answers how many such failures there were since that
    /// was said the last time, when it is time to say it again.
    pub(super) fn disk_refused(&mut self, link: Option<LinkId>, now: Moment) -> Option<u64> {
        if let Some(link) = link {
            self.links.entry(link).or_default().failed(now);
        }
        self.takes_writes = false;
        self.disk.failed(now)
    }

    /// Work for a link failed, and its pause could not be written down, for another reason than the disk. Answers the same.
    pub(super) fn link_failed(&mut self, link: LinkId, now: Moment) -> Option<u64> {
        self.links.entry(link).or_default().failed(now)
    }

    /// The disk has taken a write.
    pub(super) fn disk_took(&mut self) {
        self.takes_writes = true;
    }

    /// Work for a link ended well, and was written down. Answers whether that is the end of a time in which the disk refused.
    pub(super) fn went_well(&mut self, link: LinkId, now: Moment) -> bool {
        self.links.remove(&link);
        // What began before the disk refused, and needed little room, is no sign.
        let ends = self.disk.times > 0 && self.takes_writes && !self.disk.is_going(now);
        if ends {
            self.disk.times = 0;
        }
        ends
    }
}

/// A rest of one, and what was said of it.
#[derive(Debug, Default)]
struct Rest {
    /// Failures, each after the rest before it.
    times: u32,
    until: Option<Moment>,
    said: Option<Moment>,
    unsaid: u64,
}

impl Rest {
    fn is_going(&self, now: Moment) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    fn failed(&mut self, now: Moment) -> Option<u64> {
        // Many are at work at once: the failures of one moment are one.
        if !self.is_going(now) {
            self.until = Some(now + FIRST.saturating_mul(1 << self.times.min(16)).min(LONGEST));
            self.times = self.times.saturating_add(1);
        }
        self.unsaid += 1;
        if self.said.is_some_and(|said| now < said + SAID_EVERY) {
            return None;
        }
        self.said = Some(now);
        Some(std::mem::take(&mut self.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: LinkId = LinkId(1);

    fn at(millis: u64) -> Moment {
        Moment::from(Duration::from_millis(millis))
    }

    /// Milliseconds until something may be begun again.
    fn rest(rests: &Rests, from: u64) -> u64 {
        (0..).find(|millis| rests.may(at(from + millis)) != May::Nothing).unwrap()
    }

    #[test]
    fn a_disk_that_refuses_is_asked_ever_more_rarely_and_nobody_else_is_asked_meanwhile() {
        let mut rests = Rests::default();
        assert_eq!(rests.may(at(0)), May::Work);
        let (mut now, mut waits, mut said) = (0, Vec::new(), Vec::new());
        for _ in 0..9 {
            said.extend(rests.disk_refused(Some(LINK), at(now)).map(|count| (now / 1000, count)));
            // Others that were at work fail at the same moment.
            for other in 2..30 {
                said.extend(rests.disk_refused(Some(LinkId(other)), at(now)).map(|count| (now / 1000, count)));
            }
            let wait = rest(&rests, now);
            waits.push(wait / 1000);
            now += wait;
            assert_eq!(rests.may(at(now)), May::Probe);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(said, [(0, 1), (63, 28 + 5 * 29 + 1), (123, 29), (183, 29)], "at most once a minute");
    }

    #[test]
    fn once_the_disk_takes_writes_again_work_is_begun_and_the_end_of_it_is_the_end_of_the_trouble() {
        let mut rests = Rests::default();
        rests.disk_refused(Some(LINK), at(0));
        assert!(!rests.went_well(LinkId(2), at(500)), "it had begun before");
        rests.disk_refused(Some(LINK), at(1000));
        assert_eq!(rests.may(at(3000)), May::Probe);
        rests.disk_took();
        assert_eq!(rests.may(at(3000)), May::Work);
        // A write that is too large for the room there is does not begin at a second again.
        rests.disk_refused(Some(LINK), at(3000));
        assert_eq!(rest(&rests, 3000), 4000);
        rests.disk_took();
        assert!(rests.went_well(LINK, at(7000)));
        assert!(!rests.went_well(LINK, at(7001)));
        rests.disk_refused(None, at(8000));
        assert_eq!(rest(&rests, 8000), 1000);
    }

    #[test]
    fn who_alone_does_not_fit_rests_alone() {
        let mut rests = Rests::default();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..5 {
            rests.disk_refused(Some(LINK), at(now));
            rests.disk_took();
            let others = now + rest(&rests, now);
            assert!(rests.went_well(LinkId(2), at(others)), "the others go on after a second");
            let wait = (0..).find(|millis| !rests.rests(LINK, at(now + millis))).unwrap();
            waits.push(wait);
            now += wait;
        }
        assert_eq!(waits, [1000, 2000, 4000, 8000, 16_000]);
    }

    #[test]
    fn a_link_whose_pause_can_t_be_written_rests_and_holds_back_nobody_else() {
        let mut rests = Rests::default();
        assert_eq!(rests.link_failed(LINK, at(0)), Some(1));
        assert_eq!(rests.link_failed(LINK, at(1000)), None);
        assert!(rests.rests(LINK, at(2999)) && !rests.rests(LINK, at(3000)));
        assert_eq!((rests.may(at(1)), rests.rests(LinkId(2), at(1))), (May::Work, false));
        rests.went_well(LINK, at(3000));
        rests.link_failed(LINK, at(3000));
        assert!(!rests.rests(LINK, at(4000)));
    }
}
