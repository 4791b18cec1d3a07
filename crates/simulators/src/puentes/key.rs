//! The key that proves that a link or request comes from the client system.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

/// `secure_key` of a phone number: lower-case hex of `md5(phone + secret)`, over the phone number exactly as it is sent.
pub fn secure_key(phone: &str, secret: &str) -> String {
    HEXLOWER.encode(&Md5::digest(format!("{phone}{secret}").as_bytes()))
}

/// Is this the key of this phone number?
pub(super) fn right(phone: &str, secret: &str, key: &str) -> bool {
    secure_key(phone, secret).as_bytes().ct_eq(key.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_what_md5sum_says() {
        // printf '+593991234567demo-secret' | md5sum
        assert_eq!(secure_key("+593991234567", "demo-secret"), "5d0413ba372e2fed083f37a60467c48e");
        assert!(right("1", "s", &secure_key("1", "s")));
        assert!(!right("1", "s", &secure_key("1", "s").to_uppercase()));
        assert!(!right("1", "s", ""));
    }
}
