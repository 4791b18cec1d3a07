//! What Windows calls its zones where it speaks another language, as its programs write them into TZIDs and dates.
//!
//! Collected from what such systems wrote; there is no list of them all. A name is here only where every Windows of that
//! language means the same clocks by it.

/// The IANA zone behind such a name, in any case.
pub(super) fn iana(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, zone)| *zone)
}

const NAMES: &[(&str, &str)] = &[
    // German
    ("mitteleuropäische zeit", "Europe/Berlin"),
    ("mitteleuropäische normalzeit", "Europe/Berlin"),
    ("westeuropäische zeit", "Europe/Lisbon"),
    ("osteuropäische zeit", "Europe/Bucharest"),
    // Spanish
    ("hora estándar romance", "Europe/Paris"),
    ("hora estándar de europa central", "Europe/Madrid"),
    ("hora estándar gmt", "Europe/London"),
    ("hora est. pacífico, sudamérica", "America/Bogota"),
    ("hora est. pacífico,sudamérica", "America/Bogota"),
    ("hora est. del pacífico de sa", "America/Bogota"),
    ("hora estándar de colombia", "America/Bogota"),
    ("hora de ecuador", "America/Guayaquil"),
    ("hora estándar de perú", "America/Lima"),
    ("hora de venezuela", "America/Caracas"),
    ("hora de bolivia", "America/La_Paz"),
    ("hora est. sudamérica pacífico", "America/Santiago"),
    ("hora estándar de chile", "America/Santiago"),
    ("hora estándar de argentina", "America/Argentina/Buenos_Aires"),
    ("hora estándar de uruguay", "America/Montevideo"),
    ("hora estándar de paraguay", "America/Asuncion"),
    // Portuguese
    ("hora oficial do brasil", "America/Sao_Paulo"),
    ("hora padrão de brasília", "America/Sao_Paulo"),
    ("horário padrão de brasília", "America/Sao_Paulo"),
    ("hora padrão da europa ocidental", "Europe/Lisbon"),
    // French
    ("paris, madrid", "Europe/Paris"),
    ("paris, madrid (heure d’été)", "Europe/Paris"),
    ("heure normale d’europe centrale", "Europe/Paris"),
    // Italian
    ("ora solare europa occidentale", "Europe/Rome"),
    ("ora standard dell’europa centrale", "Europe/Rome"),
];
