//! What is said to the database: every statement once, with the types of its parameters.
//!
//! Rule: one text for every engine. A statement says only what SQLite and PostgreSQL both understand (`sql_tests` reads
//! all of them), its parameters are numbered `?1`, `?2`, …, and each has a type, because PostgreSQL can't guess all of
//! them. Truth in a column is 0 or 1, and is compared as a number.
//!
//! A room of the store says its statements in one [`statements!`] and hands them to its transaction by name: no other
//! text reaches the engine. How many values a statement takes is checked when it is compiled, their types when they are
//! bound.

use super::value::Value;

/// What a parameter holds. Each may be missing, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// A number; a time in milliseconds; 0 or 1.
    Int,
    /// Words.
    Text,
    /// Hashes and what is sealed.
    Bytes,
}

impl Type {
    /// Whether a parameter of this type takes `value`.
    pub(super) fn takes(self, value: &Value<'_>) -> bool {
        match value {
            Value::Null => true,
            Value::Int(_) => self == Self::Int,
            Value::Text(_) => self == Self::Text,
            Value::Bytes(_) => self == Self::Bytes,
        }
    }
}

/// One statement with `N` parameters. Made by [`statements!`] only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<const N: usize> {
    pub(super) text: &'static str,
    pub(super) types: [Type; N],
}

/// Says the statements of a room: `NAME(Type, …) = "text";`. The compiler finds one that nobody runs.
macro_rules! statements {
    ($($name:ident($($kind:ident),*) = $text:expr;)+) => {
        $(const $name: $crate::store::sql::Statement<{ <[$crate::store::sql::Type]>::len(&[$($crate::store::sql::Type::$kind),*]) }> =
            $crate::store::sql::Statement { text: $text, types: [$($crate::store::sql::Type::$kind),*] };)+

        /// What this room says, for the test that reads all of it.
        #[cfg(test)]
        pub(in crate::store) const STATEMENTS: &[$crate::store::sql_tests::Said] = &[
            $($crate::store::sql_tests::Said {
                name: concat!(module_path!(), "::", stringify!($name)),
                text: $text,
                types: &[$($crate::store::sql::Type::$kind),*],
            },)+
        ];
    };
}

pub(super) use statements;
