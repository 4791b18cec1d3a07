//! What a feed says in words of its own, in the language of its client system.

use crate::profile::Locale;

/// The words of one language.
pub(super) struct Words {
    /// In the place of what an event is about.
    pub(super) busy: &'static str,
    /// The title of the one event of an address that was given up.
    pub(super) given_up: &'static str,
    /// What to do about it.
    pub(super) subscribe_again: &'static str,
    /// That not everything is known.
    pub(super) unknown: &'static str,
}

/// Those of a language.
pub(super) fn of(locale: Locale) -> Words {
    match locale {
        Locale::Es => Words {
            busy: "Ocupado",
            given_up: "Este calendario ya no se actualiza",
            subscribe_again: "Su dirección ha cambiado o se ha desactivado. Quita esta suscripción y pide una dirección nueva.",
            unknown: "Hay eventos cuya hora no se conoce.",
        },
        Locale::En => Words {
            busy: "Busy",
            given_up: "This calendar is not updated any more",
            subscribe_again: "Its address was changed or switched off. Remove this subscription and ask for a new address.",
            unknown: "There are events of which it is not known when they are.",
        },
        Locale::Pt => Words {
            busy: "Ocupado",
            given_up: "Este calendário já não é atualizado",
            subscribe_again: "O endereço mudou ou foi desativado. Remova esta assinatura e peça um novo endereço.",
            unknown: "Há eventos cuja hora não se conhece.",
        },
    }
}
