//! What goes into a statement and comes out of a row, whatever the engine.

/// One value on its way in or out. It borrows: nothing is copied on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'v> {
    /// Missing.
    Null,
    /// A number.
    Int(i64),
    /// Words.
    Text(&'v str),
    /// Bytes.
    Bytes(&'v [u8]),
}

/// What a column can be read as.
pub(super) trait Stored: Sized {
    /// The word for `value`; none when that can't be read as such: the file is damaged or newer.
    fn of(value: Value<'_>) -> Option<Self>;
}

/// The values of a statement, in the order of its parameters.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::store::value::Value::from($value)),*]
    };
}

pub(super) use values;

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        // Only counts come this way, and none of them ever gets there.
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Int(truth.into())
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(words: &'v str) -> Self {
        Self::Text(words)
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(words: &'v String) -> Self {
        Self::Text(words)
    }
}

impl<'v> From<&'v [u8]> for Value<'v> {
    fn from(bytes: &'v [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'v> From<&'v Vec<u8>> for Value<'v> {
    fn from(bytes: &'v Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'v> From<&'v [u8; 32]> for Value<'v> {
    fn from(hash: &'v [u8; 32]) -> Self {
        Self::Bytes(hash)
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Stored for i64 {
    fn of(value: Value<'_>) -> Option<Self> {
        if let Value::Int(number) = value { Some(number) } else { None }
    }
}

impl Stored for u64 {
    fn of(value: Value<'_>) -> Option<Self> {
        i64::of(value)?.try_into().ok()
    }
}

impl Stored for u32 {
    fn of(value: Value<'_>) -> Option<Self> {
        i64::of(value)?.try_into().ok()
    }
}

impl Stored for bool {
    fn of(value: Value<'_>) -> Option<Self> {
        match i64::of(value)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Stored for String {
    fn of(value: Value<'_>) -> Option<Self> {
        if let Value::Text(words) = value { Some(words.to_owned()) } else { None }
    }
}

impl Stored for Vec<u8> {
    fn of(value: Value<'_>) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes.to_vec()) } else { None }
    }
}

impl Stored for [u8; 32] {
    fn of(value: Value<'_>) -> Option<Self> {
        if let Value::Bytes(bytes) = value { bytes.try_into().ok() } else { None }
    }
}

impl<T: Stored> Stored for Option<T> {
    fn of(value: Value<'_>) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::of(value).map(Some) }
    }
}
