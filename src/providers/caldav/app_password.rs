//! Apple's app-specific passwords, told from everything else by their shape, so that nothing else is ever sent.
//!
//! Apple shows them as `xxxx-xxxx-xxxx-xxxx`, sixteen lower-case letters (<https://support.apple.com/102654>). People
//! type the password of their Apple Account instead, which Apple refuses here, and which is nobody else's business.

use crate::secret::SecretString;

/// Letters in an app-specific password, and how many stand together.
const LETTERS: usize = 16;
const GROUP: usize = 4;

/// What was typed as an app-specific password, in Apple's own spelling; none when it is no such password. Forgiven is
/// what phones do to a text on its way through the clipboard: spaces of any kind, capitals, other dashes or none.
pub(super) fn app_password(typed: &str) -> Option<SecretString> {
    let mut letters = 0;
    let mut password = String::with_capacity(LETTERS + LETTERS / GROUP);
    for sign in typed.chars() {
        match sign {
            'a'..='z' | 'A'..='Z' => {
                if letters > 0 && letters % GROUP == 0 {
                    password.push('-');
                }
                password.push(sign.to_ascii_lowercase());
                letters += 1;
            }
            _ if is_space(sign) || is_dash(sign) => {}
            _ => return None,
        }
        if letters > LETTERS {
            return None;
        }
    }
    (letters == LETTERS).then(|| SecretString::from(password))
}

/// With the signs that have no width, and the soft hyphen, which is seen only at the end of a line.
fn is_space(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Unicode's dashes, the minus, and the forms of both.
fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::ExposeSecret;

    fn read(typed: &str) -> Option<String> {
        app_password(typed).map(|password| password.expose_secret().to_owned())
    }

    #[test]
    fn an_app_password_is_known_however_the_clipboard_brings_it() {
        for typed in [
            "abcd-efgh-ijkl-mnop",
            "ABCD-EFGH-IJKL-MNOP",
            "Abcd-efgh-ijkl-mnop",
            "abcdefghijklmnop",
            "abcd efgh ijkl mnop",
            "  abcd-efgh-ijkl-mnop\r\n",
            "abcd–efgh—ijkl‑mnop",
            "abcd\u{a0}efgh\u{202f}ijkl\u{2009}mnop",
            "abcd - efgh - ijkl - mnop",
            "\u{feff}abcd\u{200b}-efgh-ijkl-mn\u{ad}op",
            "ab-cdef-ghij-klmnop",
        ] {
            assert_eq!(read(typed).as_deref(), Some("abcd-efgh-ijkl-mnop"), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_app_password_is_none() {
        for typed in [
            "",
            "-",
            "secret",
            "abcd-efgh-ijkl-mno",
            "abcd-efgh-ijkl-mnopq",
            "abcd-efgh-ijkl-mno1",
            "abcd-efgh-ijkl-mnoñ",
            "abcd.efgh.ijkl.mnop",
            "abcd-efgh-ijkl-mnop!",
            "аbcd-efgh-ijkl-mnop", // the first letter is Cyrillic
            "123456",
            "Correct-Horse-Battery-Staple",
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
        assert_eq!(read(&"a".repeat(1_000_000)), None);
    }

    proptest! {
        #[test]
        fn only_sixteen_letters_pass_and_what_passes_has_apple_s_shape(typed in "[a-zA-Z0-9 \u{a0}–ñ!-]{0,40}|[a-z]{15,17}|([A-Za-z]{4}[- –]?){3,5}") {
            let letters = typed.chars().filter(char::is_ascii_alphabetic).count();
            let strange = typed.chars().any(|sign| sign.is_ascii_digit() || matches!(sign, 'ñ' | '!'));
            match read(&typed) {
                None => prop_assert!(letters != LETTERS || strange),
                Some(password) => {
                    prop_assert!(letters == LETTERS && !strange);
                    let groups: Vec<&str> = password.split('-').collect();
                    prop_assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == GROUP));
                    prop_assert!(password.chars().all(|sign| sign == '-' || sign.is_ascii_lowercase()));
                }
            }
        }
    }
}
