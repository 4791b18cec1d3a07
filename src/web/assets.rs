//! Files that pages load: embedded, each under a name that changes with its content, so that browsers may keep it for good.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;

use super::{Answer, Asked, Site, Trouble};

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
    Some(Asset { name: name.to_owned(), path, content_type, bytes: file.data.into_owned() })
}

/// Where browsers find the file of that name.
pub(super) fn path(name: &str) -> Option<&'static str> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.path.as_str())
}

/// `GET /assets/<name>.<hash>.<end>`
pub(super) fn file(_site: &Site, asked: &Asked) -> Result<Answer, Trouble> {
    ASSETS.iter().find(|asset| asset.path == asked.path).map(Answer::File).ok_or(Trouble::NotHere)
}
