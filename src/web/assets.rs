//! Files that pages load: embedded, each under a name that changes with its content, so that browsers may keep it for good.
//!
//! `htmx.min.js` is htmx 4.0.1 as its makers publish it (npm `htmx.org`), under the licence that stands beside it.

use std::io::Write;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

const PREFIX: &str = "/assets/";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// One file.
pub(super) struct Asset {
    name: String,
    path: String,
    /// Its type, for HTTP.
    pub(super) content_type: &'static str,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
    /// The same, compressed: for whoever takes gzip.
    pub(super) gzip: Vec<u8>,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| Files::iter().filter_map(|name| read(&name)).collect());

fn read(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let (stem, end) = name.rsplit_once('.')?;
    let content_type = match end {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "js" => "text/javascript; charset=utf-8",
        _ => return None,
    };
    let hash = HEXLOWER.encode(&file.metadata.sha256_hash());
    let path = format!("{PREFIX}{stem}.{}.{end}", hash.get(..12)?);
    let bytes = file.data.into_owned();
    let gzip = compressed(&bytes)?;
    Some(Asset { name: name.to_owned(), path, content_type, bytes, gzip })
}

/// Once per file and process, so as small as can be.
fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Where browsers find the file of that name.
pub(super) fn path(name: &str) -> Option<&'static str> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.path.as_str())
}

/// The file that browsers find at that path.
pub(super) fn at(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

#[cfg(test)]
pub(super) fn of(name: &str) -> &'static Asset {
    ASSETS.iter().find(|asset| asset.name == name).unwrap_or_else(|| panic!("{name} is embedded"))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_compressed_is_the_same_and_smaller() {
        for asset in ASSETS.iter() {
            let mut text = Vec::new();
            flate2::read::GzDecoder::new(asset.gzip.as_slice()).read_to_end(&mut text).unwrap();
            assert!(text == asset.bytes, "{}", asset.name);
            assert!(asset.gzip.len() < asset.bytes.len(), "{}", asset.name);
        }
    }

    #[test]
    fn the_licence_beside_a_script_is_no_page() {
        assert_eq!(path("htmx.LICENSE.txt"), None);
        assert!(path("htmx.min.js").is_some_and(|path| path.ends_with(".js")));
    }
}
