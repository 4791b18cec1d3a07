//! The frame of the simulators' pages: plain HTML with its style inside, for a phone first, without scripts.

use jiff::civil::Date;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1d2733;--soft:#5d6b7a;--paper:#f4f6f8;--card:#fff;--line:#dfe5ea;--mark:#1f6feb}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9fb0c0;--paper:#12181f;--card:#1b242d;--line:#2c3944;--mark:#6aa5ff}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.45 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1rem}h1{font-size:1.35rem;margin:.3rem 0}h2{font-size:1rem;margin:1.3rem 0 .4rem;color:var(--soft)}
p,small{color:var(--soft);margin:.3rem 0}nav a,a{color:var(--mark)}.pill{display:inline-block;border-radius:1rem;padding:.1rem .7rem;
background:var(--card);border:1px solid var(--line);margin:0 .3rem .3rem 0;text-decoration:none}.dot{display:inline-block;width:.7rem;height:.7rem;
border-radius:50%;margin-right:.4rem}ul{list-style:none;padding:0;margin:0}li.event{display:flex;gap:.8rem;background:var(--card);border:1px solid var(--line);
border-left:.35rem solid var(--mark);border-radius:.5rem;padding:.6rem .8rem;margin:.4rem 0}.time{flex:0 0 6.4rem;font-variant-numeric:tabular-nums;
font-size:.95rem;white-space:nowrap;color:var(--soft)}.what{flex:1;min-width:0;overflow-wrap:anywhere}.what b{display:block}.empty{background:var(--card);border:1px dashed var(--line);
border-radius:.5rem;padding:1.2rem;text-align:center}form.card,section.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem;
margin:.6rem 0}label{display:block;margin:.5rem 0 .2rem}input,select,textarea,button,.button{font:inherit;color:inherit;width:100%;min-height:44px;
padding:.5rem .6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--paper)}input[type=checkbox]{width:1.3rem;min-height:1.3rem;margin-right:.4rem;
vertical-align:middle}textarea{min-height:5rem}textarea.ical{min-height:16rem;font-family:ui-monospace,monospace;font-size:.85rem}button,.button{display:inline-block;width:auto;background:var(--mark);
color:#fff;border:0;cursor:pointer;text-decoration:none;margin-top:.7rem}.button.quiet,button.quiet{background:transparent;color:var(--mark);border:1px solid var(--line)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}@media(max-width:26rem){.two{grid-template-columns:1fr}}
.bad{border-left:.35rem solid #d1242f;padding:.6rem .8rem;background:var(--card);border-radius:.5rem}.row{display:flex;gap:.5rem;align-items:center}
";

/// A whole page. `body` is HTML already; `refresh` makes it load itself anew after so many seconds.
pub(crate) fn page(title: &str, refresh: Option<u32>, body: &str) -> String {
    let refresh =
        refresh.map(|seconds| format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">")).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"es\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">{refresh}<title>{}</title><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>",
        escape(title)
    )
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

const DAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// `jueves 5 de noviembre`.
pub(crate) fn spanish_date(date: Date) -> String {
    let pick = |names: &[&'static str], at: i8| usize::try_from(at).ok().and_then(|at| names.get(at).copied());
    let weekday = pick(&DAYS, date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let month = pick(&MONTHS, date.month() - 1).unwrap_or_default();
    format!("{weekday} {} de {month}", date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_say_them() {
        assert_eq!(spanish_date(jiff::civil::date(2026, 11, 5)), "jueves 5 de noviembre");
        assert_eq!(spanish_date(jiff::civil::date(2027, 1, 31)), "domingo 31 de enero");
    }

    #[test]
    fn a_page_needs_nothing_from_elsewhere_and_runs_no_script() {
        let html = page("a<b", Some(2), "<p>x</p>");
        assert!(html.contains("<title>a&lt;b</title>") && html.contains("content=\"2\""));
        assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("@import"));
    }
}
