//! Where a reader of changes is, as they carry it to the next answer.
//!
//! Rule: a cursor stands behind one change and proves which: it is made of the number and of what was told under it. So one that
//! was given before the database was put back to an earlier state is told from one that was given since, although other changes
//! have the same numbers by now; and one client system's is nothing to another.

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};

use super::{Subject, ToldChange};
use crate::happened::ChangeNumber;
use crate::ids::Tenant;

/// Bytes of the number, and of the proof behind it.
const HALF: usize = 8;

/// Where a reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    number: ChangeNumber,
    proof: [u8; HALF],
}

impl Cursor {
    /// Behind a change.
    pub(super) fn behind(instance: &str, tenant: Tenant, told: &ToldChange) -> Self {
        let (kind, subject) = match &told.subject {
            Subject::Event { id, .. } => ("event", id.as_str()),
            Subject::Link(provider) => ("link", provider.as_str()),
        };
        let (what, holder) = (told.what.as_str(), told.holder.as_str());
        let at = told.at.as_millisecond().to_be_bytes();
        let parts = [what.as_bytes(), holder.as_bytes(), &at, kind.as_bytes(), subject.as_bytes()];
        Self { number: told.number, proof: proof(instance, tenant, told.number, &parts) }
    }

    /// Before the first change of all.
    pub(super) fn before_all(instance: &str, tenant: Tenant) -> Self {
        let number = ChangeNumber::default();
        Self { number, proof: proof(instance, tenant, number, &[]) }
    }

    /// Reads a cursor; whether its proof holds is another question. None when it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = BASE32HEX_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
        let (number, proof) = bytes.split_at_checked(HALF)?;
        let number = ChangeNumber(i64::from_be_bytes(number.try_into().ok()?));
        Some(Self { number, proof: proof.try_into().ok()? })
    }

    /// The number of the change that it stands behind.
    pub(super) fn number(&self) -> ChangeNumber {
        self.number
    }

    /// The cursor as it travels.
    pub fn to_text(&self) -> String {
        let bytes = [self.number.0.to_be_bytes(), self.proof].concat();
        BASE32HEX_NOPAD.encode(&bytes).to_ascii_lowercase()
    }
}

/// Keyed by the installation's random name, which never leaves it.
fn proof(instance: &str, tenant: Tenant, number: ChangeNumber, parts: &[&[u8]]) -> [u8; HALF] {
    let mut digest = Sha256::new();
    let (client, number) = (tenant.client().0.to_be_bytes(), number.0.to_be_bytes());
    for part in [b"changes".as_slice(), instance.as_bytes(), &client, &number].iter().chain(parts) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let mut half = [0; HALF];
    half.iter_mut().zip(digest.finalize()).for_each(|(half, byte)| *half = byte);
    half
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::happened::Change;
    use crate::ids::{ClientSystemId, HolderKey, PublicEventId};
    use crate::link::ProviderKind;

    #[test]
    fn a_cursor_is_read_back_and_stands_behind_one_change_of_one_client_system() {
        let (tenant, other) = (Tenant::proven(ClientSystemId(1)), Tenant::proven(ClientSystemId(2)));
        let told = ToldChange {
            number: ChangeNumber(300),
            holder: HolderKey::from_canonical("ana"),
            at: Timestamp::UNIX_EPOCH,
            what: Change::EventCreated,
            subject: Subject::Event { id: PublicEventId::new(Timestamp::UNIX_EPOCH), reference: None },
        };
        let cursor = Cursor::behind("one", tenant, &told);
        let text = cursor.to_text();
        assert!(text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
        assert_eq!((Cursor::read(&text), cursor.number()), (Some(cursor.clone()), ChangeNumber(300)));
        let others = [
            Cursor::behind("another", tenant, &told),
            Cursor::behind("one", other, &told),
            Cursor::behind("one", tenant, &ToldChange { what: Change::EventChanged, ..told.clone() }),
            Cursor::behind("one", tenant, &ToldChange { at: Timestamp::MAX, ..told.clone() }),
            Cursor::behind("one", tenant, &ToldChange { subject: Subject::Link(ProviderKind::Google), ..told.clone() }),
            Cursor::behind("one", tenant, &ToldChange { holder: HolderKey::from_canonical("luis"), ..told }),
        ];
        assert!(others.iter().all(|other| *other != cursor && other.number() == cursor.number()), "{others:?}");
        for none in ["", "7", "latest", "ñ", &text[1..], &format!("{text}0"), &"0".repeat(100_000)] {
            assert_eq!(Cursor::read(none), None, "{none}");
        }
    }
}
