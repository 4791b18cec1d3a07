//! From a page to HTML in a language.

use jiff::Timestamp;
use jiff::civil::DateTime;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value, merge_maps};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use rust_embed::RustEmbed;

use super::moment::Moments;
use super::{Language, Page, assets, texts};
use crate::calendar::Zone;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

/// Whom a page names.
#[derive(Clone, Debug)]
pub(super) struct Whose {
    /// The client system, and with it the calendars that we make for its people.
    pub(super) calendar: String,
    /// It knows its people by ids of its own, and not by their phones.
    pub(super) by_id: bool,
}

/// All templates.
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// Reads those that are embedded. One that can't be read is told to the log, and its pages fail; a test renders all.
    pub(super) fn read() -> Self {
        let mut templates = Environment::new();
        // A line that only steers leaves nothing on the page. (Only delimiters that contradict each other are an error.)
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            templates.set_syntax(syntax);
        }
        // A value that nobody gave is a mistake of ours, not an empty place on a page.
        templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.add_function("t", translated);
        templates.add_function("n", counted);
        templates.add_function("ago", ago);
        templates.add_function("when", when);
        templates.add_function("appointment", appointment);
        templates.add_function("asset", |name: &str| {
            assets::path(name)
                .map(|path| Value::from_safe_string(path.to_owned()))
                .ok_or_else(|| mistake(format!("there is no asset {name}")))
        });
        for name in Files::iter() {
            let source = Files::get(&name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
            if let Err(error) = templates.add_template_owned(name.to_string(), source.unwrap_or_default()) {
                tracing::error!("a template can't be read: {error}");
            }
        }
        Self(templates)
    }

    /// The page as HTML. `whose` says whom it names.
    ///
    /// # Errors
    /// A template or a text that lacks something.
    pub(super) fn html(&self, page: &Page, language: Language, whose: &Whose) -> Result<String, String> {
        let languages = Language::ALL.map(|language| context! { code => language.code(), name => language.name() });
        let Whose { calendar, by_id } = whose;
        let shared = context! { lang => language.code(), languages, calendar, by_id };
        let template = self.0.get_template(page.template).map_err(|error| error.to_string())?;
        template.render(merge_maps([page.values.clone(), shared])).map_err(|error| error.to_string())
    }
}

fn mistake(what: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// `t("key", name=…)`: the text of that key in the page's language. A `{name}` in it is what is given under that name, or
/// else the template's variable; it is escaped with the text around it. Where people are known by ids, and not by phones, a text
/// may have another form: its key ends in `_id`.
fn translated(state: &State<'_, '_>, key: &str, given: Kwargs) -> Result<String, Error> {
    let shown =
        |value: Value| value.as_str().map(str::to_owned).or_else(|| value.is_integer().then(|| value.to_string()));
    let value = |name: &str| given.get::<Value>(name).ok().or_else(|| state.lookup(name)).and_then(shown);
    let by_id = state.lookup("by_id").is_some_and(|by_id| by_id.is_true());
    let of_ids = format!("{key}_id");
    let key = if by_id && texts::of(language(state)).contains_key(&of_ids) { of_ids.as_str() } else { key };
    let text = texts::say(language(state), key).ok_or_else(|| mistake(format!("there is no text {key}")))?;
    texts::fill(text, value).ok_or_else(|| mistake(format!("the text {key} names what its page does not know")))
}

/// `n("key", count)`: the text of the form that fits the count, which it calls `{n}`.
fn counted(state: &State<'_, '_>, key: &str, count: i64, given: Kwargs) -> Result<String, Error> {
    let given: Kwargs = given
        .args()
        .filter_map(|name| Some((name, given.get::<Value>(name).ok()?)))
        .chain([("n", Value::from(count))])
        .collect();
    translated(state, &texts::counted(key, count), given)
}

fn language(state: &State<'_, '_>) -> Language {
    state.lookup("lang").as_ref().and_then(Value::as_str).and_then(Language::from_code).unwrap_or(Language::Es)
}

/// How the page tells times: by its `now` and its `zone`.
fn moments(state: &State<'_, '_>) -> Result<Moments, Error> {
    let named = |name: &str| state.lookup(name).ok_or_else(|| mistake(format!("the page has no {name}")));
    let zone = named("zone")?;
    let zone = zone.as_str().and_then(Zone::named).ok_or_else(|| mistake("the page has no zone".to_owned()))?;
    Ok(Moments { now: timestamp(&named("now")?)?, zone, language: language(state) })
}

/// Values carry instants as RFC 3339 texts.
fn timestamp(value: &Value) -> Result<Timestamp, Error> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| mistake(format!("{value} is no instant")))
}

/// `ago(at)`: "5 minutes ago".
fn ago(state: &State<'_, '_>, at: &Value) -> Result<String, Error> {
    told(moments(state)?.ago(timestamp(at)?))
}

/// `when(at)`: date, time and zone.
fn when(state: &State<'_, '_>, at: &Value) -> Result<String, Error> {
    told(moments(state)?.absolute(timestamp(at)?))
}

/// `appointment(start, all_day)`: a clock reading as people say it, short.
fn appointment(state: &State<'_, '_>, start: &Value, all_day: bool) -> Result<String, Error> {
    let start: Option<DateTime> = start.as_str().and_then(|text| text.parse().ok());
    let start = start.ok_or_else(|| mistake("an event has no start".to_owned()))?;
    told(moments(state)?.appointment(start, all_day))
}

fn told(text: Option<String>) -> Result<String, Error> {
    text.ok_or_else(|| mistake("the texts lack a word for a time".to_owned()))
}
