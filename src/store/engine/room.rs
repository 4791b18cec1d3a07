//! Whether the disk has room for more than a page.
//!
//! A page that is written in the place of another says nothing about a disk that is full: it fits. So a transaction that
//! the disk refused is remembered until there is room for a large one.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::guarded::Guarded;
use crate::store::StoreError;

/// How much room there has to be after a refusal: more than the largest request, and all that its pages take in the log.
const ROOM: usize = 4 << 20;
/// What is written at once.
const PIECE: usize = 64 << 10;
/// A look writes so much that nobody may have one as often as they ask.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What is remembered of a disk that refuses.
pub(in crate::store) struct Room {
    database: PathBuf,
    refused: Guarded<Option<Refused>>,
}

struct Refused {
    why: StoreError,
    looked: Option<Instant>,
}

impl Room {
    pub(in crate::store) fn beside(database: &Path) -> Self {
        Self { database: database.to_owned(), refused: Guarded::new(None) }
    }

    /// Remembers that the disk refused a transaction.
    pub(super) fn was_refused(&self, why: StoreError) {
        let mut refused = self.refused.lock();
        let looked = refused.as_ref().and_then(|refused| refused.looked);
        *refused = Some(Refused { why, looked });
    }

    /// Whether nothing was refused since there was room the last time; otherwise looks whether there is room now, which
    /// forgets the refusal.
    pub(in crate::store) fn look(&self) -> Result<(), StoreError> {
        #[expect(clippy::disallowed_methods, reason = "measures how long ago the last look was")]
        let now = Instant::now();
        {
            let mut refused = self.refused.lock();
            let Some(refused) = &mut *refused else { return Ok(()) };
            if refused.looked.is_some_and(|looked| now.duration_since(looked) < BETWEEN_LOOKS) {
                return Err(refused.why.clone());
            }
            refused.looked = Some(now);
        }
        write_beside(&self.database)?;
        *self.refused.lock() = None;
        Ok(())
    }
}

/// Writes so much beside the database, to the disk, and takes it away again.
fn write_beside(database: &Path) -> Result<(), StoreError> {
    let mut name = database.as_os_str().to_owned();
    name.push(".room");
    let written = File::create(&name).and_then(|file| fill(&file));
    // What is left behind by a crash is written over by the next look.
    let removed = std::fs::remove_file(&name);
    written.and(removed).map_err(StoreError::from)
}

/// By chance, since a file system may pack what is alike.
fn fill(mut file: &File) -> std::io::Result<()> {
    let mut piece = vec![0; PIECE];
    for _ in 0..ROOM / PIECE {
        fastrand::fill(&mut piece);
        file.write_all(&piece)?;
    }
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_remembered_until_a_look_finds_room() {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::beside(&folder.path().join("gone/p.db"));
        assert_eq!(room.look(), Ok(()), "nothing was refused: nothing is written");
        let full = StoreError::Full("the commit".to_owned());
        room.was_refused(full.clone());
        assert!(matches!(room.look(), Err(StoreError::Unavailable(_))), "where the database should be is nothing");
        assert_eq!(room.look(), Err(full.clone()), "one look a second");
        room.was_refused(full.clone());
        assert_eq!(room.look(), Err(full), "another refusal allows no other look");

        let room = Room::beside(&folder.path().join("p.db"));
        room.was_refused(StoreError::Full("the commit".to_owned()));
        assert_eq!((room.look(), room.look()), (Ok(()), Ok(())));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it leaves nothing behind");
    }
}
