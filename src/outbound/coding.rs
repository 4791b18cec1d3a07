//! Content codings (RFC 9110, section 8.4.1): none is asked for, and those that come all the same are undone.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};

/// Why a body stays as it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packed {
    /// Nobody here reads this coding.
    Unknown(String),
    /// It is not what it says to be, or it was cut off.
    Damaged(String),
    /// Unpacked it is larger than the limit.
    TooLarge,
}

/// More codings than any server puts around an answer; each costs a pass over it.
const MOST: usize = 3;

/// The body without its codings, whose headers go too. Never more than `limit` bytes are unpacked.
pub(super) fn plain(headers: &mut HeaderMap, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, Packed> {
    let named = codings(headers);
    // An answer without a body (to HEAD, a 204) may name the coding that it would have.
    if named.is_empty() || body.is_empty() {
        return Ok(body);
    }
    if named.len() > MOST {
        return Err(Packed::Unknown(named.join(", ")));
    }
    // The last one was put around all the others.
    let plain = named.iter().rev().try_fold(body, |body, coding| unpacked(coding, &body, limit))?;
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    Ok(plain)
}

/// In the order in which they were applied, in lower case, without those that change nothing.
fn codings(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let names = lines.flat_map(|line| {
        String::from_utf8_lossy(line.as_bytes())
            .to_ascii_lowercase()
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty() && name != "identity").collect()
}

fn unpacked(coding: &str, body: &[u8], limit: u64) -> Result<Vec<u8>, Packed> {
    let read = match coding {
        "gzip" | "x-gzip" => whole(MultiGzDecoder::new(body), limit),
        // Meant is zlib's format; some send what is inside of it.
        "deflate" if is_zlib(body) => whole(ZlibDecoder::new(body), limit),
        "deflate" => whole(DeflateDecoder::new(body), limit),
        other => return Err(Packed::Unknown(other.to_owned())),
    };
    match read {
        Ok(Some(plain)) => Ok(plain),
        Ok(None) => Err(Packed::TooLarge),
        Err(_) => Err(Packed::Damaged(coding.to_owned())),
    }
}

/// All of it; none when it is over the limit.
fn whole(from: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut plain = Vec::new();
    let taken = from.take(limit.saturating_add(1)).read_to_end(&mut plain)?;
    Ok((u64::try_from(taken).unwrap_or(u64::MAX) <= limit).then_some(plain))
}

/// RFC 1950, section 2.2: the method is 8, and the first two bytes are a multiple of 31.
fn is_zlib(body: &[u8]) -> bool {
    match body {
        [method, flags, ..] => method & 15 == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;

    use super::*;

    const TEXT: &[u8] = b"<multistatus xmlns='DAV:'/> repeated repeated repeated repeated repeated";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(named: &[&str], body: Vec<u8>) -> Result<Vec<u8>, Packed> {
        let mut headers = HeaderMap::new();
        for name in named {
            headers.append(CONTENT_ENCODING, HeaderValue::from_str(name).unwrap());
        }
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let packed = !codings(&headers).is_empty() && !body.is_empty();
        let plain = plain(&mut headers, body, 1000);
        assert!(plain.is_err() || !packed || headers.is_empty(), "{headers:?}");
        plain
    }

    #[test]
    fn a_body_is_read_whatever_was_put_around_it() {
        let cases: [(&[&str], Vec<u8>); 12] = [
            (&[], TEXT.to_vec()),
            (&["identity"], TEXT.to_vec()),
            (&[""], TEXT.to_vec()),
            (&["gzip"], gzip(TEXT)),
            (&["GZIP"], gzip(TEXT)),
            (&["x-gzip"], gzip(TEXT)),
            (&["identity, gzip"], gzip(TEXT)),
            (&["deflate"], zlib(TEXT)),
            (&["deflate"], deflate(TEXT)),
            (&["deflate, gzip"], gzip(&zlib(TEXT))),
            (&["gzip", "gzip"], gzip(&gzip(TEXT))),
            // Two members, one after the other (RFC 1952, section 2.2).
            (&["gzip"], [gzip(&TEXT[..20]), gzip(&TEXT[20..])].concat()),
        ];
        for (named, body) in cases {
            assert_eq!(read(named, body), Ok(TEXT.to_vec()), "{named:?}");
        }
        assert_eq!(read(&["gzip"], Vec::new()), Ok(Vec::new()), "there is no body");
    }

    #[test]
    fn what_can_not_be_unpacked_is_told() {
        let cut = |mut body: Vec<u8>| {
            body.truncate(body.len() - 9);
            body
        };
        let damaged = |coding: &str| Err(Packed::Damaged(coding.to_owned()));
        assert_eq!(read(&["br"], TEXT.to_vec()), Err(Packed::Unknown("br".to_owned())));
        assert_eq!(read(&["zstd, gzip"], gzip(TEXT)), Err(Packed::Unknown("zstd".to_owned())));
        assert_eq!(read(&["gzip"], TEXT.to_vec()), damaged("gzip"));
        assert_eq!(read(&["gzip"], cut(gzip(TEXT))), damaged("gzip"));
        assert_eq!(read(&["deflate"], cut(zlib(TEXT))), damaged("deflate"));
        assert_eq!(
            read(&["gzip, gzip, gzip, gzip"], TEXT.to_vec()),
            Err(Packed::Unknown("gzip, gzip, gzip, gzip".to_owned()))
        );
    }

    #[test]
    fn a_bomb_is_unpacked_to_the_limit_and_no_further() {
        assert_eq!(read(&["gzip"], gzip(&[0; 1000])).unwrap().len(), 1000);
        assert_eq!(read(&["gzip"], gzip(&[0; 1001])), Err(Packed::TooLarge));
        assert_eq!(read(&["gzip"], gzip(&vec![0; 64 << 20])), Err(Packed::TooLarge));
        assert_eq!(read(&["deflate"], zlib(&vec![0; 64 << 20])), Err(Packed::TooLarge));
        assert_eq!(read(&["gzip, gzip"], gzip(&gzip(&vec![0; 64 << 20]))), Err(Packed::TooLarge));
    }
}
